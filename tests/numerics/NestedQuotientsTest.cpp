// What cancels to nothing in all bits and is divided by then: no number in place of one is said.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of 1 / tanh(z) - 1 / z at z = 2^-240 the 512 bits of wide numbers leave nothing, and the same of
// that is no number, where 768 bits know that there is one, though no digit of it. So it is with
// the derivatives that clauses give, as log(z + sqrt(z^2 + 1)) at -2^500. XPHI_QUOTIENTS_PROGRAMS:
// how many programs. XPHI_QUOTIENTS_SEED: the first one's seed, the others follow.
#include "tests/Generated.h"
#include "tests/numerics/Dice.h"
#include "tests/numerics/SilentErrors.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace xphi::numerics {
namespace {

/// Each has a limit at zero.
constexpr std::array quotients = {
    "1 / tanh(z) - 1 / z",    "(exp(z) - 1 - z) / z^2",  "(1 - cos(z)) / z^2",
    "(log(1 + z) - z) / z^2", "1 / sin(z) - 1 / z",      "1 / (exp(z) - 1) - 1 / z",
    "(sinh(z) - z) / z^3",    "(z - sin(z)) / z^3",      "(tanh(z) - z) / z",
    "(1 - exp(-(z^2))) / z",  "(sqrt(1 + z^2) - 1) / z", "1 / log(1 + z) - 1 / z"};
constexpr std::array arguments = {"x",     "x * x",     "x^3",    "x * abs(x)",
                                  "x / 3", "1e-10 * x", "x^2 / 7"};
constexpr std::array products = {"x * y", "x * y^2", "x / y", "x^2 * y", "x * abs(y)"};
constexpr std::array around = {"#", "exp(-(#))", "x + #", "tanh(#)", "1 - #", "# * x", "2 * # + 1"};

std::string programOf(Dice &dice, bool areTwo) {
  const std::string inner = dice.oneOf(quotients), outer = dice.oneOf(quotients);
  return "def inner(z) = " + inner + "\ndef outer(z) = " + outer +
         (areTwo ? "\ndef f(x, y) = " : "\ndef f(x) = ") +
         replaced(dice.oneOf(around), '#',
                  "outer(inner(" + (areTwo ? dice.oneOf(products) : dice.oneOf(arguments)) + "))");
}

TEST(NestedQuotients, AreRightOrSaid) {
  const std::uint64_t programs = setting("XPHI_QUOTIENTS_PROGRAMS", 40),
                      first = setting("XPHI_QUOTIENTS_SEED", 1);
  const bool isListed = std::getenv("XPHI_QUOTIENTS_LIST");
  JudgementCount count;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const bool areTwo = dice() % 4 == 0;
    const std::string text = programOf(dice, areTwo);
    const auto tiny = [&] {
      return float((dice() % 2 ? 1 : -1) * std::exp2(dice.between(-149, 3)));
    };
    std::vector<Point> points;
    for (int i = 0; i < 60; ++i)
      points.push_back(areTwo ? Point{tiny(), tiny()} : Point{tiny()});
    count.expectSaid(judge(text, points, Depth::Deep), seed, text, isListed);
  }
  std::printf("%s\n", count.text("nested quotients").c_str());
}

/// Each cancels far out.
constexpr std::array clauses = {"log(z + sqrt(z^2 + 1))", "sqrt(z^2 + 4) + z",
                                "1 + z / sqrt(z^2 + 1)",  "1 + z / (1 + abs(z))",
                                "z + abs(z) + 1 / z",     "sqrt(z^2 + z + 1) - abs(z)"};
constexpr std::array values = {"(z + sqrt(z^2 + 4)) / 2", "log(z + sqrt(z^2 + 1))",
                               "1 / (sqrt(z^2 + 1) - z)", "sqrt(z^2 + 1) + z", "z / 3"};
constexpr std::array large = {"16 * x^5 - 20 * x^3 + 5 * x", "x^3", "x^5 - x", "x * abs(x)^3",
                              "1e30 * x * abs(x)",           "x^7", "x"};

TEST(NestedQuotients, AndClausesThatCancelAreRightOrSaid) {
  const std::uint64_t programs = setting("XPHI_CLAUSES_PROGRAMS", 40),
                      first = setting("XPHI_CLAUSES_SEED", 1);
  const bool isListed = std::getenv("XPHI_QUOTIENTS_LIST");
  JudgementCount count;
  for (std::uint64_t seed = first; seed < first + programs; ++seed) {
    Dice dice(seed);
    const std::string argument = dice.oneOf(large);
    const auto own = [&](const char *name) {
      return std::string("def ") + name + "(z) = " + dice.oneOf(values) +
             "\n  grad z = " + dice.oneOf(clauses) + "\n";
    };
    const std::string text = own("inner") + own("outer") + "def f(x) = " +
                             replaced(dice.oneOf(around), '#', "outer(inner(" + argument + "))");
    std::vector<Point> points;
    for (int i = 0; i < 60; ++i)
      points.push_back({float((dice() % 3 ? -1 : 1) * std::exp2(dice.between(-3, 127)))});
    count.expectSaid(judge(text, points, Depth::Deep), seed, text, isListed);
  }
  std::printf("%s\n", count.text("clauses that cancel").c_str());
}

} // namespace
} // namespace xphi::numerics
