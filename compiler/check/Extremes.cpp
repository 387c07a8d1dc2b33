// Zeros, subnormals, ends of floats and the other sign, for one parameter after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Extremes.h"

#include "check/InnerTerms.h"
#include "check/Random.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>

namespace xphi::compiler {
namespace {

/// In the order in which they are tried; of several parameters each begins elsewhere.
constexpr std::array values = {0.0f,   1e-40f,  1e20f,        -1.5f,  1e-20f, 1e38f, -0.0f,
                               -3e37f, -1e-30f, FLT_TRUE_MIN, 300.0f, 1e-4f,  -1.0f, 1.0f};

/// One that the parameters make important, more often than not.
double input(Random &random, const std::vector<float> &parameters) {
  const double a = parameters[random.bits() % parameters.size()], near = random.magnitude(-4, 4);
  switch (random.bits() % 8) {
  case 0:
  case 1:
    return near / a;
  case 2:
    return near * a;
  case 3:
    return near / std::sqrt(std::fabs(a));
  case 4:
    return a * (1 + random.magnitude(-24, -1));
  case 5:
    return random.magnitude(-126, 127);
  default:
    return near;
  }
}

} // namespace

std::vector<Extreme> extremesFor(const dsl::Program &program, dsl::DefinitionIndex definition,
                                 std::size_t count) {
  const dsl::Definition &entry = program.definitions[definition];
  const std::size_t inputs = entry.inputs.size(), size = entry.parameters.size();
  std::vector<Extreme> extremes;
  if (size == 0)
    return extremes;
  constexpr std::size_t operations = 20'000, mostTried = 30, sets = 2 * values.size();
  const std::size_t most = std::max<std::size_t>(count / values.size(), 2);
  InnerTerms all(program, definition);
  Random random;
  std::size_t done = 0, taken = 0;
  for (std::size_t i = 0; i < sets && done < operations && taken < count + count / 4; ++i) {
    const bool isEnd = i < values.size(); // then anything
    Extreme extreme;
    for (std::size_t k = 0; k < size; ++k) {
      const bool isExtreme = i % size == k || i % 3 == 0; // one alone, or all
      extreme.parameters.push_back(!isExtreme ? float(entry.parameters[k].value)
                                   : isEnd    ? values[(i + 5 * k) % values.size()]
                                              : random.magnitude(-40, 20));
    }
    // Each end has points of its own.
    InnerTerms own(program, definition);
    InnerTerms &terms = isEnd ? own : all;
    own.setParameters(extreme.parameters);
    all.setParameters(extreme.parameters);
    for (std::size_t tried = 0; tried < mostTried && extreme.points.size() < most; ++tried) {
      Point point;
      for (std::size_t k = 0; k < inputs; ++k) {
        const auto x = float(input(random, extreme.parameters));
        point.push_back(std::isfinite(x) ? x : random.magnitude(60, 127));
      }
      if (terms.isNew(point)) {
        if (isEnd)
          all.isNew(point);
        extreme.points.push_back(std::move(point));
      }
      done += terms.operations() + 1;
    }
    taken += extreme.points.size();
    if (!extreme.points.empty())
      extremes.push_back(std::move(extreme));
  }
  return extremes;
}

} // namespace xphi::compiler
