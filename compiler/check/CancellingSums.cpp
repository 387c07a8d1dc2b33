// Steps along one input, as if the sum were a line of it, which it mostly is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/CancellingSums.h"

#include "check/Random.h"
#include "dsl/Interpreter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

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
    bool isCancelled(double left = 0x1p-20) const {
      return largestTerm > 0 && std::fabs(value) <= left * largestTerm;
    }
  };
  std::vector<Sum> sums;
  std::size_t operations = 0;

private:
  dsl::DoubleArithmetic doubles;
};

/// Inputs, and after them parameters.
class Solver {
public:
  Solver(const dsl::Program &program, dsl::DefinitionIndex definition)
      : program(program), definition(definition),
        inputs(program.definitions[definition].inputs.size()) {}

  std::vector<double> defaults() const {
    std::vector<double> values;
    for (const dsl::Parameter &parameter : program.definitions[definition].parameters)
      values.push_back(float(parameter.value));
    return values;
  }

  struct Solved {
    std::vector<double> all;
    std::size_t sum; ///< which is nearly zero there
  };

  /// These, moved along one of them to where some sum is nearly zero: the first such, or the
  /// nearest to zero in so many steps.
  std::optional<Solved> solved(std::vector<double> all, std::size_t variable, std::uint64_t which,
                               int steps, bool isNearest = false) {
    std::vector<SumArithmetic::Sum> sums = sumsAt(all);
    if (sums.empty())
      return std::nullopt;
    const std::size_t index = which % sums.size();
    std::optional<Solved> best;
    double least = 0, before = sums[index].value, x = all[variable], step = x == 0 ? 0.125 : x / 8;
    for (int i = 0; i < steps && std::isfinite(float(x + step)); ++i) {
      all[variable] = float(x + step);
      const double moved = all[variable] - x;
      sums = sumsAt(all);
      if (sums.size() <= index || !std::isfinite(sums[index].value))
        break;
      const double value = sums[index].value;
      if (sums[index].isCancelled() && (!best || std::fabs(value) < least)) {
        best = {all, index};
        least = std::fabs(value);
        if (!isNearest || value == 0)
          break;
      }
      x = all[variable];
      step = -value * moved / (value - before);
      before = value;
    }
    return best;
  }

  /// Not by a parameter next to the one that takes all of it.
  bool isAllCancelled(const std::vector<double> &all, std::size_t index) {
    const std::vector<SumArithmetic::Sum> sums = sumsAt(all);
    return index < sums.size() && sums[index].isCancelled(0x1p-44);
  }

  std::size_t operations = 0; ///< so far

private:
  std::vector<SumArithmetic::Sum> sumsAt(const std::vector<double> &all) {
    SumArithmetic arithmetic;
    const std::span<const double> values(all);
    dsl::evaluate(program, definition, values.first(inputs), values.subspan(inputs), arithmetic);
    operations += arithmetic.operations + 1;
    return std::move(arithmetic.sums);
  }

  const dsl::Program &program;
  dsl::DefinitionIndex definition;
  std::size_t inputs;
};

/// Points nearer to zero than this one and further off, or their opposites, where all of the sum
/// has cancelled, and those next to them.
std::vector<Point> lineThrough(Solver &solver, const Solver::Solved &solved, std::size_t inputs,
                               int farthest, double sign) {
  constexpr int steps = 16, count = 2 * steps + 1;
  constexpr std::ptrdiff_t least = 4;
  std::vector<Point> line, chosen;
  std::vector<bool> isCancelled;
  for (int i = -steps; i <= steps; ++i) {
    std::vector<double> moved = solved.all;
    for (std::size_t k = 0; k < inputs; ++k)
      moved[k] = sign * std::ldexp(moved[k], i * (farthest / steps));
    isCancelled.push_back(solver.isAllCancelled(moved, solved.sum));
    line.emplace_back(moved.begin(), moved.begin() + std::ptrdiff_t(inputs));
  }
  if (std::ranges::count(isCancelled, true) >= least)
    for (int i = 0; i < count; ++i)
      if (isCancelled[i] || (i > 0 && isCancelled[i - 1]) || (i + 1 < count && isCancelled[i + 1]))
        chosen.push_back(std::move(line[i]));
  return chosen;
}

} // namespace

std::vector<Point> cancellingPoints(const dsl::Program &program, dsl::DefinitionIndex definition,
                                    std::size_t count) {
  constexpr std::size_t mostOperations = 20'000, mostTried = 200;
  constexpr int steps = 4;
  const std::size_t inputs = program.definitions[definition].inputs.size();
  Solver solver(program, definition);
  const std::vector<double> parameters = solver.defaults();
  Random random;
  std::vector<Point> points;
  for (std::size_t tried = 0;
       tried < mostTried && solver.operations < mostOperations && points.size() + 1 < count;
       ++tried) {
    std::vector<double> all;
    for (std::size_t k = 0; k < inputs; ++k)
      all.push_back(tried % 2 ? random.magnitude(-4, 12) : random.magnitude(-40, 40));
    all.insert(all.end(), parameters.begin(), parameters.end());
    const std::size_t input = random.bits() % inputs;
    if (auto zero = solver.solved(std::move(all), input, random.bits(), steps)) {
      Point point(zero->all.begin(), zero->all.begin() + std::ptrdiff_t(inputs));
      points.push_back(point);
      double &x = point[input];
      x = std::nextafter(float(x), tried % 4 < 2 ? HUGE_VALF : -HUGE_VALF);
      if (std::isfinite(x))
        points.push_back(std::move(point));
    }
  }
  return points;
}

std::vector<CancellingSet> cancellingSets(const dsl::Program &program,
                                          dsl::DefinitionIndex definition, int farthest,
                                          std::size_t count) {
  constexpr std::size_t mostOperations = 40'000, mostTried = 200;
  // Where exponentials settle, and where powers do.
  constexpr std::pair<int, int> sizes[] = {{-4, 8}, {-100, -24}, {3, 9}, {24, 100}};
  constexpr int steps = 16;
  const std::size_t inputs = program.definitions[definition].inputs.size();
  Solver solver(program, definition);
  const std::vector<double> defaults = solver.defaults();
  Random random;
  std::vector<CancellingSet> sets;
  for (std::size_t tried = 0; !defaults.empty() && tried < mostTried &&
                              solver.operations < mostOperations && sets.size() < count;
       ++tried) {
    std::vector<double> all;
    for (std::size_t k = 0; k < inputs; ++k)
      all.push_back(random.magnitude(sizes[tried % 4].first, sizes[tried % 4].second));
    all.insert(all.end(), defaults.begin(), defaults.end());
    const std::size_t parameter = inputs + random.bits() % defaults.size();
    const auto zero = solver.solved(std::move(all), parameter, random.bits(), steps,
                                    /*isNearest=*/true);
    if (!zero)
      continue;
    CancellingSet set{{zero->all.begin() + std::ptrdiff_t(inputs), zero->all.end()}, {}};
    if (std::ranges::any_of(sets, [&](auto &each) { return each.parameters == set.parameters; }))
      continue;
    for (const double sign : {1.0, -1.0})
      if (auto line = lineThrough(solver, *zero, inputs, farthest, sign); !line.empty())
        set.lines.push_back(std::move(line));
    if (!set.lines.empty())
      sets.push_back(std::move(set));
  }
  return sets;
}

} // namespace xphi::compiler
