// Quotients and roots of which each lane needs one of several: right, whichever it needs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One division may stand for two where what is made of each counts in other lanes
// (compiler/passes/ShareDivisions.cpp). XPHI_CHOSEN_QUOTIENTS: how many programs.
// XPHI_CHOSEN_QUOTIENTS_SEED: the first one's seed.
#include "tests/Generated.h"
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>

namespace xphi::numerics {
namespace {

/// Of two numbers: what is of one alone is a table.
constexpr std::array conditions = {"x < 0", "x > y", "x * x < 2", "abs(y) < 3", "x < a"};
constexpr std::array parts = {"1 / (2 + x^2)",           "x / (1 + abs(y))",
                              "sqrt(x^2 + 3)",           "2 / sqrt(1 + y^2)",
                              "sqrt(1 + 1 / (1 + x^2))", "a",
                              "3 * x / (y^4 + 5)",       "a / (1 + a * a)",
                              "y / (abs(x) + 0.5)",      "1 / (1 + sqrt(4 + x^2))"};
/// # is one part, and @ another; a choice, what else needs a part, and a choice inside of one.
constexpr std::array forms = {"if ? then # else @", "# * (if ? then # else @)",
                              "if ? then @ else (if x > 0.5 then # else @ * @)",
                              "if ? then # * @ else 1 / (1 + abs(@))",
                              "(if ? then # else @) * (if ? then @ else x)"};

std::string program(std::mt19937_64 &random) {
  const auto one = [&](const auto &table) { return std::string(table[random() % table.size()]); };
  std::string text = replaced(one(forms), '?', one(conditions));
  text = replaced(replaced(text, '#', "(" + one(parts) + ")"), '@', "(" + one(parts) + ")");
  return "def f(x, y) =\n  let a = sqrt(x^2 + y^2 + 1) / 2\n  " + text;
}

TEST(ChosenQuotients, AreThoseOfTheirLanesOrSaidNotToBe) {
  const std::uint64_t first = setting("XPHI_CHOSEN_QUOTIENTS_SEED", 1),
                      programs = setting("XPHI_CHOSEN_QUOTIENTS", 30);
  JudgementCount count;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = program(random);
    std::uniform_real_distribution<double> place(-5, 5), exponent(-8, 8);
    std::vector<Point> points;
    const auto number = [&](int i) {
      return float(i % 3 == 0 ? std::copysign(std::exp2(exponent(random)), place(random))
                              : place(random));
    };
    for (int i = 0; i < 96; ++i)
      points.push_back({number(i), number(i / 3)});
    const Judgement judged = judge(text, points);
    count.add(judged.kind);
    EXPECT_EQ(judged.kind, Judgement::Kind::Right) << "seed " << seed << ": " << text << "\n"
                                                   << judged.text();
  }
  std::printf("%s\n", count.text("programs").c_str());
}

} // namespace
} // namespace xphi::numerics
