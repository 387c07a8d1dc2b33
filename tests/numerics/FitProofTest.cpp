// Every fit's bound is proved again from its table, and one whose table is another's is not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitProof.h"
#include "approx/FittedValue.h"
#include "approx/TaylorModel.h"
#include "tests/numerics/ParsedProgram.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;
using compiler::FitProof;
using compiler::FittedTruth;

std::string slopeOf(const std::string &text) { return "diff(" + text + ", x)"; }

struct Fitted {
  Fit fit;
  FittedTruth truth; ///< of the text, of which the derivative is taken by series
  double ulps() const { return std::max(fit.ulps, fit.ulpsAtZero); }
  float low() const { return std::max(fit.lowest(), -FLT_MAX); }
  float high() const { return std::min(fit.highest(), FLT_MAX); }

  FitProof proof(double ulps, double least = 0) const {
    if (fit.smallest == 0)
      return prove(fit, truth, {low(), high(), ulps, least});
    const FitProof left = prove(fit, truth, {low(), -fit.smallest, ulps, least});
    return left.holds ? prove(fit, truth, {fit.smallest, high(), ulps, least}) : left;
  }
};

/// The derivative is fitted from its text, and proved from that of the function.
std::optional<Fitted> fitted(const std::string &text, bool isSlope, const FitLimits &limits) {
  const auto program = parsed(isSlope ? slopeOf(text) : text), whole = parsed(text);
  std::optional<Fit> fit = findFit(program, program->entry(), limits);
  if (!fit)
    return std::nullopt;
  return Fitted{std::move(*fit), FittedTruth(whole, whole->entry(), isSlope)};
}

constexpr FitLimits tables[] = {
    {32, 8, 4, 4}, {8, 12, 4, 4}, {32, 8, 64, 64}, {32, 8, 1024, 1024, false, 0x1p-14}};

const std::vector<std::string> texts = {"x * Phi(x)",
                                        "x * sigmoid(x)",
                                        "softplus(x)",
                                        "logsigmoid(x)",
                                        "sigmoid(x)",
                                        "tanh(x)",
                                        "x * tanh(softplus(x))",
                                        "erf(x)",
                                        "phi(x)",
                                        "gelu_tanh(x)",
                                        "exp(-x^2)",
                                        "expm1(x)",
                                        "atan(x)",
                                        "x / (1 + abs(x))",
                                        "log1p(x^2)",
                                        "x * erf(softplus(x))",
                                        "elu(x)",
                                        "x - tanh(x)",
                                        "cos(x)",
                                        "tanh(x) * exp(-x^2)",
                                        "x^2 * sigmoid(x)",
                                        "1 / (1 + x^2)"};

struct Proved : testing::TestWithParam<std::size_t> {};

TEST_P(Proved, OfFunctionsAndTheirSlopes) {
  const FitLimits &limits = tables[GetParam()];
  unsigned found = 0;
  for (const std::string &text : texts)
    for (bool isSlope : {false, true}) {
      const std::optional<Fitted> one = fitted(text, isSlope, limits);
      if (!one)
        continue;
      ++found;
      const FitProof proof = one->proof(one->ulps() * 1.001, limits.leastResult);
      EXPECT_TRUE(proof.holds) << text << (isSlope ? "'" : "") << " at " << proof.at << ": "
                               << one->fit.text();
    }
  EXPECT_GE(found, limits.segments == 8 ? 12u : 36u);
}

INSTANTIATE_TEST_SUITE_P(Tables, Proved, testing::Range(std::size_t(0), std::size(tables)));

/// Products and sums of smooth functions of lines, some of them settled, odd, or zero somewhere.
std::string textByChance(std::mt19937 &random) {
  const auto number = [&](double low, double high) {
    return std::to_string(std::uniform_real_distribution<double>(low, high)(random));
  };
  const auto line = [&] {
    return random() % 3 == 0 ? std::string("x") : number(-2, 2) + " * x + " + number(-1, 1);
  };
  const char *functions[] = {"sigmoid", "tanh", "Phi",   "softplus", "atan",
                             "erf",     "sech", "asinh", "expm1",    "phi"};
  const auto factor = [&] {
    return std::string(functions[random() % std::size(functions)]) + "(" + line() + ")";
  };
  const char *starts[] = {"", "x * ", "x^2 * ", "(x - 0.7) * "};
  std::string text = starts[random() % std::size(starts)] + factor();
  if (random() % 2)
    text += (random() % 2 ? " + " : " * ") + factor();
  return text;
}

TEST(FitProof, OfFunctionsMadeByChance) {
  std::mt19937 random(17);
  unsigned found = 0;
  for (int i = 0; i < 80; ++i) {
    const std::string text = textByChance(random);
    const FitLimits &limits = tables[i % std::size(tables)];
    const std::optional<Fitted> one = fitted(text, i % 3 == 0, limits);
    if (!one)
      continue;
    ++found;
    const FitProof proof = one->proof(one->ulps() * 1.001, limits.leastResult);
    EXPECT_TRUE(proof.holds) << text << (i % 3 == 0 ? "'" : "") << " at " << proof.at << ": "
                             << one->fit.text();
  }
  EXPECT_GE(found, 35u);
}

/// The largest error at floats that are spread over the range and next to one, in units of 2^-24.
double errorAtPoints(const Fitted &one, const std::string &text, unsigned entry) {
  const auto program = parsed(text);
  const compiler::SmoothFunction truth(program, program->entry());
  double worst = 0;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> inside(one.fit.low, one.fit.high);
  for (int i = 0; i < 4000; ++i) {
    float x = inside(random);
    while (i % 2 && fittedPlace(one.fit, x).entry != entry)
      x = inside(random);
    const std::optional<float> got = fittedValue(one.fit, x);
    const auto ball = truth.value(double(x));
    if (!got || !ball || ball->nearest() == 0)
      continue;
    const double error =
        std::fabs(double(*got) - ball->nearest()) / (0x1p-24 * std::fabs(ball->nearest()));
    worst = std::max(worst, std::isnan(error) ? HUGE_VAL : error);
  }
  return worst;
}

// A bit may be turned that does not matter; then the bound is still true.
TEST(FitProof, OfADamagedTableIsNone) {
  std::mt19937 random(3);
  int refused = 0, damages = 0;
  for (const char *text : {"x * Phi(x)", "sigmoid(x)", "tanh(x)", "x * tanh(softplus(x))"}) {
    const std::optional<Fitted> whole = fitted(text, false, tables[0]);
    ASSERT_TRUE(whole) << text;
    for (int i = 0; i < 12; ++i, ++damages) {
      Fitted one = *whole;
      std::vector<float> &row = i % 5 ? one.fit.table : one.fit.centres;
      float &number = row[random() % row.size()];
      const unsigned entry = unsigned(&number - row.data()) % one.fit.segments;
      number = std::bit_cast<float>(std::bit_cast<std::uint32_t>(number) ^ 1u << random() % 31);
      if (one.proof(one.ulps()).holds)
        EXPECT_LE(errorAtPoints(one, text, entry), one.ulps()) << text << ", damage " << i;
      else
        ++refused;
    }
  }
  EXPECT_GT(refused, damages / 2);
}

TEST(FitProof, OfAnotherFunctionIsNone) {
  const std::vector<std::string> near = {"x * Phi(x)", "x * sigmoid(1.702 * x)", "gelu_tanh(x)",
                                         "x * Phi(x) + 0.0001 * exp(-(1000 * (x - 1))^2)"};
  for (const std::string &text : near)
    for (const std::string &other : near) {
      const std::optional<Fitted> one = fitted(text, false, {32, 8, 64, 64});
      if (!one || text == other)
        continue;
      const auto program = parsed(other);
      const FitProof proof = prove(one->fit, FittedTruth(program, program->entry()),
                                   {one->fit.low, one->fit.high, 64});
      EXPECT_FALSE(proof.holds) << text << " for " << other;
    }
}

// An error that a float shows is more than half of what roundings and polynomial are bounded by.
TEST(FitProof, OfLessThanTheErrorIsNone) {
  for (const char *text : {"x * Phi(x)", "softplus(x)", "atan(x)", "x * tanh(softplus(x))",
                           "erf(x)", "x - tanh(x)", "sigmoid(x)"}) {
    const std::optional<Fitted> one = fitted(text, false, tables[0]);
    ASSERT_TRUE(one) << text;
    double worst = 0;
    for (unsigned entry = 0; entry < one->fit.segments; entry += 4)
      worst = std::max(worst, errorAtPoints(*one, text, entry));
    EXPECT_GT(worst, 0.4 * one->ulps()) << text;
    EXPECT_FALSE(one->proof(worst * (1 - 0x1p-20)).holds) << text;
  }
}

TEST(FitProof, IsOfWhatARecordSays) {
  for (const std::string &text : texts) {
    const std::optional<Fitted> one = fitted(text, false, tables[0]);
    if (!one)
      continue;
    const std::string record = compiler::recordOf(one->fit);
    const std::optional<Fit> again = compiler::fitOfRecord(record);
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(compiler::recordOf(*again), record);
    for (float x : {-3.0f, -0.125f, 0.0f, 0.7f, 5.0f})
      EXPECT_EQ(fittedValue(*again, x), fittedValue(one->fit, x)) << text;
    // Cut off, or a character changed, it is no fit or another one, and reading it is safe.
    std::mt19937 random(5);
    for (std::size_t i = 0; i < record.size(); i += 37) {
      EXPECT_FALSE(compiler::fitOfRecord(record.substr(0, i))) << text;
      std::string changed = record;
      changed[i] = char(random() % 128);
      if (const std::optional<Fit> other = compiler::fitOfRecord(changed))
        (void)fittedValue(*other, 1.0f);
    }
  }
}

// The cells of a proof and the operations that it bounds are those of fits that the search makes.
TEST(FitProof, OfAFormThatThereIsNoneOfIsNotRead) {
  const Fit whole = fitted("x - tanh(x)", false, tables[0])->fit,
            sum = fitted("sigmoid(x)", false, tables[0])->fit;
  const auto isRead = [](Fit fit, auto change) {
    change(fit);
    return compiler::fitOfRecord(compiler::recordOf(fit)).has_value();
  };
  EXPECT_TRUE(isRead(whole, [](Fit &) {}));
  EXPECT_TRUE(isRead(sum, [](Fit &) {}));
  EXPECT_FALSE(isRead(sum, [](Fit &fit) { fit.order = 1; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.order = 5; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.form = Fit::Form::Ramp; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.order = 0; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.low = -1; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) {
    fit.high = 100;
    fit.low = -100;
  }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.segments = 24; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.above = Fit::Beyond::Power; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) {
    fit.step = 0x1p20f;
    fit.high = 0x1p24f;
    fit.low = -0x1p24f;
  }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.degree += 1; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.centres.pop_back(); }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.step = 0; }));
  EXPECT_FALSE(isRead(whole, [](Fit &fit) { fit.form = Fit::Form(9); }));
}

// Next to zero a cube has no second float, and the code asks the exact evaluation.
TEST(FitProof, OfAPowerEndsWhereItUnderflows) {
  const std::optional<Fitted> one = fitted("x - tanh(x)", false, tables[0]);
  ASSERT_TRUE(one && one->fit.order == 3);
  EXPECT_TRUE(one->proof(4).holds);
  EXPECT_FALSE(prove(one->fit, one->truth, {-1, 1, 4}).holds);
  EXPECT_FALSE(prove(one->fit, one->truth, {0x1p-60f, 1, 4}).holds);
}

// 2x at the largest floats is infinite, and that is right; of a coefficient that overflows on the
// way it is not.
TEST(FitProof, OfWhatOverflowsIsOfRightInfinities) {
  const std::optional<Fitted> twice =
      fitted("x^2 * erf(-1.055346 * x - 0.335553)", true, tables[2]);
  ASSERT_TRUE(twice && twice->fit.below == Fit::Beyond::Power);
  EXPECT_TRUE(twice->proof(twice->ulps() * 1.001).holds);
  std::optional<Fitted> large = fitted("exp(-x^2)", false, tables[0]);
  ASSERT_TRUE(large);
  large->fit.table[large->fit.segments + 3] = 0x1p126f;
  EXPECT_FALSE(large->proof(4).holds);
}

} // namespace
} // namespace xphi::numerics
