// Sums that one term dominates with usual parameters, with these and others, by which they cancel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice. XPHI_DOMINATED_PROGRAMS: how many of each target.
// XPHI_DOMINATED_SEED: the first one's seed, the others follow.
#include "Dice.h"
#include "NearestElements.h"
#include "UncachedEngine.h"
#include "tests/Generated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <regex>

namespace xphi::numerics {
namespace {

using compiler::Column;

struct DominatedSums : testing::TestWithParam<const char *> {
  void SetUp() override {
    if (std::string_view(GetParam()) == "x86-64-v4" && *hostTarget() != GetParam())
      GTEST_SKIP() << "this machine has no " << GetParam();
  }
};

/// At a = 8 and usual x one of the first is larger than one of the second; at others it need not
/// be.
constexpr std::array larger = {"softplus(a * x)", "exp(a * x / 8)", "2 * a + exp(x)",
                               "softplus(a * x)", "softplus(a * x / 2)"};
constexpr std::array smaller = {"softplus(a * (x - 4))", "sin(a * x) / 300", "tanh(a * x) / 400",
                                "exp(a * (x - 6))", "softplus(a * (x - 4))"};
constexpr std::array wholes = {"# - @",
                               "@ - #",
                               "(# - @) / a",
                               "1.5 * (# - @)",
                               "if x < 3 then # - @ else x",
                               "if x < 3 then (# - @) / a else 1 - (@) / (4 * (#))"};

TEST_P(DominatedSums, KeepThePromise) {
  const std::uint64_t first = setting("XPHI_DOMINATED_SEED", 1),
                      programs = setting("XPHI_DOMINATED_PROGRAMS", 16);
  const std::regex isDominated("sign = -?([2-9]|[1-9][0-9])");
  std::uint64_t dominated = 0;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string text =
        "def f(x; a = 8) = " +
        xphi::replaced(xphi::replaced(dice.oneOf(wholes), '#', dice.oneOf(larger)), '@',
                       dice.oneOf(smaller));
    Column x;
    for (int i = 0; i < 300; ++i)
      x.push_back(float(2 * dice.normal()));
    for (int power = -149; power < 128; power += 9)
      x.push_back(std::ldexp(dice() % 2 ? 1.0 : -1.0, power));
    for (const double special : {0.0, -0.0, HUGE_VAL, -HUGE_VAL})
      x.push_back(special);
    for (const float a : {8.0f, float(dice.between(4, 12)), float(dice.between(0.1, 2)),
                          float(-dice.between(0.1, 2)), 1e-4f, 60.0f})
      expectPromised(text, {{ElementType::F32}, ElementType::F32}, {x},
                     {.target = GetParam(), .parameters = {a}});
    const Result<std::string> stage =
        uncachedEngine().emit(text, "stage:approx", {.target = GetParam()});
    dominated += stage && std::regex_search(*stage, isDominated);
  }
  std::printf("dominated: %llu of %llu\n", static_cast<unsigned long long>(dominated),
              static_cast<unsigned long long>(programs));
  EXPECT_GE(dominated, programs / 4);
}

INSTANTIATE_TEST_SUITE_P(Targets, DominatedSums, testing::Values("x86-64-v4", "x86-64-v3"));

} // namespace
} // namespace xphi::numerics
