// Steps along one input, as if the sum were a line of it, which it mostly is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/CancellingSums.h"

#include "check/Random.h"
#include "dsl/Interpreter.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace xphi::compiler {
namespace {

using dsl::Primitive;

/// Doubles that note every sum.
class SumArithmetic {
public:
  using Real = double;

  double decimal(std::string_view text) { return doubles.decimal(text); }
  double pi() { return doubles.pi(); }
  double e() { return doubles.e(); }
  double infinity() { return doubles.infinity(); }
  double apply(Primitive primitive, std::span<const double> operands) {
    const double result = doubles.apply(primitive, operands);
    if (primitive == Primitive::Add || primitive == Primitive::Sub)
      sums.push_back({result, std::max(std::fabs(operands[0]), std::fabs(operands[1]))});
    ++operations;
    return result;
  }
  bool compare(Primitive primitive, double a, double b) { return doubles.compare(primitive, a, b); }
  double nearest(double a) { return a; }

  struct Sum {
    double value, largestTerm;
  };
  std::vector<Sum> sums;
  std::size_t operations = 0;

private:
  dsl::DoubleArithmetic doubles;
};

class Solver {
public:
  Solver(const dsl::Program &program, dsl::DefinitionIndex definition)
      : program(program), definition(definition) {
    for (const dsl::Parameter &parameter : program.definitions[definition].parameters)
      parameters.push_back(float(parameter.value));
  }

  /// The point, moved along this input to where some sum is nearly zero.
  std::optional<Point> solved(Point point, std::size_t input, std::uint64_t which) {
    constexpr int steps = 4;
    constexpr double isCancelled = 0x1p-20;
    std::vector<SumArithmetic::Sum> sums = sumsAt(point);
    if (sums.empty())
      return std::nullopt;
    const std::size_t index = which % sums.size();
    double before = sums[index].value, x = point[input], step = x / 8;
    for (int i = 0; i < steps; ++i) {
      point[input] = float(x + step);
      const double moved = point[input] - x;
      sums = sumsAt(point);
      if (sums.size() <= index || !std::isfinite(sums[index].value))
        return std::nullopt;
      const auto [value, largestTerm] = sums[index];
      if (std::fabs(value) <= isCancelled * largestTerm)
        return largestTerm > 0 ? std::optional(point) : std::nullopt;
      x = point[input];
      step = -value * moved / (value - before);
      before = value;
      if (!std::isfinite(float(x + step)))
        return std::nullopt;
    }
    return std::nullopt;
  }

  std::size_t operations = 0; ///< so far

private:
  std::vector<SumArithmetic::Sum> sumsAt(const Point &point) {
    SumArithmetic arithmetic;
    dsl::evaluate(program, definition, std::span<const double>(point),
                  std::span<const double>(parameters), arithmetic);
    operations += arithmetic.operations + 1;
    return std::move(arithmetic.sums);
  }

  const dsl::Program &program;
  dsl::DefinitionIndex definition;
  std::vector<double> parameters;
};

} // namespace

std::vector<Point> cancellingPoints(const dsl::Program &program, dsl::DefinitionIndex definition,
                                    std::size_t count) {
  constexpr std::size_t mostOperations = 20'000, mostTried = 200;
  const std::size_t inputs = program.definitions[definition].inputs.size();
  Solver solver(program, definition);
  Random random;
  std::vector<Point> points;
  for (std::size_t tried = 0;
       tried < mostTried && solver.operations < mostOperations && points.size() + 1 < count;
       ++tried) {
    Point point;
    for (std::size_t k = 0; k < inputs; ++k)
      point.push_back(tried % 2 ? random.magnitude(-4, 12) : random.magnitude(-40, 40));
    const std::size_t input = random.bits() % inputs;
    if (std::optional<Point> zero = solver.solved(std::move(point), input, random.bits())) {
      points.push_back(*zero);
      double &x = (*zero)[input];
      x = std::nextafter(float(x), tried % 4 < 2 ? HUGE_VALF : -HUGE_VALF);
      if (std::isfinite(x))
        points.push_back(std::move(*zero));
    }
  }
  return points;
}

} // namespace xphi::compiler
