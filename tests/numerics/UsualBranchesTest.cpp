// Choices that a parameter alone decides, with the parameter on either side and at the border.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice. XPHI_BRANCHES_PROGRAMS: how many of each target.
// XPHI_BRANCHES_SEED: the first one's seed, the others follow.
#include "Dice.h"
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace xphi::numerics {
namespace {

using compiler::Column;

struct UsualBranches : testing::TestWithParam<const char *> {
  void SetUp() override {
    if (std::string_view(GetParam()) == "x86-64-v4" && *hostTarget() != GetParam())
      GTEST_SKIP() << "this machine has no " << GetParam();
  }
};

// What f32 has a form of, and what it has none of.
constexpr std::array usual = {
    "x * sigmoid(a * x)", "tanh(x)", "exp(x)", "gelu(x) * a", "x / (1 + abs(x))", "a * x", "erf(x)",
    "softplus(x)", "exp(a * x)", "x^2 * a", "silu(x)", "x",
    // In pairs of floats, as terms cancel.
    "exp(a * x) - 0.7 * a", "expm1(a * x) / (1 + a^2) + a / 2", "exp(a * x) / (1 + a^2) - 0.4 * a",
    "exp(a - exp(x))", "(if a * x < -1 then exp(a * x) - 1 else expm1(a * x)) - a / 3"};
constexpr std::array unusual = {
    "log1p(a^2 * x^2)", "log(1 + a^2 * exp(x))", "asinh(x^2) - a * x", "tanh(a + x) + a * x",
    "cbrt(x) + a",      "asin(tanh(x)) * a",     "exp(a * x) - 1 - x"};
/// Conditions that hold at a = 1.
constexpr std::array conditions = {"a > 0",
                                   "0 < a",
                                   "a >= 1",
                                   "a == 1",
                                   "not (a < 0.5)",
                                   "a > 0 and a < 4",
                                   "a < 0 or a > 1 / 3",
                                   "1.1 > a and a > -1.1",
                                   "a != 0"};
constexpr std::array wholes = {"#", "#", "-(#)", "if x > 3 then x else (#)", "0.5 * (#)"};

TEST_P(UsualBranches, KeepThePromise) {
  const std::uint64_t first = setting("XPHI_BRANCHES_SEED", 1),
                      programs = setting("XPHI_BRANCHES_PROGRAMS", 20);
  std::uint64_t alone = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string condition = dice.oneOf(conditions), one = dice.oneOf(usual),
                      other = dice.oneOf(unusual),
                      choice = dice() % 2
                                   ? "if " + condition + " then " + one + " else " + other
                                   : "if not (" + condition + ") then " + other + " else " + one,
                      text = "def f(x; a = 1) = " +
                             xphi::replaced(dice.oneOf(wholes), '#', "(" + choice + ")");
    Column x;
    for (int i = 0; i < 200; ++i)
      x.push_back(float(3 * dice.normal()));
    for (int power = -149; power < 128; power += 9)
      x.push_back(std::ldexp(dice() % 2 ? 1.0 : -1.0, power));
    for (const double special : {0.0, -0.0, HUGE_VAL, -HUGE_VAL})
      x.push_back(special);
    for (const float a :
         {1.0f, float(dice.between(0.2, 4)), -1.25f, 0.0f, std::nextafter(1.0f, 0.0f)})
      expectPromised(text, {{ElementType::F32}, ElementType::F32}, {x},
                     {.target = GetParam(), .parameters = {a}});
    const Result<std::string> stage =
        uncachedEngine().emit(text, "stage:approx", {.gradients = {"x"}, .target = GetParam()});
    alone += stage && stage->find("usual_branches") != std::string::npos;
  }
  std::printf("with one branch alone: %llu of %llu\n", static_cast<unsigned long long>(alone),
              static_cast<unsigned long long>(programs));
  EXPECT_GE(alone, programs / 3);
}

INSTANTIATE_TEST_SUITE_P(Targets, UsualBranches, testing::Values("x86-64-v4", "x86-64-v3"));

} // namespace
} // namespace xphi::numerics
