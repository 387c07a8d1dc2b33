// Tables in memory against the truth: their bounds hold.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/RowFit.h"
#include "approx/TaylorModel.h"
#include "compiler/truth/BallArithmetic.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using reference::ArbBall;

std::shared_ptr<const dsl::Program> parsed(const std::string &text) {
  const dsl::ParseResult result = dsl::analyse({"<test>", text}, &lib::library());
  if (!result)
    throw std::runtime_error(result.render());
  return result.program;
}

/// p at t, as the code has it, and what it may be off by.
struct OfRow {
  double p, error;
};
OfRow evaluated(const Fit &fit, float t) {
  const auto k = int(std::nearbyint(double(t) / double(fit.step))) - fit.first;
  const float *c = &fit.table[std::size_t(k) * compiler::columnsOfRow];
  const float d = t - c[0], rest = std::fma(std::fma(std::fma(c[7], d, c[6]), d, c[5]), d, c[4]);
  float high, low;
  if (fit.fused & 1) {
    high = std::fma(c[3], d, c[1]);
    low = std::fma(c[3], d, c[1] - high) + c[2];
  } else {
    const float product = c[3] * d, second = std::fma(c[3], d, -product) + c[2];
    high = c[1] + product;
    const float part = high - c[1];
    const float lost = fit.hasZero ? (c[1] - (high - part)) + (product - part) : product - part;
    low = second + lost;
  }
  low = std::fma(rest, d, low);
  const auto error = std::bit_cast<float>(std::bit_cast<uint32_t>(c[7]) << 16);
  return {double(high) + double(low), double(error) * (fit.zero ? 1 : std::fabs(double(high)))};
}

std::vector<float> pointsFor(const Fit &fit, std::mt19937 &random) {
  std::vector<float> points;
  std::uniform_real_distribution<float> inside(fit.low, fit.high);
  std::normal_distribution<float> normal;
  for (int i = 0; i < 500; ++i) {
    points.push_back(inside(random));
    points.push_back(normal(random));
    points.push_back(std::ldexp(normal(random), -int(random() % 60)));
  }
  for (int k = -int(fit.segments); k < int(fit.segments); ++k)
    for (int i = -2; i < 2; ++i) // at borders
      points.push_back((float(k) + 0.5f) * fit.step * (1 + std::ldexp(float(i), -23)));
  for (unsigned k = 0; k < fit.segments; ++k) // those of ends are as good as any
    for (int i = -8; i <= 8; ++i)             // beside centres, which zeros are
      points.push_back(fit.table[k * compiler::columnsOfRow] * (1 + std::ldexp(float(i), -23)));
  std::erase_if(points, [&](float x) { return x == 0 || x < fit.low || x > fit.high; });
  return points;
}

// Smooth, with zeros, that fade as exponentials and as densities, lines to the right.
const char *const texts[] = {
    "x * Phi(x)",
    "Phi(x) + x * phi(x)",
    "x * sigmoid(x)",
    "sigmoid(x) + x * sigmoid(x) * sigmoid(-x)",
    "gelu_tanh(x)",
    "x * tanh(softplus(x))",
    "tanh(x)",
    "1 - tanh(x)^2",
    "erf(x)",
    "exp(-x^2)",
    "sigmoid(x)",
    "sigmoid(x) * sigmoid(-x)",
    "Phi(x)",
    "phi(x)",
    "if x > 0 then x else expm1(x)",
    "if x > 0 then 1 else exp(x)",
    "x * sigmoid(1.5 * x)",
    "x * sigmoid(0.7 * x - 0.3)",
    "tanh(x / 2 + 0.25)",
    "x * exp(-x^2 / 3)",
};

/// The same kinds, of other scales and shifts.
std::string randomText(std::mt19937 &random) {
  const char *const kinds[] = {"tanh(A * x + B)",         "sigmoid(A * x + B)",
                               "x * sigmoid(A * x + B)",  "(x + B) * Phi(A * x)",
                               "exp(-A * (x + B)^2)",     "x * phi(A * x)",
                               "x * tanh(softplus(A*x))", "if x > 0 then x else A * expm1(x)"};
  std::uniform_real_distribution<float> scale(0.4f, 1.2f), shift(-0.5f, 0.5f);
  std::string text;
  for (const char *each = kinds[random() % std::size(kinds)]; *each; ++each)
    if (*each == 'A' || *each == 'B')
      text += '(' + std::to_string(*each == 'A' ? scale(random) : shift(random)) + ')';
    else
      text += *each;
  return text;
}

TEST(RowFit, BoundsHold) {
  std::mt19937 random(7);
  std::vector<std::string> all(std::begin(texts), std::end(texts));
  for (int i = 0; i < 24; ++i)
    all.push_back(randomText(random));
  unsigned found = 0;
  for (const std::string &text : all) {
    const auto program = parsed("def f(x) = " + text);
    const std::optional<Fit> fit = compiler::findRows(program, program->entry());
    if (!fit)
      continue;
    ++found;
    const compiler::SmoothFunction f(program, program->entry());
    double worst = 0;
    for (float x : pointsFor(*fit, random)) {
      const bool isLeft = fit->form == Fit::Form::LeftOfLine;
      if (isLeft && x > 0)
        continue;
      const float t = isLeft ? -x : x;
      const std::optional<ArbBall> truth = f.value(double(x));
      ASSERT_TRUE(truth) << text << " at " << x;
      const ArbBall wanted = fit->order == 0 ? *truth : *truth / double(t);
      const OfRow got = evaluated(*fit, t);
      const double off = std::fabs((wanted - got.p).nearest());
      worst = std::max(worst, off / got.error);
      EXPECT_LE(off, got.error) << text << " at " << x;
    }
    EXPECT_GT(worst, 0x1p-6) << text << ": a bound that says little";
  }
  EXPECT_GE(5 * found, 4 * all.size());
}

// What a function does not have at a centre of symmetry is not there by rounding, next to which a
// product would be a subnormal number.
TEST(RowFit, TermsAreNothingOrCount) {
  std::mt19937 random(8);
  std::vector<std::string> all(std::begin(texts), std::end(texts));
  for (int i = 0; i < 12; ++i)
    all.push_back(randomText(random));
  for (const std::string &text : all) {
    const auto program = parsed("def f(x) = " + text);
    const std::optional<Fit> fit = compiler::findRows(program, program->entry());
    for (unsigned k = 0; fit && k < fit->segments; ++k) {
      constexpr int powers[] = {1, 3, 5, 6}; // the columns of c₀ to c₃
      const float *row = &fit->table[k * compiler::columnsOfRow];
      double terms[4], power = 1, most = 0;
      for (int i = 0; i < 4; ++i, power *= double(fit->step) / 2) {
        terms[i] = std::fabs(double(row[powers[i]])) * power;
        most = std::max(most, terms[i]);
      }
      for (const double term : terms)
        EXPECT_TRUE(term == 0 || term >= 0x1p-51 * most) << text << " in row " << k;
    }
  }
}

// Behind an end a row is one number, which is no number's neighbour where f64 is asked.
TEST(RowFit, EndsAreConstant) {
  for (const char *text : texts) {
    const auto program = parsed("def f(x) = " + std::string(text));
    const std::optional<Fit> fit = compiler::findRows(program, program->entry());
    if (!fit)
      continue;
    const auto expectConstant = [&](std::size_t row, Fit::Beyond beyond, float limit) {
      const float *c = &fit->table[row * compiler::columnsOfRow];
      EXPECT_EQ(c[1], beyond == Fit::Beyond::Exact ? HUGE_VALF : limit) << text;
      for (int i = 2; i < 7; ++i)
        EXPECT_EQ(c[i], 0) << text;
    };
    const bool isLeft = fit->form == Fit::Form::LeftOfLine;
    expectConstant(isLeft ? fit->segments - 1 : 0, fit->below, fit->limitBelow);
    if (!isLeft)
      expectConstant(fit->segments - 1, fit->above, fit->limitAbove);
  }
}

// Of these the model of p, or what stands beyond an end, is none.
TEST(RowFit, WhatIsNotSmoothOrGrowsHasNone) {
  for (const char *text : {"abs(x - 1)", "if x > 0.5 then tanh(x) else sigmoid(x)", "exp(x)", "x^3",
                           "log(abs(x))", "tanh(20 * x)"}) {
    const auto program = parsed("def f(x) = " + std::string(text));
    EXPECT_FALSE(compiler::findRows(program, program->entry())) << text;
  }
}

} // namespace
} // namespace xphi::numerics
