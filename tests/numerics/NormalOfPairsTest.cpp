// Φ of sums, products and quotients of an input and parameters, in f32, against long doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Dice.h"
#include "UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

constexpr const char *target = "x86-64-v4";

struct Text {
  const char *text;
  std::function<long double(float x, float a, float b)> argument;
  std::function<double(double z, float a, float b)> inputFor;
};

const Text texts[] = {{"def f(x; a = 0.7, b = 0.3) = Phi((x - a) / b)",
                       [](float x, float a, float b) { return ((long double)x - a) / b; },
                       [](double z, float a, float b) { return a + z * b; }},
                      {"def f(x; a = 1.7, b = 0) = Phi(x * a + b)",
                       [](float x, float a, float b) { return (long double)x * a + b; },
                       [](double z, float a, float b) { return (z - b) / a; }},
                      {"def f(x; a = 2, b = 1) = Phi(-a * x / b)",
                       [](float x, float a, float b) { return -(long double)a * x / b; },
                       [](double z, float a, float b) { return -z * b / a; }}};

struct NormalOfPairs : testing::Test {
  void SetUp() override {
    if (*hostTarget() != target)
      GTEST_SKIP() << "this machine has no " << target;
  }
};

long double normalCdf(long double z) {
  return std::erfc(-z / std::numbers::sqrt2_v<long double>) / 2;
}

// Anywhere, where the table goes from one segment to the next, where e^(−z²/2) does to the next
// power of two, and where that is all but 0.
double drawn(Dice &dice) {
  constexpr double step = 0x1.a4p-2, last = 14.4;
  const double near = 1 + std::ldexp(dice.normal(), -int(dice() % 24));
  switch (dice() % 4) {
  case 0:
    return dice.between(-last, 9);
  case 1:
    return (dice() % 3 ? -1 : 1) * (double(dice() % 32) + 0.5) * step * near;
  case 2:
    return (dice() % 3 ? -1 : 1) * std::sqrt((2.0 * double(dice() % 140) + 1) * std::numbers::ln2) *
           near;
  default:
    return std::ldexp(dice.normal(), -int(dice() % 40));
  }
}

TEST_F(NormalOfPairs, AreOffByNoMoreThanTheirForm) {
  constexpr double parts = 2.5; // of the form, in 2^-24 of the result (lowering/Elementary.cpp)
  double worst = 0;
  for (const Text &each : texts) {
    const Result<std::string> stage =
        uncachedEngine().emit(each.text, "stage:approx", {.target = target});
    ASSERT_TRUE(stage && stage->find("numbers = guarded") != std::string::npos) << each.text;
    const Result<Kernel> kernel = uncachedEngine().compile(each.text, {.target = target});
    ASSERT_TRUE(kernel) << kernel.error().render();
    for (int set = 0; set < 12; ++set) {
      Dice dice(unsigned(set) + 1);
      const float a = set == 0 ? 1.0f : float(std::exp2(dice.between(-6, 6)) * (set % 2 ? 1 : -1)),
                  b = set == 0 ? 0.25f : float(std::exp2(dice.between(-6, 6)));
      std::vector<float> x;
      for (int i = 0; i < 1 << 15; ++i)
        x.push_back(float(each.inputFor(drawn(dice), a, b)));
      std::vector<float> y(x.size());
      const std::vector<float> parameters = {a, b};
      ASSERT_TRUE(kernel->forward(x, y, parameters));
      for (std::size_t i = 0; i < x.size(); ++i) {
        const long double truth = normalCdf(each.argument(x[i], a, b));
        if (truth < 0x1p-126L)
          continue;
        worst = std::max(worst, double(std::fabs(y[i] / truth - 1) * 0x1p24L));
      }
    }
  }
  std::printf("%.2f * 2^-24, where the form says %.2f\n", worst, parts);
  EXPECT_LE(worst, parts);
  EXPECT_GE(worst, 0.6 * parts); // else too few points
}

/// Between inputs that are far closer than the floats of what Φ is of, too: there t − centre may
/// lose a bit in the first two segments, which very few results show.
TEST_F(NormalOfPairs, HardlyEverStepBack) {
  const Text &text = texts[0];
  const Result<Kernel> kernel = uncachedEngine().compile(text.text, {.target = target});
  ASSERT_TRUE(kernel) << kernel.error().render();
  constexpr int windows = 2048, width = 1 << 12;
  constexpr double few = 0x1p-20;
  Dice dice(5);
  std::size_t steps = 0;
  for (int i = 0; i < windows; ++i) {
    const float b = float(std::exp2(dice.between(-3, 1))),
                a = float(-b * drawn(dice) * (1 + std::ldexp(dice.normal(), -12)));
    std::vector<float> x{float(std::ldexp(dice.normal(), -int(dice() % 30)) * b)};
    while (x.size() < width)
      x.push_back(std::nextafter(x.back(), HUGE_VALF));
    std::vector<float> y(x.size());
    const std::vector<float> parameters = {a, b};
    ASSERT_TRUE(kernel->forward(x, y, parameters));
    for (std::size_t k = 1; k < y.size(); ++k)
      steps += y[k] < y[k - 1];
  }
  std::printf("%zu steps back of %d\n", steps, windows * width);
  EXPECT_LE(double(steps), few * windows * width);
}

} // namespace
} // namespace xphi::numerics
