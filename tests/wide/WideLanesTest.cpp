// Limits at infinity as kernels take them: of functions of one number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Lanes.h"
#include "compiler/wide/Number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

using namespace xphi::wide;

namespace {

Wide number(float x) {
  Wide result;
  xphi_wide_from_f64(&result, x);
  return result;
}

struct Row {
  const char *formula;
  void (*function)(Wide *result, const Wide *x);
  float below, above; // at -infinity and infinity
};

#define XPHI_ROW(FORMULA, BELOW, ABOVE)                                                            \
  {#FORMULA,                                                                                       \
   [](Wide *result, const Wide *argument) {                                                        \
     const Wide &x = *argument;                                                                    \
     *result = FORMULA;                                                                            \
   },                                                                                              \
   BELOW, ABOVE}

constexpr float infinity = INFINITY, none = NAN;

const Row rows[] = {
    XPHI_ROW(x, -infinity, infinity),
    XPHI_ROW(rsqrt(x), none, 0),
    XPHI_ROW(one / cbrt(x), -0.0f, 0),
    XPHI_ROW(sin(x) / x, 0, 0),
    XPHI_ROW(sin(x), none, none),
    // Exponentials against each other and against powers.
    XPHI_ROW(x *exp(x) / (exp(x) + one), -0.0f, infinity),
    XPHI_ROW(exp(x) * exp(-two * x), infinity, 0),
    XPHI_ROW(exp(number(1.4f) * x) / exp(x), 0, infinity),
    XPHI_ROW(exp(x) / (one + exp(x)), 0, 1),
    XPHI_ROW((exp(x) - exp(-x)) / (exp(x) + exp(-x)), -1, 1),
    XPHI_ROW(sign(exp(x)), 1, 1),
    XPHI_ROW(pow(exp(x), one / x), 2.7182817f, 2.7182817f),
    XPHI_ROW(exp(x) - x * x, -infinity, infinity),
    // Their logarithms.
    XPHI_ROW(log(cosh(x)), infinity, infinity),
    XPHI_ROW(log(cosh(x)) - abs(x), -0.6931472f, -0.6931472f),
    XPHI_ROW(log(one + exp(x)) / x, -0.0f, 1),
    XPHI_ROW(atan(log(exp(x) + exp(two * x)) / x), 0.7853982f, 1.10714872f),
    // Exponentials of squares.
    XPHI_ROW(x *exp(x *x) * erfc(x), -infinity, 0.5641896f),
    XPHI_ROW(x + normal_pdf(x) / normal_cdf(x), 0, infinity),
    XPHI_ROW(log(normal_cdf(x)) / (x * x), -0.5f, 0),
    XPHI_ROW(exp(x *x) / exp(x), infinity, infinity),
    XPHI_ROW(log(exp(x * x * x) + one) / (x * x * x), -0.0f, 1),
    XPHI_ROW(exp(-x *x) / (one + exp(-x * x)), 0, 0),
    // Beyond all.
    XPHI_ROW(exp(exp(x)), 1, infinity),
    XPHI_ROW(exp(-exp(x)), 1, 0),
    XPHI_ROW(exp(x * x * x), 0, infinity),
    // What changes only far out.
    XPHI_ROW(sigmoid(x - number(1e38f)), 0, 1),
    XPHI_ROW(min(max(x, number(-3e38f)), number(3e38f)), -3e38f, 3e38f),
    XPHI_ROW(max(one, x / number(1e38f)), 1, infinity),
    XPHI_ROW(tanh(x / number(1e38f)), -1, 1),
    XPHI_ROW(number(1e38f) / x, -0.0f, 0),
    XPHI_ROW(number(1e-20f) + one / x, 1e-20f, 1e-20f),
    XPHI_ROW(number(1e-20f) + number(1e-38f) * tanh(x), 1e-20f, 1e-20f),
    XPHI_ROW(min(x, number(3e38f)) - one / x, -infinity, 3e38f),
    XPHI_ROW(number(1e-20f) / log(abs(x)), 0, 0),
    XPHI_ROW(log(number(1e38f) * abs(x)), infinity, infinity),
    XPHI_ROW(number(3e38f) * exp(x), 0, infinity),
    // What creeps towards a bound.
    XPHI_ROW(two - one / x, 2, 2),
    XPHI_ROW(-two - one / abs(x), -2, -2),
    XPHI_ROW(one / abs(x) - number(5), -5, -5),
    XPHI_ROW(number(1e38f) - one / x, 1e38f, 1e38f),
    XPHI_ROW(number(3) * atan(x), -4.712389f, 4.712389f),
    XPHI_ROW(number(7) + x / (abs(x) + one), 6, 8),
};
#undef XPHI_ROW

/// Zeros differ by their sign.
std::string shown(float x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", double(x));
  return std::isnan(x) ? "none" : text;
}

TEST(WideLanes, TakeLimitsWhereAnArgumentIsInfinite) {
  for (const Row &row : rows) {
    const double arguments[] = {-infinity, 1, infinity, infinity};
    const uint8_t flags[] = {1, 1, 1, 0};
    double values[] = {7, 7, 7, 7};
    xphi_wide_lanes(row.function, values, flags, arguments, 4, 1, /*growing=*/1, /*cotangent=*/-1,
                    /*how=*/0);
    EXPECT_EQ(shown(float(values[0])), shown(row.below)) << row.formula << " at -infinity";
    EXPECT_EQ(shown(float(values[2])), shown(row.above)) << row.formula << " at infinity";
    const Wide x = number(1);
    Wide value;
    row.function(&value, &x);
    EXPECT_EQ(values[1], xphi_wide_to_f64(&value)) << row.formula << " at 1";
    EXPECT_EQ(values[3], 7) << row.formula << ": a lane that nobody asked for";
  }
}

TEST(WideLanes, RoundToOddSoThatTheNextRoundingIsRight) {
  // 1 + 2^-24 is the middle between two floats; just beside it, to nearest loses that.
  const double arguments[] = {1, -1, 0.5f};
  const uint8_t flags[] = {1, 1, 1};
  double values[] = {0, 0, 0}, nearest[] = {0, 0, 0};
  const XphiWideFunction function = [](Wide *result, const Wide *x) {
    *result = *x + scaled(*x, -24) + scaled(*x, -100);
  };
  xphi_wide_lanes(function, values, flags, arguments, 3, 1, 0, -1, XphiWideToOdd);
  xphi_wide_lanes(function, nearest, flags, arguments, 3, 1, 0, -1, /*how=*/0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(nearest[i], arguments[i] * (1 + 0x1p-24));
    EXPECT_EQ(values[i], arguments[i] * (1 + 0x1p-24 + 0x1p-52));
  }
}

TEST(WideLanes, MultiplyWithTheCotangent) {
  const double arguments[] = {infinity, -1, 3, 5}; // two lanes of two arguments
  const uint8_t flags[] = {1, 1};
  double values[] = {0, 0};
  xphi_wide_lanes([](Wide *result, const Wide *x) { *result = sigmoid(*x) + one; }, values, flags,
                  arguments, 2, 2, /*growing=*/1, /*cotangent=*/1, /*how=*/0);
  EXPECT_EQ(values[0], 6);
  EXPECT_DOUBLE_EQ(values[1], 5 * (1 + 1 / (1 + std::exp(1.0))));
}

// As in rows of masks: what lanes ask for again costs nothing, and is theirs to the sign of zero.
TEST(WideLanes, EvaluateOnceWhatSeveralLanesAskFor) {
  static int evaluations;
  evaluations = 0;
  const double arguments[] = {3, 3, 3, 0.0, -0.0, -0.0, 5, 3,  2, 2, 4, 2,
                              2, 2, 2, 2,   1,    10,   9, -1, 7, 6, 5, 4};
  const uint8_t flags[] = {1, 1, 1, 1, 1, 1, 0, 1};
  double values[8] = {};
  xphi_wide_lanes(
      [](Wide *result, const Wide *x) {
        ++evaluations;
        *result = one / (x[0] * x[1]);
      },
      values, flags, arguments, 8, 3, /*growing=*/0, /*cotangent=*/2, /*how=*/0);
  for (int lane = 0; lane != 8; ++lane)
    EXPECT_DOUBLE_EQ(values[lane], flags[lane] ? arguments[16 + lane] *
                                                     (1 / (arguments[lane] * arguments[8 + lane]))
                                               : 0)
        << lane;
  EXPECT_EQ(evaluations, 5);
}

} // namespace
