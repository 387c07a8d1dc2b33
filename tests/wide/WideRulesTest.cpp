// Signs, infinities, what has no value, ties and noise: the rules of wide numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <mpfr.h> // before FLINT, which has functions for it then

#include "compiler/truth/Limit.h"
#include "compiler/wide/WideBitcode.h"
#include "tests/wide/WideNumbers.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <map>

using namespace xphi::wide;
using xphi::reference::ArbBall;
using xphi::reference::ArbPrecision;

namespace {

using Unary = void (*)(Wide *, const Wide *);
using Binary = void (*)(Wide *, const Wide *, const Wide *);

const std::map<std::string, Unary> unaries = {
#define UNARY(name) {#name, xphi_wide_##name},
#include "compiler/wide/WideFunctions.def"
};
const std::map<std::string, Binary> binaries = {
#define BINARY(name) {#name, xphi_wide_##name},
#include "compiler/wide/WideFunctions.def"
};

constexpr float infinity = INFINITY, none = NAN;

Wide apply(const std::string &name, const Wide &x) {
  Wide result;
  unaries.at(name)(&result, &x);
  return result;
}

Wide apply(const std::string &name, const Wide &a, const Wide &b) {
  Wide result;
  binaries.at(name)(&result, &a, &b);
  return result;
}

float narrow(const Wide &x) { return float(xphi_wide_to_f64_odd(&x)); }

/// NaN for any NaN; zeros differ by their sign.
std::string shown(float x) {
  return std::isnan(x) ? "none"
                       : std::to_string(std::bit_cast<uint32_t>(x)) + " " + std::to_string(x);
}

// Rounded to float, the results at -inf, -1, -0, +0, 1, inf. None goes to None.
struct SpecialResults {
  const char *name;
  float results[6];
};

const SpecialResults specialResults[] = {
    {"neg", {infinity, 1, 0.0f, -0.0f, -1, -infinity}},
    {"abs", {infinity, 1, 0.0f, 0.0f, 1, infinity}},
    {"sign", {-1, -1, -0.0f, 0.0f, 1, 1}},
    {"step", {0, 0, 1, 1, 1, 1}},
    {"floor", {-infinity, -1, -0.0f, 0.0f, 1, infinity}},
    {"ceil", {-infinity, -1, -0.0f, 0.0f, 1, infinity}},
    {"round", {-infinity, -1, -0.0f, 0.0f, 1, infinity}},
    {"sqrt", {none, none, -0.0f, 0.0f, 1, infinity}},
    {"rsqrt", {none, none, -infinity, infinity, 1, 0}},
    {"cbrt", {-infinity, -1, -0.0f, 0.0f, 1, infinity}},
    {"exp", {0, 0.36787944f, 1, 1, 2.7182817f, infinity}},
    {"exp2", {0, 0.5f, 1, 1, 2, infinity}},
    {"expm1", {-1, -0.63212055f, -0.0f, 0.0f, 1.7182819f, infinity}},
    {"log", {none, none, -infinity, -infinity, 0, infinity}},
    {"log2", {none, none, -infinity, -infinity, 0, infinity}},
    {"log1p", {none, -infinity, -0.0f, 0.0f, 0.6931472f, infinity}},
    {"softplus", {0, 0.3132617f, 0.6931472f, 0.6931472f, 1.3132616f, infinity}},
    {"sigmoid", {0, 0.26894143f, 0.5f, 0.5f, 0.7310586f, 1}},
    {"logistic_pdf", {0, 0.19661193f, 0.25f, 0.25f, 0.19661193f, 0}},
    {"sinh", {-infinity, -1.1752012f, -0.0f, 0.0f, 1.1752012f, infinity}},
    {"cosh", {infinity, 1.5430807f, 1, 1, 1.5430807f, infinity}},
    {"tanh", {-1, -0.7615942f, -0.0f, 0.0f, 0.7615942f, 1}},
    {"sech2", {0, 0.41997433f, 1, 1, 0.41997433f, 0}},
    {"asinh", {-infinity, -0.88137358f, -0.0f, 0.0f, 0.88137358f, infinity}},
    {"acosh", {none, none, none, none, 0, infinity}},
    {"atanh", {none, -infinity, -0.0f, 0.0f, infinity, none}},
    {"tanh_softplus", {0, 0.30340147f, 0.6f, 0.6f, 0.865098417f, 1}},
    {"mish_slope", {0, 0.0592167564f, 0.6f, 0.6f, 1.04903626f, 1}},
    {"tanhshrink", {-infinity, -0.23840584f, -0.0f, 0.0f, 0.23840584f, infinity}},
    {"erf", {-1, -0.84270078f, -0.0f, 0.0f, 0.84270078f, 1}},
    {"erfc", {2, 1.8427008f, 1, 1, 0.15729921f, 0}},
    {"normal_cdf", {0, 0.15865525f, 0.5f, 0.5f, 0.84134477f, 1}},
    {"normal_pdf", {0, 0.24197072f, 0.3989423f, 0.3989423f, 0.24197072f, 0}},
    {"gelu", {-0.0f, -0.15865525f, -0.0f, 0.0f, 0.84134477f, infinity}},
    {"gelu_slope", {-0.0f, -0.083315471f, 0.5f, 0.5f, 1.0833155f, 1}},
    {"sin", {none, -0.84147096f, -0.0f, 0.0f, 0.84147096f, none}},
    {"cos", {none, 0.54030228f, 1, 1, 0.54030228f, none}},
    {"tan", {none, -1.5574077f, -0.0f, 0.0f, 1.5574077f, none}},
    {"asin", {none, -1.5707964f, -0.0f, 0.0f, 1.5707964f, none}},
    {"acos", {none, 3.1415927f, 1.5707964f, 1.5707964f, 0, none}},
    {"erfcx", {infinity, 5.00898008f, 1, 1, 0.427583576f, 0.0f}},
    {"erfcx_slope", {-infinity, -11.1463393f, -1.12837917f, -1.12837917f, -0.273212015f, -0.0f}},
    {"log1mexp", {-0.0f, -0.458675145f, -infinity, -infinity, none, none}},
    {"log_erfc", {0.693147181f, 0.611232366f, 0.0f, 0.0f, -1.84960553f, -infinity}},
    {"log_normal_cdf",
     {-infinity, -1.84102165f, -0.693147181f, -0.693147181f, -0.172753779f, -0.0f}},
    {"atan", {-1.5707964f, -0.78539819f, -0.0f, 0.0f, 0.78539819f, 1.5707964f}},
};

TEST(WideRules, EveryFunctionIsTabledAtItsSpecialArguments) {
  constexpr float arguments[] = {-infinity, -1, -0.0f, 0.0f, 1, infinity};
  std::map<std::string, Unary> untested = unaries;
  for (const SpecialResults &row : specialResults) {
    untested.erase(row.name);
    for (int i = 0; i < 6; ++i)
      EXPECT_EQ(shown(narrow(apply(row.name, wide(arguments[i])))), shown(row.results[i]))
          << row.name << " of " << arguments[i];
    EXPECT_EQ(apply(row.name, wide(none)).kind, None) << row.name;
    EXPECT_EQ(apply(row.name, apply("neg", wide(none))).kind, None) << row.name;
  }
  for (const auto &[name, function] : untested)
    ADD_FAILURE() << name << " has no row";
}

// IEEE's own rules on floats are those of the extended reals.
TEST(WideRules, ArithmeticOfSpecialsIsThatOfFloats) {
  constexpr float numbers[] = {-infinity, -3, -2, -1, -0.5f,    -0.0f, 0.0f,
                               0.5f,      1,  2,  3,  infinity, none};
  for (float a : numbers)
    for (float b : numbers) {
      auto expect = [&](const char *name, float right) {
        EXPECT_EQ(shown(narrow(apply(name, wide(a), wide(b)))), shown(right))
            << a << " " << name << " " << b;
      };
      expect("add", a + b);
      expect("sub", a - b);
      expect("mul", a * b);
      // What is made of no number is none, but x^0: IEEE's 1^NaN is 1. And powers of what is below
      // 0 are so for whole exponents only: of -inf IEEE has all.
      const bool isNone = std::isnan(b) || (a == -infinity && std::fabs(b) == 0.5f);
      expect("pow", isNone ? none : float(std::pow(double(a), double(b))));
      expect("div", a / b);
      if (a != b) { // which zero is the smaller is left open
        expect("min", std::isnan(a) || std::isnan(b) ? none : std::fmin(a, b));
        expect("max", std::isnan(a) || std::isnan(b) ? none : std::fmax(a, b));
      }
      const Wide x = wide(a), y = wide(b);
      EXPECT_EQ(xphi_wide_less(&x, &y), a < b) << a << " " << b;
      EXPECT_EQ(xphi_wide_less_equal(&x, &y), a <= b) << a << " " << b;
      EXPECT_EQ(xphi_wide_equal(&x, &y), a == b) << a << " " << b;
    }
}

TEST(WideRules, FloatsComeBackAsTheyWere) {
  for (uint64_t bits = 0; bits <= 0xffffffff; bits += 65521) { // a prime: all fields vary
    const float x = std::bit_cast<float>(uint32_t(bits));
    EXPECT_EQ(shown(narrow(wide(x))), shown(x));
  }
  EXPECT_EQ(std::bit_cast<uint32_t>(narrow(wide(none))), 0x7fc00000u);
}

// Between each two neighbours: their middle goes to the even one, anything beside it to the nearer.
TEST(WideRules, FloatsAreRoundedToNearestTiesToEven) {
  constexpr uint32_t fields[] = {0, 1, 2, 0x2aaaaa, 0x555555, 0x7ffffe, 0x7fffff};
  for (uint32_t exponent = 0; exponent < 255; ++exponent)
    for (uint32_t field : fields)
      for (uint32_t sign : {0u, 0x80000000u}) {
        const uint32_t bits = exponent << 23 | field;
        const float low = std::bit_cast<float>(bits | sign),
                    high = std::bit_cast<float>((bits + 1) | sign);
        // What follows the largest float counts as 2^128.
        ArbPrecision precision(500);
        const Wide next =
            std::isinf(high) ? nearest(ArbBall(std::copysign(0x1p128, low))) : wide(high);
        Wide sum = apply("add", wide(low), next);
        const Wide middle = apply("mul", sum, wide(0.5f));
        EXPECT_EQ(shown(narrow(middle)), shown(bits % 2 ? high : low)) << low;
        for (int distance : {3, 30, 60, 120, 200, 320}) {
          const ArbBall shift = ArbBall::powerOfTwo(-distance);
          EXPECT_EQ(shown(narrow(nearest(ball(middle) * (ArbBall(1) - shift * 0x1p-24)))),
                    shown(low))
              << low;
          EXPECT_EQ(shown(narrow(nearest(ball(middle) * (ArbBall(1) + shift * 0x1p-24)))),
                    shown(high))
              << low;
        }
      }
  for (int exponent : {-150, -151, -200, -100000})
    EXPECT_EQ(shown(narrow(nearest(ArbBall::powerOfTwo(exponent)))), shown(0.0f));
  for (int exponent : {128, 129, 1000000})
    EXPECT_EQ(shown(narrow(nearest(ArbBall::powerOfTwo(exponent)))), shown(infinity));
}

/// To the nearest double, or cut off with an odd last bit where that loses something; by MPFR.
double roundedByMpfr(const Wide &x, bool odd) {
  mpfr_t exact;
  mpfr_init2(exact, mantissaBits);
  const ArbBall value = ball(x);
  (void)arf_get_mpfr(exact, arb_midref(value.get()), MPFR_RNDN);
  double result = mpfr_get_d(exact, odd ? MPFR_RNDZ : MPFR_RNDN);
  if (odd && mpfr_cmp_d(exact, result) != 0)
    result = std::copysign(std::bit_cast<double>(std::bit_cast<uint64_t>(std::fabs(result)) | 1),
                           x.negative ? -1 : 1);
  mpfr_clear(exact);
  return result;
}

// Ties of every length that a double has, what is just beside them, however little, and both ends.
TEST(WideRules, DoublesAreRoundedToNearestOrToOdd) {
  RandomNumbers random(5);
  for (int exponent = -1080; exponent <= 1026;
       exponent += exponent > -1070 && exponent < 1020 ? 7 : 1)
    for (int cut = 0; cut <= 54; ++cut)
      for (int i = 0; i < 8; ++i) {
        // `cut` bits, then a tie or none, then far below something or nothing.
        uint64_t words[mantissaWords] = {};
        uint64_t &top = words[mantissaWords - 1];
        top = uint64_t(1) << 63 | uint64_t(random.integer(0, INT64_MAX)) << 1 >> 1;
        top &= cut ? ~uint64_t(0) << (64 - cut) : 0;
        top |= uint64_t(1) << 63;
        if (i & 1)
          top |= uint64_t(1) << (63 - cut);
        if (i & 2)
          words[std::size_t(random.integer(0, mantissaWords - 2))] |= uint64_t(1)
                                                                      << random.integer(0, 63);
        if (i & 4)
          top ^= cut ? uint64_t(1) << (64 - cut) : 0;
        Wide x;
        xphi_wide_from_bits(&x, words, exponent, i % 3 == 0);
        EXPECT_EQ(xphi_wide_to_f64(&x), roundedByMpfr(x, false)) << text(x);
        EXPECT_EQ(xphi_wide_to_f64_odd(&x), roundedByMpfr(x, true)) << text(x);
      }
}

TEST(WideRules, WhatCancelsAllButFortyBitsIsZero) {
  ArbPrecision precision(1000);
  RandomNumbers random(7);
  for (int i = 0; i < 200; ++i) {
    const Wide a = random(-500, 500);
    for (int bits : {50, 150, 300, mantissaBits - 44, mantissaBits - 36, mantissaBits - 1}) {
      const Wide b = nearest(ball(a) * (ArbBall(1) + ArbBall::powerOfTwo(-bits)));
      const bool noise = bits > mantissaBits - 41;
      EXPECT_EQ(apply("sub", a, b).kind, noise ? Zero : Finite) << bits;
      EXPECT_EQ(apply("sub", a, b).kind == Zero, apply("sub", b, a).kind == Zero);
      EXPECT_EQ(xphi_wide_equal(&a, &b), noise) << bits;
      EXPECT_EQ(xphi_wide_less(&a, &b), !noise && !a.negative) << bits;
    }
  }
}

// Integers and halves, and numbers beside them by noise and by more.
TEST(WideRules, RoundingsForgiveNoise) {
  ArbPrecision precision(1000);
  for (int n = -9; n <= 9; ++n) {
    const float half = float(n) / 2;
    auto expect = [&](const Wide &x, float floor, float ceil, float round) {
      EXPECT_EQ(narrow(apply("floor", x)), floor) << text(x);
      EXPECT_EQ(narrow(apply("ceil", x)), ceil) << text(x);
      EXPECT_EQ(narrow(apply("round", x)), round) << text(x);
    };
    for (int sign : {-1, 0, 1}) // close enough to be this number
      expect(nearest(ArbBall(half) *
                     (ArbBall(1) + ArbBall::powerOfTwo(14 - mantissaBits) * double(sign))),
             std::floor(half), std::ceil(half), std::nearbyint(half));
    for (float shift : {-0x1p-20f, 0x1p-20f, -0.25f, 0.25f})
      expect(wide(half + shift), std::floor(half + shift), std::ceil(half + shift),
             std::nearbyint(half + shift));
  }
  for (float large : {0x1p23f, 0x1.fffffep23f, -0x1.8p100f, 0x1.fffffep127f})
    for (const char *name : {"floor", "ceil", "round"})
      EXPECT_EQ(narrow(apply(name, wide(large))), large);
  for (int exponent : {-4, -2, -1, 0, 1, 2, 16, 1000}) {
    const Wide x = nearest(ArbBall::powerOfTwo(mantissaBits + exponent) * -3.0);
    for (const char *name : {"floor", "ceil", "round"})
      EXPECT_EQ(text(apply(name, x)), text(x));
  }
}

// The lowest bit is worth 1/2 at an exponent of mantissaBits - 1.
TEST(WideRules, TheLargestNumbersWithAFractionAreRounded) {
  ArbPrecision precision(1000);
  const ArbBall even = ArbBall::powerOfTwo(mantissaBits - 2), half = ArbBall(0.5);
  auto expect = [&](const char *name, const ArbBall &x, const ArbBall &right) {
    EXPECT_EQ(text(apply(name, nearest(x))), text(nearest(right))) << name;
  };
  expect("floor", even + half, even);
  expect("ceil", even + half, even + 1);
  expect("round", even + half, even);
  expect("round", even + 1 + half, even + 2);
  expect("round", even * 2 - half, even * 2);
  expect("floor", even * 2 - half, even * 2 - 1);
}

TEST(WideRules, RootsQuotientsAndPowersOfIntegersAreExact) {
  for (int n = 1; n <= 300; ++n) {
    const Wide x = wide(float(n)), square = apply("mul", x, x), cube = apply("mul", square, x);
    EXPECT_EQ(text(apply("sqrt", square)), text(x));
    EXPECT_EQ(text(apply("cbrt", cube)), text(x));
    EXPECT_EQ(text(apply("cbrt", apply("neg", cube))), text(apply("neg", x)));
    EXPECT_EQ(text(apply("pow", x, wide(3))), text(cube));
    EXPECT_EQ(text(apply("div", cube, square)), text(x));
    Wide power = wide(1);
    for (int k = 0; k < 46; ++k) // 300^46 has 379 bits
      power = apply("mul", power, x);
    EXPECT_EQ(text(apply("pow", x, wide(46))), text(power));
    EXPECT_EQ(text(apply("log2", apply("exp2", wide(float(n - 150))))), text(wide(float(n - 150))));
  }
}

TEST(WideRules, ExponentsSaturate) {
  const Wide large = nearest(powerOfTwo(exponentLimit - 10));
  const Wide small = nearest(powerOfTwo(-exponentLimit + 10));
  EXPECT_EQ(text(apply("mul", large, apply("neg", large))), "-inf");
  EXPECT_EQ(text(apply("div", large, small)), "inf");
  EXPECT_EQ(text(apply("mul", apply("neg", small), small)), "-0");
  EXPECT_EQ(text(apply("div", small, large)), "0");
  EXPECT_EQ(text(apply("add", large, small)), text(large));
  EXPECT_EQ(text(apply("exp", large)), "inf");
  EXPECT_EQ(text(apply("exp", apply("neg", large))), "0");
  EXPECT_EQ(text(apply("expm1", apply("neg", large))), text(wide(-1)));
  for (const char *name : {"asinh", "acosh"}) // the square is out of range, log(2 x) is not
    EXPECT_EQ(narrow(apply("div", apply(name, large), apply("log", large))), 1) << name;
  for (const auto &[name, function] : unaries) // no way to hang or to trap
    for (const Wide &x : {large, small, apply("neg", large), apply("neg", small)}) {
      Wide result;
      function(&result, &x);
      EXPECT_LE(result.kind, None) << name;
    }
}

// The oracle's rule on the same values.
TEST(WideRules, LimitsAreThoseOfTheOracle) {
  using Path = std::vector<const char *>; // functions applied to x, one after the other
  const Path paths[] = {{"neg"},          {"abs"},          {"sqrt"},         {"cbrt"},
                        {"rsqrt"},        {"log"},          {"log", "sqrt"},  {"log", "rsqrt"},
                        {"log", "log"},   {"sin"},          {"atan"},         {"tanh"},
                        {"sigmoid"},      {"step"},         {"sign"},         {"log1p", "neg"},
                        {"asinh"},        {"tanhshrink"},   {"sin", "abs"},   {"atan", "neg"},
                        {"rsqrt", "sin"}, {"rsqrt", "cos"}, {"rsqrt", "exp"}, {"softplus"}};
  constexpr auto exponents = xphi::reference::limitExponents;
  for (const Path &path : paths) {
    Wide values[6], limit;
    xphi::reference::DistantValues balls;
    ArbPrecision precision(1024);
    for (int i = 0; i < 6; ++i) {
      values[i] = nearest(ArbBall::powerOfTwo(exponents[size_t(i)]));
      for (const char *name : path)
        values[i] = apply(name, values[i]);
      balls[size_t(i)] = ball(values[i]);
    }
    xphi_wide_limit(&limit, values);
    const auto right = xphi::reference::limitFrom(balls);
    EXPECT_EQ(shown(narrow(limit)), shown(float(right.high))) << path.front();
  }
}

/// Of values that grow, shrink, creep towards a bound, swing or are of any size. It has one zero.
TEST(WideRules, LimitsOfAnyValuesAreThoseOfTheOracle) {
  RandomNumbers random(9);
  const ArbPrecision precision(1024);
  const double sizes[] = {0.25, 1, 1.25, 2, 7, 1e-20, 1e30};
  for (int i = 0; i < 3000; ++i) {
    const double c = sizes[random.integer(0, 6)] * (random.integer(0, 1) ? 1 : -1);
    const int64_t shape = random.integer(0, 7),
                  power = std::array{1, 2, 3, 5, 7}[std::size_t(random.integer(0, 4))];
    const double factor = std::array{1.2, 1.45, 1.55, 3.0}[std::size_t(random.integer(0, 3))];
    Wide values[6], limit;
    xphi::reference::DistantValues balls;
    ArbBall value(c);
    for (std::size_t k = 0; k < 6; ++k) {
      const slong exponent = xphi::reference::limitExponents[k];
      const ArbBall small = ArbBall::powerOfTwo(-exponent / power);
      if (k == 1 || (k > 0 && shape == 1))
        value = value * ArbBall(factor);
      const ArbBall shapes[] = {value,
                                value,
                                ArbBall(c) - small,
                                ArbBall(c) + small,
                                ArbBall(c) * ArbBall::powerOfTwo(exponent / power),
                                ArbBall(c) * small,
                                k % 2 ? ArbBall(c) : -ArbBall(c),
                                ball(random(-60, 60))};
      values[k] = nearest(shapes[shape]);
      balls[k] = ball(values[k]);
    }
    xphi_wide_limit(&limit, values);
    EXPECT_EQ(shown(narrow(limit) + 0.0f), shown(float(xphi::reference::limitFrom(balls).high)))
        << "shape " << shape << " of " << c << ", " << factor << ", " << power;
  }
}

TEST(WideRules, LimitsKnowWhatLeavesTheRangeOfExponents) {
  auto limit = [](auto value) {
    Wide values[6], result;
    int i = 0;
    for (slong exponent : xphi::reference::limitExponents)
      values[i++] = value(nearest(ArbBall::powerOfTwo(exponent)));
    xphi_wide_limit(&result, values);
    return text(result);
  };
  EXPECT_EQ(limit([](const Wide &x) { return apply("exp", x); }), "inf");
  EXPECT_EQ(limit([](const Wide &x) { return apply("neg", apply("cosh", x)); }), "-inf");
  EXPECT_EQ(limit([](const Wide &x) { return apply("exp", apply("neg", x)); }), "0");
  EXPECT_EQ(limit([](const Wide &x) { return apply("log", apply("neg", x)); }), "none");
  bool negative = false; // grows, with either sign
  EXPECT_EQ(limit([&](const Wide &x) {
              negative = !negative;
              return negative ? apply("neg", x) : x;
            }),
            "none");
}

TEST(WideCode, IsBitcodeAndAnObject) {
  EXPECT_EQ(wideBitcode().substr(0, 4), "BC\xc0\xde");
  EXPECT_EQ(wideBitcode().size() % 4, 0u);
  EXPECT_EQ(wideObject().substr(0, 4), "\x7f"
                                       "ELF");
}

} // namespace
