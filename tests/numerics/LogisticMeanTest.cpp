// Means of the logistic function, written as two softplus, against long doubles. There are 24 sets
// of parameters of each kind unless XPHI_MEAN_SETS says otherwise.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Dice.h"
#include "UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

struct Text {
  const char *text;
  double width;
  bool isInF32 = true; ///< the value; slopes are in the library, whose errors are measured
};

const Text texts[] = {
    {"soft_clipping", 1},
    {"def f(x; p = 10) = (softplus(p * x) - softplus(p * (x - 1))) / p", 1},
    {"def f(x; p = 3) = (softplus(x * p) - softplus((x - 0.75) * p)) / p", 0.75},
    {"def f(x; p = 1) = 2 * (softplus(p * x) - softplus(p * (x + -6))) / p", 6, false},
    {"def f(x; p = 2) = if x < 2 then (softplus(p * x) - softplus(p * (x - 4))) / p "
     "else 4 - (softplus(-(p * (x - 4))) - softplus(-(p * x))) / p",
     4},
    {"def f(x; p = 99) = (softplus(p * x) - softplus(p * (x - 0.0625))) / p", 0.0625},
    {"def f(x; p = 0.01) = (softplus(p * x) - softplus(p * (x - 1024))) / p", 1024},
    // Near misses: another constant, another side, another border.
    {"def f(x; p = 10) = (softplus(p * x) - softplus(p * (x + 1))) / p", -1, false},
    {"def f(x; p = 10) = if x < 0.25 then (softplus(p * x) - softplus(p * (x - 1))) / p "
     "else 1 - (softplus(-(p * (x - 1))) - softplus(-(p * x))) / p",
     1, false},
};

// With c above 0; of a p below 0 it is the mean at c - x.
long double mean(long double x, long double p, long double c) {
  if (p < 0)
    return mean(c - x, -p, c);
  if (c < 0)
    return -mean(x - c, p, -c);
  return std::log1p(-std::expm1(-p * c) / (std::exp(-p * x) + std::exp(-p * c))) / p;
}

/// Its derivative in x.
long double slope(long double x, long double p, long double c) {
  if (p < 0)
    return -slope(c - x, -p, c);
  if (c < 0)
    return -slope(x - c, p, -c);
  const long double e = std::exp(p * (x < c / 2 ? x : c - x));
  return e * -std::expm1(-p * c) / ((1 + e) * (1 + e * std::exp(-p * c)));
}

// Near both ends and the middle, where the exponent of the quotient changes, and far out.
float drawn(Dice &dice, double p, double c) {
  switch (dice() % 5) {
  case 0:
    return float(c / 2 + dice.between(-1, 1) * 90 / std::fabs(p));
  case 1:
    return float(c / 2 + std::ldexp(dice.normal(), -int(dice() % 30)) * c);
  case 2:
    return float(std::ldexp(dice.normal(), -int(dice() % 40)));
  case 3:
    return float(dice.between(-0.5, 1.5) * c);
  default:
    return float(c * (1 + std::ldexp(dice.normal(), int(dice() % 20) - 12)));
  }
}

double ulpOf(double truth) {
  const float size = std::max(float(std::fabs(truth)), 0x1p-126f);
  return std::ldexp(1.0, std::ilogb(size) - 23);
}

struct Parameters {
  const char *what;
  double least, most;
  int sign;
};
constexpr Parameters ranges[] = {{"usual", -8, 6, 1},           {"at the ends", -11, -8, 1},
                                 {"large", 5, 12, 1},           {"tiny", -60, -11, 1},
                                 {"huge", 12, 60, 1},           {"below zero", -8, 6, -1},
                                 {"tiny below 0", -60, -11, -1}};

int sets() {
  const char *given = std::getenv("XPHI_MEAN_SETS");
  return given ? std::atoi(given) : 24;
}

void measure(const Text &each, const Kernel &kernel, const Parameters &range, bool isSlope) {
  double worst = 0;
  float at = 0, with = 0;
  for (int set = 0; set < sets(); ++set) {
    Dice dice(unsigned(set) + 1);
    const float p = range.sign * float(std::exp2(dice.between(range.least, range.most)));
    std::vector<float> x, y;
    const int points = std::fabs(p) >= 0x1p-8f && range.sign > 0 ? 1 << 13 : 1 << 8;
    for (int i = 0; i < points; ++i)
      x.push_back(drawn(dice, p, std::fabs(each.width)));
    y.resize(x.size());
    const std::vector<float> parameters = {p};
    const std::vector<float> ones(x.size(), 1.0f);
    if (isSlope)
      ASSERT_TRUE(kernel.backward(x, ones, y, parameters));
    else
      ASSERT_TRUE(kernel.forward(x, y, parameters));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double factor =
                            std::string_view(each.text).find("= 2 *") == std::string::npos ? 1 : 2,
                        truth = factor * (isSlope ? slope : mean)(x[i], p, each.width);
      if (!std::isfinite(double(truth)))
        continue;
      const double error = double(std::fabs(y[i] - truth)) / ulpOf(double(truth));
      if (!(error <= worst)) {
        worst = error;
        at = x[i];
        with = p;
      }
    }
  }
  std::printf("%s%s, p %s: %.2f ulp at %.9g, p %.9g\n", isSlope ? "slope of " : "", each.text,
              range.what, worst, at, with);
  EXPECT_LE(worst, 4) << each.text << " at " << at << ", p = " << with;
}

TEST(LogisticMean, IsWithinFourUlpForEveryParameter) {
  for (const Text &each : texts) {
    const Result<Kernel> kernel = uncachedEngine().compile(each.text);
    ASSERT_TRUE(kernel) << kernel.error().render();
    for (const Parameters &range : ranges)
      for (const bool isSlope : {false, each.width > 0})
        measure(each, *kernel, range, isSlope);
    const Result<std::string> stage = uncachedEngine().emit(each.text, "stage:approx", {});
    ASSERT_TRUE(stage) << each.text;
    if (each.isInF32) {
      EXPECT_NE(stage->find("numbers = guarded"), std::string::npos) << *stage;
    }
  }
}

TEST(LogisticMean, IsNoNumberOfNone) {
  const Result<Kernel> kernel = uncachedEngine().compile("soft_clipping");
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<float> x = {NAN, 0.25f, INFINITY, -INFINITY, 0.75f};
  std::vector<float> y(x.size());
  const std::vector<float> ten = {10}, zero = {0}, none = {NAN};
  ASSERT_TRUE(kernel->forward(x, y, ten));
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[2], 1);
  EXPECT_EQ(y[3], 0);
  for (const std::vector<float> &parameters : {zero, none}) {
    ASSERT_TRUE(kernel->forward(x, y, parameters));
    for (const float each : y)
      EXPECT_TRUE(std::isnan(each)) << parameters[0];
  }
}

/// Each operation goes one way, but where the exponent of the quotient changes two forms meet.
TEST(LogisticMean, HardlyEverStepsBack) {
  const Result<Kernel> kernel = uncachedEngine().compile("soft_clipping");
  ASSERT_TRUE(kernel) << kernel.error().render();
  constexpr int windows = 512, width = 1 << 12;
  Dice dice(7);
  std::size_t steps = 0;
  for (int i = 0; i < windows; ++i) {
    const float p = i % 2 ? 10 : float(std::exp2(dice.between(-3, 5)));
    std::vector<float> x{drawn(dice, p, 1)};
    while (x.size() < width)
      x.push_back(std::nextafter(x.back(), HUGE_VALF));
    std::vector<float> y(x.size());
    const std::vector<float> parameters = {p};
    ASSERT_TRUE(kernel->forward(x, y, parameters));
    for (std::size_t k = 1; k < y.size(); ++k)
      steps += y[k] < y[k - 1];
  }
  std::printf("%zu steps back of %d\n", steps, windows * width);
  EXPECT_LE(steps, windows * width >> 16);
}

} // namespace
} // namespace xphi::numerics
