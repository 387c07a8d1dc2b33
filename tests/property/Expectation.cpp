// Two ways to derivatives, one comparison.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/property/Expectation.h"

#include "dsl/Interpreter.h"
#include "compiler/truth/Evaluation.h"
#include "compiler/truth/Ulp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi::property {

using namespace dsl;
using reference::ArbBall;
using reference::ArbJet;
using reference::Inflated;
using reference::Obstacles;
using reference::Sum;
using reference::SumArithmetic;

namespace {

constexpr double promisedUlp = 4;
constexpr double overflowsFrom = 0x1p128 - 0x1p103;

double bound(const ArbBall &ball, bool upper) {
  arf_t edge;
  arf_init(edge);
  if (upper)
    arb_get_ubound_arf(edge, ball.get(), 64);
  else
    arb_get_lbound_arf(edge, ball.get(), 64);
  const double result = arf_get_d(edge, upper ? ARF_RND_CEIL : ARF_RND_FLOOR);
  arf_clear(edge);
  return result;
}

Allowed allowed(const ArbBall &ball, double largestTerm, const Obstacles &obstacles) {
  Allowed result;
  if (obstacles.undecided)
    result.kind = Allowed::Kind::Undecided;
  else if (obstacles.beyond)
    result.kind = Allowed::Kind::Beyond;
  else if (ball.isFinite())
    result.kind = Allowed::Kind::Range;
  if (result.kind != Allowed::Kind::Range)
    return result;
  result.low = bound(ball, false);
  result.high = bound(ball, true);
  const double size = std::max({std::fabs(result.low), std::fabs(result.high), largestTerm});
  result.tolerance = promisedUlp * reference::ulpOf(size);
  return result;
}

Expectation byInterpreter(const Program &program, std::span<const ArbBall> operands,
                          size_t inputCount, bool hasRules) {
  const std::vector<Sum> sums(operands.begin(), operands.end());
  const std::span<const Sum> all(sums);
  auto derivative = [&](std::span<const uint32_t> variables) {
    Inflated<SumArithmetic> arithmetic;
    const Sum sum = evaluateDerivative(program, program.entry(), all.first(inputCount),
                                       all.subspan(inputCount), variables, arithmetic);
    // The value is not held to be a sum, unless derivatives make it up.
    const bool isSum = !variables.empty() || hasRules;
    return allowed(sum.value, isSum ? sum.largestTerm.toDouble() : 0, arithmetic.obstacles());
  };
  Expectation result;
  result.value = derivative({});
  for (uint32_t i = 0; i < operands.size(); ++i)
    result.derivatives.push_back(
        result.value.kind == Allowed::Kind::NoNumber ? Allowed() : derivative({&i, 1}));
  return result;
}

/// A series passes over infinite slopes of what does not vary at the point, abs(x)^0.5 at 0; the
/// chain rule meets them. Where the one gives a number and the other none, nothing is claimed.
Allowed agreed(const Allowed &series, const Allowed &ruled) {
  if (series.kind != Allowed::Kind::Range || ruled.kind != Allowed::Kind::Range)
    return series.kind != Allowed::Kind::Range ? series : ruled;
  Allowed result = series;
  if (series.high + series.tolerance < ruled.low || ruled.high < series.low - series.tolerance)
    result.kind = Allowed::Kind::Conflict;
  return result;
}

Expectation byJets(const Program &program, std::span<const ArbBall> operands, size_t inputCount) {
  std::vector<ArbJet> variables;
  for (size_t i = 0; i < operands.size(); ++i)
    variables.push_back(ArbJet::variable(operands[i], i, operands.size()));
  Inflated arithmetic{reference::JetArithmetic(1)};
  const std::span<const ArbJet> all(variables);
  const ArbJet jet = evaluate(program, program.entry(), all.first(inputCount),
                              all.subspan(inputCount), arithmetic);
  Expectation result = byInterpreter(program, operands, inputCount, false);
  for (size_t i = 0; i < operands.size(); ++i) {
    static const reference::Partial zero;
    const reference::Partial &partial = jet.first.empty() ? zero : jet.first[i];
    if (result.value.kind != Allowed::Kind::NoNumber)
      result.derivatives[i] =
          agreed(allowed(partial.value, partial.largestTerm.toDouble(), arithmetic.obstacles()),
                 result.derivatives[i]);
  }
  return result;
}

} // namespace

bool Allowed::contains(float result) const {
  if (std::isnan(result))
    return false;
  if (std::isinf(result))
    return result > 0 ? high + tolerance >= overflowsFrom : low - tolerance <= -overflowsFrom;
  return low - tolerance <= result && result <= high + tolerance;
}

bool Allowed::isTight() const { return high - low <= 4 * tolerance; }

std::string Allowed::describe() const {
  switch (kind) {
  case Kind::NoNumber:
    return "no number";
  case Kind::Undecided:
    return "undecided";
  case Kind::Beyond:
    return "beyond doubles";
  case Kind::Conflict:
    return "series and chain rule disagree";
  case Kind::Range:
    break;
  }
  return fmt::format("[{:.9g}, {:.9g}] and {:.3g} around", low, high, tolerance);
}

Expectation expectationAt(const Program &program, std::span<const float> inputs,
                          std::span<const float> parameters) {
  reference::ArbPrecision precision(128);
  std::vector<ArbBall> operands(inputs.begin(), inputs.end());
  operands.insert(operands.end(), parameters.begin(), parameters.end());
  return reference::hasOwnRules(program, program.entry())
             ? byInterpreter(program, operands, inputs.size(), true)
             : byJets(program, operands, inputs.size());
}

} // namespace xphi::property
