// Gradients that are a sum of the function itself, of the other sign: as right as that.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The gradient of -(((u - b)^2) - x) / 2 in u is b - u, which is no sum that differentiation made,
// as the function has u - b. Programs are put together by dice; what is squared or multiplied
// cancels to every degree. XPHI_OPPOSITE_PROGRAMS: how many. XPHI_OPPOSITE_SEED: the first one's
// seed, the others follow.
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>

namespace xphi::numerics {
namespace {

struct Sum {
  const char *text;
  double ofB; ///< where c is so many b it is zero
};
constexpr std::array sums = {Sum{"3 * b + c - b", -2},        Sum{"b - (3 * b + c)", -2},
                             Sum{"(b + c) - 3 * b", 2},       Sum{"0.1 * b - c - 2 * b", -1.9},
                             Sum{"c - (b / 3 + b)", 4.0 / 3}, Sum{"-(0.3 * b - c) + b", -0.7},
                             Sum{"b / 3 - (c + b)", -2.0 / 3}};
constexpr std::array arounds = {"-(#^2 - x) / 2", "-(#) * (x + 2)",     "x * -(#)",
                                "-(x * (#))",     "(2 - x) * (#)",      "x - #^2 / 2",
                                "-(#) * (x * x)", "b - (x * (#))",      "sin(x) * -(#)",
                                "c - (#) * x",    "(x + 2) / -2 * (#)", "x^3 - (#) * x"};

TEST(OppositeSums, AreRightInGradients) {
  const std::uint64_t first = setting("XPHI_OPPOSITE_SEED", 1),
                      programs = setting("XPHI_OPPOSITE_PROGRAMS", 40);
  JudgementCount count;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const Sum sum = sums[dice() % sums.size()];
    const bool isNamed = dice() % 2;
    const std::string around = dice.oneOf(arounds),
                      text = isNamed ? "def f(x, b, c) = let s = " + std::string(sum.text) +
                                           " in " + replaced(around, '#', "s")
                                     : "def f(x, b, c) = " +
                                           replaced(around, '#', "(" + std::string(sum.text) + ")");
    std::vector<Point> points;
    for (int i = 0; i < 100; ++i) {
      const double b = dice.normal(),
                   c = sum.ofB * b * (1 + std::ldexp(dice.normal(), -int(dice() % 24)));
      points.push_back({float(dice.normal()), float(b), float(c)});
    }
    count.expectSaid(judge(text, points), seed, text, false);
  }
  std::printf("%s\n", count.text("sums of the other sign").c_str());
  EXPECT_GE(count.right, 0.9 * count.all);
}

} // namespace
} // namespace xphi::numerics
