// Fits that give a term of a sum as two floats: what they say that it may be off holds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The code of lowering/PairFunction.cpp, operation by operation, against Arb.
#include "approx/FittedValue.h"
#include "approx/TaylorModel.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"
#include "tests/numerics/PairSums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;
using compiler::fittedFactor;
using compiler::fittedPlace;
using compiler::SmoothFunction;

struct Term {
  Pair value;
  double error; ///< that is allowed
};

/// Nothing where the exact evaluation is asked.
std::optional<Term> termOf(const Fit &fit, float x, float low) {
  using enum Fit::Form;
  if ((x < fit.low && fit.below == Fit::Beyond::Exact) ||
      (x > fit.high && fit.above == Fit::Beyond::Exact))
    return std::nullopt;
  if (fit.isOfPair && fit.zero) {
    const bool isOfBothSides = fit.form == TwoSided;
    const double zero = isOfBothSides ? *fit.zero : std::fabs(*fit.zero);
    if (std::fabs((isOfBothSides ? x : std::fabs(x)) - zero) <
        compiler::nearestPair * std::fabs(zero))
      return std::nullopt;
  }
  const auto [entry, t, d, within] = fittedPlace(fit, x, low);
  const bool isJoined = fit.form == Ramp || fit.form == Fall || fit.form == Reflect;
  Pair p = polynomial(fit, entry, t - fit.centres[entry], within);
  for (unsigned i = 0; i < fit.order; ++i) {
    const bool isSigned = fit.form == TwoSided || (fit.form == Odd && i == 0);
    const float held = fittedFactor(fit, x), factor = isJoined   ? t
                                                      : isSigned ? held
                                                                 : std::fabs(held);
    const bool goesOn = fit.below == Fit::Beyond::Power || fit.above == Fit::Beyond::Power;
    float rest = isSigned && fit.form == Odd && std::signbit(x) ? -within : within;
    if (!isJoined && goesOn && held == x)
      rest = isSigned || !std::signbit(x) ? low : -low;
    const float high = product(p.high, factor);
    p = {high, std::fma(p.high, rest, std::fma(p.low, factor, std::fma(p.high, factor, -high)))};
  }
  const double error = double(fit.errors[entry]) * std::fabs(double(p.high));
  if (fit.form == Ramp || fit.form == Fall) {
    const float ramp = fit.form == Ramp ? std::max(x, 0.0f) : std::min(x, 0.0f);
    p = pairOf(ramp, p.high, p.low, fit.isJoinOrdered);
    p.low = sum(p.low, ramp == 0 ? 0 : low);
  } else if (fit.form == Reflect && x > 0) {
    p = pairOf(fit.sum, -p.high, -p.low, fit.isJoinOrdered);
  }
  return Term{p, error + fit.ulps * 0x1p-24 * std::fabs(double(p.high))};
}

struct Text {
  std::shared_ptr<const dsl::Program> program;
  explicit Text(const std::string &body)
      : program(dsl::analyse({"<test>", "def f(x) = " + body}, &lib::library()).program) {}
  std::optional<Fit> fit(const FitLimits &limits) const {
    return compiler::findFit(program, program->entry(), limits);
  }
  std::optional<double> value(double x) const {
    const auto ball = SmoothFunction(program, program->entry()).value(x);
    return ball ? std::optional(arf_get_d(arb_midref(ball->get()), ARF_RND_NEAR)) : std::nullopt;
  }
};

std::vector<float> pointsFor(const Fit &fit, std::mt19937 &random) {
  constexpr int count = 600;
  std::vector<float> points = {fit.low, fit.high, 2 * fit.high, -30, 30, 1e10f, -1e10f};
  std::uniform_real_distribution<float> inside(fit.low, fit.high);
  std::normal_distribution<float> normal;
  for (int i = 0; i < count; ++i) {
    points.push_back(inside(random));
    points.push_back(normal(random));
    points.push_back(std::ldexp(normal(random), -int(random() % 60)));
  }
  for (int i = 0; fit.zero && i < count; ++i)
    points.push_back((i % 2 ? 1 : -1) * *fit.zero *
                     (1 + std::ldexp(normal(random), -int(random() % 24))));
  for (int k = -int(fit.segments); k < int(fit.segments); ++k)
    for (const float border : {-0x1p-22f, 0.0f, 0x1p-22f})
      points.push_back((float(k) + 0.5f) * fit.step * (1 + border));
  return points;
}

/// At most half of what a float lacks to the next.
float lowFor(float x, std::mt19937 &random) {
  const int kind = int(random() % 8);
  const double part = kind == 0 ? 0 : kind < 3 ? 0.5 : std::ldexp(double(random() >> 8), -25);
  return float((random() % 2 ? part : -part) * std::ldexp(1.0, std::max(std::ilogb(x), -126) - 23) *
               (1 - 0x1p-20));
}

class TermFits : public testing::TestWithParam<std::tuple<const char *, double, unsigned, bool>> {};

TEST_P(TermFits, AreOffByNoMoreThanTheySay) {
  const auto [body, termError, segments, isOfPair] = GetParam();
  FitLimits limits{segments};
  limits.moreSegments = segments < 32 ? 2 * segments : 0;
  limits.pairs = true;
  limits.termError = termError;
  limits.mostTermError = 32 * termError;
  limits.isOfPair = isOfPair;
  const Text text(body);
  const std::optional<Fit> fit = text.fit(limits);
  if (!fit)
    GTEST_SKIP() << "no fit";
  std::mt19937 random(7);
  double worst = 0, at = 0;
  for (const float x : pointsFor(*fit, random)) {
    if (fit->order > 0 && std::fabs(x) < fit->firstNormal)
      continue;
    const float low = isOfPair ? lowFor(x, random) : 0;
    const std::optional<Term> term = termOf(*fit, x, low);
    const double argument = double(x) + double(low);
    const std::optional<double> truth = text.value(argument);
    if (!term || !truth || std::fabs(*truth) < 0x1p-90)
      continue;
    const double error = std::fabs((double(term->value.high) - *truth) + double(term->value.low));
    // The truth is a double.
    const double part = (error - 0x1p-52 * std::fabs(*truth)) / term->error;
    if (part > worst) {
      worst = part;
      at = argument;
    }
  }
  EXPECT_LE(worst, 1) << fit->text() << " at " << at;
  // A bound that nothing comes near to asks for more than is needed.
  EXPECT_GE(worst, 0.02) << fit->text();
}

INSTANTIATE_TEST_SUITE_P(
    Terms, TermFits,
    testing::Combine(testing::Values("gelu(x)", "tanh(x)", "erf(x)", "sigmoid(x)", "softplus(x)",
                                     "silu(x)", "logsigmoid(x)", "exp(-x^2)", "expm1(x)", "atan(x)",
                                     "mish(x)", "x^2 * Phi(x)", "tanh(x)^2", "asinh(x)",
                                     "if x > 0 then tanh(x) else tanh(x) / 4", "x * tanh(x)",
                                     "Phi(x) + x * phi(x)", "x - 0.5 * x^2 * sigmoid(x)",
                                     "sigmoid(x) * (1 + x * sigmoid(-x))"),
                     testing::Values(0x1p-22, 0x1p-25, 0x1p-29), testing::Values(32u, 8u),
                     testing::Bool()));

} // namespace
} // namespace xphi::numerics
