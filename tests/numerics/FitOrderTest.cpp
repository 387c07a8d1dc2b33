// What is said of the order of a fit's results, float by float.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitOrder.h"
#include "approx/FittedValue.h"
#include "approx/TaylorModel.h"
#include "dsl/Frontend.h"
#include "lib/EmbeddedLibrary.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

using compiler::Fit;
using compiler::FitLimits;

std::optional<Fit> fitted(const std::string &text, const FitLimits &limits) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text}, &lib::library());
  if (!parsed)
    throw std::runtime_error(parsed.render());
  return compiler::findFit(parsed.program, parsed.program->entry(), limits);
}

/// Floats in ascending order have ascending numbers; −0 and 0 are one.
std::int64_t rankOf(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits < 0 ? -std::int64_t(bits & 0x7fffffff) : std::int64_t(bits);
}
float ofRank(std::int64_t rank) {
  return std::bit_cast<float>(rank < 0 ? std::uint32_t(-rank) | 0x80000000u : std::uint32_t(rank));
}

struct Floats {
  std::int64_t first, last;
};

/// 64 floats on both sides of each border, of zero and of the ends, and runs anywhere.
std::vector<Floats> runsFor(const Fit &fit, int random, std::mt19937 &generator) {
  std::vector<Floats> runs;
  const auto around = [&](float place, std::int64_t count) {
    runs.push_back({rankOf(place) - count, rankOf(place) + count});
  };
  constexpr std::int64_t beside = 64, length = 1024;
  for (int k = -int(fit.segments); k <= int(fit.segments); ++k)
    around((float(k) + 0.5f) * fit.step, beside);
  for (float place : {0.0f, fit.low, fit.high, 2 * fit.low, 2 * fit.high})
    around(place, beside);
  std::uniform_real_distribution<float> inside(fit.low, fit.high);
  std::uniform_int_distribution<std::int64_t> anywhere(rankOf(fit.low), rankOf(fit.high));
  for (int i = 0; i < random; ++i)
    around(i % 2 ? inside(generator) : ofRank(anywhere(generator)), length);
  return runs;
}

std::size_t stepsBack(const Fit &fit, bool rises, const std::vector<Floats> &runs, float &at) {
  std::size_t count = 0;
  for (const Floats &run : runs) {
    std::optional<float> before;
    for (std::int64_t rank = run.first; rank <= run.last; ++rank) {
      const float x = ofRank(rank);
      // Results that are no normal numbers are not told of.
      const std::optional<float> here =
          x != 0 && std::fabs(x) < fit.firstNormal ? std::nullopt : fittedValue(fit, x);
      if (here && before && (rises ? *here < *before : *here > *before)) {
        ++count;
        at = x;
      }
      before = here;
    }
  }
  return count;
}

constexpr FitLimits tables[] = {{32, 8, 4, 4}, {8, 8, 4, 4}, {16, 8, 4, 4}};

bool rises(const Fit &fit) { return *fittedValue(fit, fit.low) < *fittedValue(fit, fit.high); }

struct OneWay {
  const char *text;
  int tables; ///< of those above, from the first on, that have a fit whose order is derived
};

constexpr OneWay oneWay[] = {{"tanh(x)", 1},       {"erf(x)", 2},     {"atan(x)", 2},
                             {"asinh(x)", 2},      {"symlog(x)", 2},  {"softplus(x)", 2},
                             {"logsigmoid(x)", 2}, {"Phi(x)", 1},     {"bent_identity(x)", 1},
                             {"tanh(-x)", 1},      {"erf(x / 2)", 2}, {"1.75 * atan(x)", 2},
                             {"softplus(-x)", 1},  {"-erf(x)", 2},    {"0.3 * asinh(x)", 2}};

// The results are Fit's formulas; certificates hold them against the machine code, to the bit.
TEST(FitOrder, OfFunctionsThatGoOneWay) {
  std::mt19937 generator(1);
  for (const OneWay &each : oneWay)
    for (int table = 0; table < each.tables; ++table) {
      const std::optional<Fit> fit = fitted(std::string("def f(x) = ") + each.text, tables[table]);
      ASSERT_TRUE(fit) << each.text << ", table " << table;
      EXPECT_EQ(fit->steps, Fit::Steps::OneWay) << each.text << ": " << fit->text();
      float at = 0;
      EXPECT_EQ(stepsBack(*fit, rises(*fit), runsFor(*fit, 64, generator), at), 0u)
          << each.text << " at " << at << ": " << fit->text();
    }
}

// In order, results are between those at the ends.
TEST(FitOrder, KeepsResultsInTheFunctionsRange) {
  struct Bounded {
    const char *text;
    float least, most;
  };
  std::mt19937 generator(5);
  for (const auto &[text, least, most] :
       {Bounded{"tanh(x)", -1, 1}, Bounded{"erf(x)", -1, 1}, Bounded{"sigmoid(x)", 0, 1},
        Bounded{"Phi(x)", 0, 1}, Bounded{"softplus(x)", 0, HUGE_VALF},
        Bounded{"2 * tanh(x / 2)", -2, 2}, Bounded{"tanh(-3 * x)", -1, 1}})
    for (const FitLimits &limits : tables)
      if (const std::optional<Fit> fit = fitted(std::string("def f(x) = ") + text, limits)) {
        std::vector<float> points = {fit->low, fit->high, -HUGE_VALF, HUGE_VALF};
        for (const Floats &run : runsFor(*fit, 4, generator))
          for (std::int64_t rank = run.first; rank <= run.last; ++rank)
            points.push_back(ofRank(rank));
        for (float x : points)
          if (const std::optional<float> got = fittedValue(*fit, x))
            ASSERT_TRUE(least <= *got && *got <= most) << text << " at " << x << ": " << *got;
      }
}

// Sums of smooth functions that rise.
TEST(FitOrder, IsTrueOfFunctionsMadeByChance) {
  std::mt19937 generator(2);
  const char *functions[] = {"sigmoid", "tanh",  "Phi",   "softplus",   "atan",
                             "erf",     "asinh", "expm1", "tanhshrink", "bent_identity"};
  const auto number = [&](double low, double high) {
    return std::to_string(std::uniform_real_distribution<double>(low, high)(generator));
  };
  unsigned found = 0, known = 0;
  for (int i = 0; i < 60; ++i) {
    std::string text = "def f(x) = ";
    for (unsigned term = 0; term <= generator() % 2; ++term)
      text += (term ? " + " : "") + number(0.1, 3) + " * " +
              functions[generator() % std::size(functions)] + "(" + number(0.3, 2) + " * x" +
              (generator() % 2 ? " + " + number(-1, 1) : "") + ")";
    const std::optional<Fit> fit = fitted(text, tables[i % std::size(tables)]);
    if (!fit)
      continue;
    ++found;
    if (fit->steps != Fit::Steps::OneWay)
      continue;
    ++known;
    float at = 0;
    EXPECT_EQ(stepsBack(*fit, rises(*fit), runsFor(*fit, 24, generator), at), 0u)
        << text << " at " << at << ": " << fit->text();
  }
  EXPECT_GE(found, 30u);
  EXPECT_GE(known, 8u);
}

// Where no line is, tⁿc₀ comes last, and a zero keeps the function's sign.
TEST(FitOrder, OfOrderedProducts) {
  std::mt19937 generator(6);
  const auto number = [&](double low, double high) {
    return std::to_string(std::uniform_real_distribution<double>(low, high)(generator));
  };
  unsigned products = 0;
  for (int i = 0; i < 24; ++i) {
    const FitLimits &limits = i % 3 ? tables[2] : tables[0];
    const std::string scale = number(0.4, 1.6), factor = number(0.5, 2);
    const std::string text = i == 0   ? "x - tanh(x)"
                             : i == 1 ? "bent_identity(x)"
                             : i % 2  ? factor + " * (x + " + number(-0.9, 0.9) + " * (sqrt((" +
                                            scale + " * x)^2 + 1) - 1))"
                                      : factor + " * tanhshrink(" + scale + " * x)";
    const std::optional<Fit> fit = fitted("def f(x) = " + text, limits);
    if (!fit || !fit->isOrderedProduct)
      continue;
    ++products;
    EXPECT_EQ(fit->steps, Fit::Steps::OneWay) << text;
    float at = 0;
    EXPECT_EQ(stepsBack(*fit, true, runsFor(*fit, 48, generator), at), 0u)
        << text << " at " << at << ": " << fit->text();
    for (float zero : {-0.0f, 0.0f})
      EXPECT_EQ(std::bit_cast<std::uint32_t>(*fittedValue(*fit, zero)),
                std::bit_cast<std::uint32_t>(zero))
          << text;
  }
  EXPECT_GE(products, 8u);
}

// Of a pair that is one float, as with parameters of 1: in wide segments all of Horner's sums have
// one sign from an end of the segment on.
TEST(FitOrder, OfAnExponentialOfPairs) {
  std::mt19937 generator(7);
  for (unsigned segments : {8u, 32u})
    for (double ulps : {3.0, 3.5}) {
      const std::optional<Fit> fit =
          fitted("def f(x) = exp(x)", {segments, 8, ulps, ulps, /*isOfPair=*/true});
      ASSERT_TRUE(fit) << segments;
      EXPECT_EQ(fit->steps, Fit::Steps::OneWay) << fit->text();
      float at = 0;
      EXPECT_EQ(stepsBack(*fit, true, runsFor(*fit, 64, generator), at), 0u) << at;
    }
}

// Coefficients that would not do: what is said to be in order is.
TEST(FitOrder, IsTrueOfDamagedTables) {
  std::mt19937 generator(3);
  unsigned refused = 0, damages = 0;
  for (const char *text : {"tanh(x)", "softplus(x)", "sigmoid(x)", "Phi(x)", "tanhshrink(x)"}) {
    const std::optional<Fit> whole = fitted(std::string("def f(x) = ") + text, tables[0]);
    ASSERT_TRUE(whole);
    for (int i = 0; i < 40; ++i, ++damages) {
      Fit fit = *whole;
      std::vector<float> &row = i % 5 ? fit.table : fit.centres;
      float &number = row[generator() % row.size()];
      number =
          std::bit_cast<float>(std::bit_cast<std::uint32_t>(number) ^ 1u << (generator() % 28));
      if (!keepsOrder(fit)) {
        ++refused;
        continue;
      }
      float at = 0;
      EXPECT_EQ(stepsBack(fit, rises(*whole), runsFor(fit, 24, generator), at), 0u)
          << text << " at " << at << ", damage " << i;
    }
  }
  EXPECT_GT(refused, damages / 8);
  EXPECT_LT(refused, damages);
}

// Of other forms, as of an exponential beside a line, it is not known, and of what turns it is not
// asked.
TEST(FitOrder, IsNotSaidOfEveryFit) {
  const std::optional<Fit> elu = fitted("def f(x) = elu(x)", tables[0]),
                           gelu = fitted("def f(x) = x * Phi(x)", tables[0]);
  ASSERT_TRUE(elu);
  EXPECT_EQ(elu->steps, Fit::Steps::Unknown);
  EXPECT_NE(elu->text().find("steps back not excluded"), std::string::npos);
  ASSERT_TRUE(gelu);
  EXPECT_EQ(gelu->steps, Fit::Steps::None);
  EXPECT_EQ(gelu->text().find("step"), std::string::npos);
}

// It is so rare there that a line at zero, which takes three instructions, is not worth it.
TEST(FitOrder, IsKeptByALogisticFunctionBesideZero) {
  const std::optional<Fit> fit = fitted("def f(x) = sigmoid(x)", tables[0]);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->slope, 0);
  float at = 0;
  std::vector<Floats> runs;
  for (float place = 0.25f; place > 0x1p-4f; place /= 2)
    runs.push_back({rankOf(place) - (1 << 17), rankOf(place)});
  EXPECT_EQ(stepsBack(*fit, true, runs, at), 0u) << at;
}

// By running every float of a segment.
TEST(FitOrder, OfASegmentIsAsFloatsSay) {
  std::mt19937 generator(4);
  const auto number = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(generator);
  };
  unsigned kept = 0;
  for (int i = 0; i < 400; ++i) {
    const double low = std::exp2(number(-3, 3)), high = low * (1 + std::exp2(number(-13, -7)));
    const float centre = float(low + number(-0.25, 1.25) * (high - low));
    // As little changes as in a wide segment, seen from afar.
    const float apart = float(number(0, 1) < 0.5 ? 0 : std::exp2(number(-9, 0)) * low);
    std::vector<float> coefficients = {float(number(0.25, 1))};
    for (int power = 1; power <= 4; ++power)
      coefficients.push_back(float(number(-1, 1) * std::exp2(-power)));
    coefficients[1] = std::fabs(coefficients[1]);
    compiler::SegmentOrder order{coefficients, centre - apart, low, high};
    order.power = unsigned(i % 4); // 0: no product
    if (order.stepsBack(true) > 0)
      continue;
    ++kept;
    float before = -HUGE_VALF;
    for (float t = std::nextafter(float(low), HUGE_VALF); double(t) < high;
         t = std::nextafter(t, HUGE_VALF)) {
      const float d = t - (centre - apart);
      float sum = coefficients[4];
      for (int power = 4; power-- > int(order.power > 0);)
        sum = std::fma(sum, d, coefficients[std::size_t(power)]);
      if (order.power > 0) { // tⁿ and what it lacks, as Fit.h has it
        double exact = 1;
        for (unsigned n = 0; n < order.power; ++n)
          exact *= double(t);
        const auto high = float(exact);
        const float low = float(exact - double(high)), part = high * d;
        sum = std::fma(high, coefficients[0], std::fma(part, sum, low * coefficients[0]));
      }
      ASSERT_LE(before, sum) << "segment " << i << " at " << t;
      before = sum;
    }
  }
  EXPECT_GE(kept, 50u);
}

} // namespace
} // namespace xphi::numerics
