// What overflows on the way to a number: a term beyond the largest float, the sum with another not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs are put together by dice; x is large, and an input is solved for, so that a square or a
// product is up to twice the largest float and the sum of both no more than that.
// XPHI_BEYOND_PROGRAMS: how many. XPHI_BEYOND_SEED: the first one's seed, the others follow.
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <array>
#include <cfloat>
#include <cmath>
#include <cstdio>

namespace xphi::numerics {
namespace {

/// `#` stands for one of these; both make u, some 2^63.
constexpr std::array small = {"b", "3 * b", "b / 3", "0.1 * b", "x / b"};
constexpr std::array sums = {"# - 2 * c", "# + c", "c - #", "(# + c) * 0.5"};
/// Of u; about u squared where that is large, of the sign of the second word.
constexpr std::array squares = {"u^2",           "u * u",           "max(u, -u)^2", "u * abs(u)",
                                "u^2 * tanh(x)", "u * (u + 1)",     "(u - b)^2",    "u^2 / 1.5",
                                "u * u * 0.75",  "u^2 * sigmoid(u)"};
constexpr std::array arounds = {"x + #",
                                "x - #",
                                "# - x",
                                "(x + #) / 2",
                                "(x - #) / 2",
                                "(# + x) * 0.5",
                                "(# - x) / 4",
                                "0.25 * (x + #)",
                                "-(# - x) / 2",
                                "(# + x) / 3",
                                "(x - #) * 0.75",
                                "abs(x) - #",
                                "abs(x - #) / 2",
                                "x + # - b",
                                "0.5 * x - # + b",
                                "max(x + #, b)",
                                "if x > b then (# - x) / 2 else (# + x) / 2"};
/// The product of x and b is as large.
constexpr std::array products = {"x * b + c",         "x * b - c",       "c - b * x",
                                 "(x * b + c) * 0.5", "x * b + 2 * c",   "max(x * b + c, 0)",
                                 "abs(c - x * b)",    "silu(x * b + c)", "x * b + c * tanh(c)",
                                 "x * b - abs(c)",    "x * b + c + x",   "x * (b + 1) - c"};

TEST(SumsBeyondLargest, AreTheNumbersThatTheyAre) {
  const std::uint64_t first = setting("XPHI_BEYOND_SEED", 1),
                      programs = setting("XPHI_BEYOND_PROGRAMS", 60);
  constexpr double largest = FLT_MAX;
  JudgementCount count;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const bool isProduct = dice() % 8 == 0;
    const auto sign = [&] { return dice() % 2 ? 1.0 : -1.0; };
    std::string text = "def f(x, b, c) = ";
    if (isProduct)
      text += dice.oneOf(products);
    else
      text += "let u = " + replaced(dice.oneOf(sums), '#', dice.oneOf(small)) + " in " +
              replaced(dice.oneOf(arounds), '#', "(" + dice.oneOf(squares) + ")");
    std::vector<Point> points;
    for (int i = 0; i < 100; ++i) {
      const double x = sign() * largest * dice.between(0.4, 1);
      double b = isProduct ? sign() * dice.between(0.9, 2)
                           : sign() * std::exp2(dice.between(60, 63)),
             c = 0;
      if (isProduct)
        c = sign() * largest * dice.between(0.4, 1);
      else // of as many bits as c has beside x / b
        c = sign() * std::exp2(dice.between(62.5, 64.5));
      points.push_back({float(x), float(b), float(c)});
    }
    count.expectSaid(judge(text, points), seed, text, false);
  }
  std::printf("%s\n", count.text("sums of what overflows").c_str());
  EXPECT_GE(count.right, 0.9 * count.all);
}

} // namespace
} // namespace xphi::numerics
