// Exponents evenly from the ends of floats to those of doubles, more often large than small.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/FarPoints.h"

#include "check/Random.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {
namespace {

double far(Random &random, std::uint64_t manyLarge = 8) {
  constexpr int least = 90, last = 1000, most = 1023;
  const int from = random.bits() % 8 == 0 ? last : least,
            size = from + int(random.bits() % std::uint64_t(most + 1 - from));
  const double mantissa = 1 + random.unit();
  const bool isSmall = random.bits() % manyLarge == 0, isNegative = random.bits() % 2;
  return std::ldexp(isNegative ? -mantissa : mantissa, isSmall ? -size : size);
}

} // namespace

std::vector<Point> farPoints(const std::vector<ElementType> &inputs, std::size_t count) {
  std::vector<std::size_t> doubles;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    if (inputs[k] == ElementType::F64)
      doubles.push_back(k);
  std::vector<Point> points;
  Random random;
  while (!doubles.empty() && points.size() < count) {
    Point point;
    for (std::size_t k = 0; k < inputs.size(); ++k)
      point.push_back(random.bits() % 4 == 0 ? random.magnitude(-30, 30) : random.magnitude(-4, 4));
    for (const std::size_t k : doubles)
      if (random.bits() % 4 == 0)
        point[k] = far(random);
    const std::size_t first = points.size() % doubles.size();
    point[doubles[first]] = far(random);
    if (doubles.size() > 1 && random.bits() % 4 == 0) { // what they differ by is further still
      const double x = point[doubles[first]] = far(random, 2), up = random.bits() % 2 ? 1 : -1;
      const double beside = std::nextafter(x, up * HUGE_VAL);
      point[doubles[(first + 1) % doubles.size()]] = random.bits() % 4 == 0 ? -beside : beside;
    }
    points.push_back(std::move(point));
  }
  return points;
}

std::vector<Extreme> farSets(const CheckedFunction &function, std::size_t count) {
  const std::vector<Point> points = farPoints(function.spec.types.inputs, count);
  std::vector<Extreme> sets;
  if (!points.empty())
    sets = extremesFor(*function.program, function.definition, count / 2);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    sets[i].points.clear();
    for (std::size_t k = i; k < points.size(); k += sets.size())
      sets[i].points.push_back(points[k]);
  }
  sets.push_back({parameterSets(*function.program, function.definition)[0], points});
  return sets;
}

} // namespace xphi::compiler
