// Fits whose pairs are rounded to the nearest float, in the forms that only these have: the bound
// by which a lane tells that its pair rounds to one float holds, and one that is damaged is
// refused.
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
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;
using compiler::SmoothFunction;

struct Text {
  std::string body;
  std::shared_ptr<const dsl::Program> program;
  explicit Text(const std::string &body)
      : body(body),
        program(dsl::analyse({"<test>", "def f(x) = " + body}, &lib::library()).program) {}
  std::optional<Fit> fit() const {
    FitLimits limits;
    limits.pairs = true;
    return compiler::findFit(program, program->entry(), limits);
  }
  reference::ArbBall value(double x) const {
    return *SmoothFunction(program, program->entry()).value(x);
  }
};

/// Of an odd function that is its own table, and of one left of a line.
Pair valueOf(const Fit &fit, float x) {
  if (fit.form == Fit::Form::LeftOfLine && x > 0) {
    const auto [c, rest] = *fit.line;
    if (fit.order == 0)
      return {c, rest};
    const float high = product(c, x);
    return {high, std::fma(rest, x, std::fma(c, x, -high))};
  }
  const auto [entry, t, d, within] = compiler::fittedPlace(fit, x);
  Pair p = polynomial(fit, entry, t - fit.centres[entry], 0);
  if (fit.order == 1) {
    const float high = product(p.high, t);
    p = {high, std::fma(p.low, t, std::fma(p.high, t, -high))};
  }
  return fit.form == Fit::Form::Odd && std::signbit(x) ? Pair{-p.high, -p.low} : p;
}

std::vector<float> pointsFor(const Fit &fit, std::mt19937 &random) {
  constexpr int count = 400;
  std::vector<float> points = {fit.low, fit.high};
  std::uniform_real_distribution<float> inside(fit.low, fit.high);
  std::normal_distribution<float> normal;
  for (int i = 0; i < count; ++i) {
    points.push_back(inside(random));
    points.push_back(normal(random));
    points.push_back(std::ldexp(normal(random), -int(random() % 40)));
  }
  for (int k = -int(fit.segments); k < int(fit.segments); ++k)
    for (const float border : {-0x1p-22f, 0.0f, 0x1p-22f})
      points.push_back((float(k) + 0.5f) * fit.step * (1 + border));
  std::erase_if(points, [&](float x) { return x == 0 || !(x >= fit.low && x <= fit.high); });
  return points;
}

/// How much of the bound is used at most.
double worstOf(const Text &text, const Fit &fit) {
  std::mt19937 random(3);
  double worst = 0;
  for (const float x : pointsFor(fit, random)) {
    const Pair value = valueOf(fit, x);
    const reference::ArbBall off = text.value(x) - double(value.high) - double(value.low);
    const unsigned entry = compiler::fittedPlace(fit, x).entry;
    worst = std::max(worst, std::fabs(off.nearest()) /
                                (double(fit.errors[entry]) * std::fabs(double(value.high))));
  }
  return worst;
}

std::string number(std::mt19937 &random) {
  return std::to_string(std::uniform_real_distribution<double>(0.4, 2.5)(random));
}

void expectBounded(const std::string &body, Fit::Form form, unsigned order) {
  SCOPED_TRACE(body);
  const Text text(body);
  std::optional<Fit> fit = text.fit();
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->form, form) << fit->text();
  EXPECT_EQ(fit->order, order) << fit->text();
  EXPECT_LE(worstOf(text, *fit), 1) << fit->text();
  for (float &error : fit->errors)
    error /= 256;
  EXPECT_GT(worstOf(text, *fit), 1) << "a bound of a 256th was not seen to be wrong";
}

TEST(RoundedFits, OddFunctionsAreTheirOwnTables) {
  std::mt19937 random(1);
  expectBounded("tanh(x)", Fit::Form::Odd, 0);
  expectBounded("erf(x)", Fit::Form::Odd, 0);
  for (int made = 0; made < 6; ++made) {
    const std::string a = number(random), b = number(random);
    const std::string bodies[] = {a + " * tanh(" + b + " * x)", "-" + a + " * erf(" + b + " * x)",
                                  "tanh(" + a + " * x) + erf(" + b + " * x)"};
    expectBounded(bodies[made % 3], Fit::Form::Odd, 0);
  }
}

TEST(RoundedFits, LeftOfALineTheTableIsWhole) {
  std::mt19937 random(2);
  for (int made = 0; made < 6; ++made) {
    const std::string a = number(random), b = number(random), c = number(random);
    const std::string lines[] = {"x", c + " * x"},
                      lefts[] = {a + " * expm1(x)", a + " * tanh(" + b + " * x)",
                                 "x * sigmoid(" + b + " * x)"};
    expectBounded("if x > 0 then " + lines[made % 2] + " else " + lefts[made % 3],
                  Fit::Form::LeftOfLine, 1);
    expectBounded("if x > 0 then " + c + " else " + a + " * exp(" + b + " * x)",
                  Fit::Form::LeftOfLine, 0);
  }
}

// A curve, a line that ends, and one that does not go through zero.
TEST(RoundedFits, WhatIsNoLineIsNotTakenForOne) {
  for (const char *right : {"x + 1e-9 * x^2", "min(x, 1000)", "x * (1 + 1e-12 * tanh(x))"}) {
    const std::optional<Fit> fit =
        Text(std::string("if x > 0 then ") + right + " else expm1(x) / 2").fit();
    EXPECT_TRUE(!fit || fit->form != Fit::Form::LeftOfLine) << right << ": " << fit->text();
  }
}

} // namespace
} // namespace xphi::numerics
