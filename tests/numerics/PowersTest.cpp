// Powers in f32 against Arb and long doubles: of inputs and parameters, to inputs and parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice. XPHI_POWERS_PROGRAMS: how many of each target.
// XPHI_POWERS_SEED: the first one's seed, the others follow.
#include "Dice.h"
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "lowering/PowerForm.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cfloat>
#include <cmath>

namespace xphi::numerics {
namespace {

using compiler::Column;
using compiler::PowerInF32;

struct Powers : testing::TestWithParam<const char *> {
  void SetUp() override {
    if (std::string_view(GetParam()) == "x86-64-v4" && *hostTarget() != GetParam())
      GTEST_SKIP() << "this machine has no " << GetParam();
  }

  bool isInF32(const std::string &text) const {
    const Result<std::string> stage =
        uncachedEngine().emit(text, "stage:approx", {.target = GetParam()});
    return stage && stage->find("numbers = guarded") != std::string::npos;
  }
};

/// Beside x^b for |b log x| up to the domain's end, where x is next to the border between two
/// exponents, and where it is next to 1: there b is large.
Column bases(Dice &dice, double exponent) {
  Column x;
  for (int i = 0; i < 1 << 16; ++i) {
    const double end = std::min(PowerInF32::domain / std::fabs(exponent), 87.0);
    double of = std::exp(dice.between(-end, end));
    if (i % 3 == 0)
      of = std::exp2(std::round(std::log2(of)) + (dice() % 2 ? 0.5 : -0.5)) *
           (1 + std::ldexp(dice.normal(), -int(dice() % 24)));
    if (i % 3 == 1)
      of = 1 + std::ldexp(dice.between(-1, 1), -int(dice() % 24));
    x.push_back(float(of));
  }
  return x;
}

TEST_P(Powers, AreOffByNoMoreThanTheirForm) {
  const char *text = "def f(x, b) = x^b";
  ASSERT_TRUE(isInF32(text));
  const Result<Kernel> kernel = uncachedEngine().compile(text, {.target = GetParam()});
  ASSERT_TRUE(kernel) << kernel.error().render();
  double worst = 0;
  for (const float b : {2.0f, 0.3333f, -1.7f, 31.4f, 68.7f, -68.7f, -200.0f, 1.5e4f, 3e6f}) {
    Dice dice(7);
    const Column drawn = bases(dice, b);
    const std::vector<float> x(drawn.begin(), drawn.end()), exponents(x.size(), b);
    std::vector<float> y(x.size());
    ASSERT_TRUE(kernel->forward({x, exponents}, y));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const long double logarithm = b * std::log((long double)x[i]), truth = std::exp(logarithm);
      if (std::fabs(logarithm) < PowerInF32::domain)
        worst = std::max(worst, double(std::fabs(y[i] / truth - 1) * 0x1p24L));
    }
  }
  std::printf("%.2f * 2^-24, where the form says %.2f\n", worst, PowerInF32::parts);
  EXPECT_LE(worst, PowerInF32::parts);
  EXPECT_GE(worst, 0.6 * PowerInF32::parts); // else too few points
}

/// A negative number has no power that is no whole one, however large it is.
TEST_P(Powers, OfMinusInfinityAreNoNumbers) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Dice dice(seed);
    char text[64];
    const double exponent = dice.between(-6, 6);
    std::snprintf(text, sizeof text, seed % 3 ? "x^%.3f" : "def f(x; b = %.3f) = x^b", exponent);
    for (const ElementType type : {ElementType::F32, ElementType::F64}) {
      const Result<std::string> artifact =
          uncachedEngine().emit(text, "artifact", {.types = {type}, .target = GetParam()});
      ASSERT_TRUE(artifact) << artifact.error().render();
      const KernelSpec spec{
          .target = GetParam(), .types = {{type}, type}, .gradients = {std::string("x")}};
      const auto kernel = compiler::RunningKernel::load(*artifact, spec, {type, type});
      ASSERT_TRUE(kernel);
      const std::vector<float> parameters = {float(exponent)};
      for (const Column &result : (*kernel)({{-HUGE_VAL, -1, -3e38}}, parameters))
        for (const double each : result)
          EXPECT_TRUE(std::isnan(each)) << text;
    }
  }
}

constexpr std::array wholes = {"#",
                               "#",
                               "c * #",
                               "x * #",
                               "# / c",
                               "c - #",
                               "if x > c then # else x",
                               "c * # * c",
                               "-(#)",
                               "# * sigmoid(x)",
                               "sign(x) * #",
                               "#^2",
                               "sqrt(#)",
                               "# + x^2",
                               "exp(-#)"};
constexpr std::array bodies = {
    "x",         "x",     "x",          "abs(x)",       "max(x, 0)", "-x",        "c",
    "max(x, c)", "x / c", "abs(x / c)", "abs(x - c)",   "x * c",     "1 + x / c", "c + x^2",
    "1 + x^2",   "x - c", "0.3 * x",    "sqrt(abs(x))", "1 - x * c", "3"};

/// Inputs of all magnitudes, and such that b log x is at the domain's ends or the result is at
/// those of f32; and where the bases are next to 0 or to 1.
Column inputsFor(Dice &dice, double exponent, double c) {
  Column x;
  for (int i = 0; i < 320; ++i) {
    const double ends[] = {PowerInF32::domain, 87.3, 88.7, 103.3, 1, 0.01};
    const double logarithm = ends[dice() % std::size(ends)] * (1 + 0x1p-6 * dice.normal()) *
                             (dice() % 2 ? 1 : -1) / exponent;
    const double near[] = {1, c, 1 / c, c - 1, 2 * c, std::sqrt(std::fabs(1 - c))};
    double of = i % 4 == 0   ? std::exp(std::clamp(logarithm, -104.0, 88.7))
                : i % 4 == 1 ? near[dice() % std::size(near)] *
                                   (1 + std::ldexp(dice.normal(), -int(dice() % 26)))
                             : std::fabs(dice.normal());
    x.push_back(float(dice() % 3 == 0 ? -of : of));
  }
  for (int power = -149; power < 128; power += 5)
    x.push_back(std::ldexp(dice() % 2 ? 1.0 : -1.0, power));
  for (const double special : {0.0, -0.0, HUGE_VAL, -HUGE_VAL, 1.0, -1.0, double(FLT_MAX)})
    x.push_back(special);
  return x;
}

TEST_P(Powers, KeepThePromise) {
  const std::uint64_t first = setting("XPHI_POWERS_SEED", 1),
                      programs = setting("XPHI_POWERS_PROGRAMS", 24);
  std::uint64_t inF32 = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    constexpr std::array kinds = {0, 1, 2, 3, 5, 7, -1, -2, 64, 81};
    const double whole = kinds[dice() % std::size(kinds)],
                 size = std::exp(dice.between(std::log(0.01), std::log(300))),
                 chosen = dice() % 3 == 0 ? whole
                          : dice() % 3    ? size
                                          : -size;
    const float b = float(chosen), c = float(dice.between(0.2, 4));
    const bool isInput = dice() % 3 == 0; // the exponent
    char number[48];
    std::snprintf(number, sizeof number, "(%.9g)", chosen);
    const std::array exponents = {"b",       "b",       "(b - 1)",
                                  "(b + 2)", "(2 * b)", "(b / 3)",
                                  "(-b)",    "(c * b)", static_cast<const char *>(number)};
    const std::string power = "(" + dice.oneOf(bodies) + ")^" + dice.oneOf(exponents),
                      body = xphi::replaced(dice.oneOf(wholes), '#', "(" + power + ")"),
                      text = std::string(isInput ? "def f(x, b; c = 1.5) = "
                                                 : "def f(x; b = 2, c = 1.5) = ") +
                             body;
    std::vector<Column> inputs = {inputsFor(dice, b, c)};
    ArrayTypes types{{ElementType::F32}, ElementType::F32};
    if (isInput) {
      types.inputs.push_back(ElementType::F32);
      inputs.push_back(Column(inputs[0].size(), b));
      for (std::size_t i = 0; i < inputs[1].size(); i += 3)
        inputs[1][i] = float(i % 2 ? kinds[dice() % std::size(kinds)] : 8 * dice.normal());
    }
    Way way{.target = GetParam(), .allGradients = true};
    way.parameters = isInput ? std::vector<float>{c} : std::vector<float>{b, c};
    expectPromised(text, types, inputs, way);
    inF32 += isInF32(text);
  }
  std::printf("in f32: %llu of %llu\n", static_cast<unsigned long long>(inF32),
              static_cast<unsigned long long>(programs));
  EXPECT_GE(inF32, programs / 3);
}

/// A power to a tiny exponent brings back what has left the doubles: its base tells nothing then.
TEST_P(Powers, OfWhatLeavesDoublesKeepThePromise) {
  constexpr std::array inner = {"abs(x)^#", "abs(c * x)^#", "abs(x / c)^# / c", "(c + abs(x))^#"};
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Dice dice(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string exponent =
        "(-" + std::to_string(65 + dice() % 120) + (dice() % 3 ? ")" : ".5)");
    const std::string text =
        "def f(x; a = 2, c = 1.5) = (" + xphi::replaced(dice.oneOf(inner), '#', exponent) + ")^a";
    Column x;
    for (int i = 0; i < 400; ++i)
      x.push_back(float((dice() % 2 ? 1 : -1) * std::exp2(dice.between(-120, 126))));
    // So that what the base is held to shows beside 1, and its own error does not.
    for (const double size : {-34.0, -30.0, -26.0}) {
      Way way{.target = GetParam()};
      way.parameters = {float(std::exp2(size)), 1.5f};
      expectPromised(text, {{ElementType::F32}, ElementType::F32}, {x}, way);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Powers, testing::Values("x86-64-v4", "x86-64-v3"));

} // namespace
} // namespace xphi::numerics
