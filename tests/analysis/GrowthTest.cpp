// Which functions have a limit at infinity: what is said to have one settles there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"
#include "tests/analysis/TermGenerator.h"

#include "lowering/Growth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace xphi::analysis {
namespace {

using reference::ArbBall;

TEST(Growth, KnowsTheLimitsOfWhatOscillates) {
  for (const char *text :
       {"x + sin(x)", "sin(x) / x", "x^2 / (x + sin(x))", "x / (x + sin(x))", "1 / (x^2 + cos(x))",
        "x^3 / (x^2 + x * sin(x))", "(x + sin(x))^2", "sqrt(x^2 + sin(x))",
        "x^3 / (x^2 + sin(x)) / x", "tanh(sin(x) / x)", "x * (x + sin(x)) / (x^2 + cos(x))",
        "x^2 - x * sin(x)", "sin(x) * exp(-x^2 / 2)", "x^3 * cos(x) * exp(-2 * abs(x))"})
    EXPECT_TRUE(compiler::hasLimit(Imported(text, Imported::Form::Simplified).function())) << text;
  for (const char *text :
       {"sin(x)", "x * sin(x)", "x^2 / (x + sin(x)) - x", "1 / (2 + sin(x))", "sin(x) + 1 / x",
        "sin(x) * x / (x + 1)", "(2 + sin(x))^3", "x^2 / (x^2 + x^2 * sin(x))", "x - (x + sin(x))",
        "round(x + sin(x)) - x", "tan(x)", "tan(x) / x", "x * sin(x) / min(x^2, x)",
        "x^2 * sin(x) / max(x, x^2)", "sin(x) * exp(-x)", "sin(x) * exp(x^2)", "sin(x) / exp(-x^2)",
        "sin(x) * exp(-sin(x)^2)", "cos(x) * exp(-1 / x^2)"})
    EXPECT_FALSE(compiler::hasLimit(Imported(text, Imported::Form::Simplified).function())) << text;
}

class Generator {
public:
  explicit Generator(std::uint64_t seed) : random(seed) {}

  std::string term(int depth) {
    if (depth == 0)
      return one(
          {"x", "x", "x", "sin(x)", "cos(x)", "2", "x^2", "1 / x", "exp(-x^2)", "exp(-abs(x))"});
    const std::string a = term(depth - 1), b = term(random() % 2 ? depth - 1 : 0);
    switch (random() % 7) {
    case 0:
    case 1:
      return "(" + a + one({" + ", " - "}) + b + ")";
    case 2:
      return "(" + a + " * " + b + ")";
    case 3:
    case 4:
      return "(" + a + " / " + b + ")";
    case 5:
      return one({"sqrt", "abs", "tanh", "sin", "atan", "asinh", "round"}) + "(" + a + ")";
    default:
      return "(" + a + ")^" + one({"2", "3", "(-1)", "0.5"});
    }
  }

private:
  std::string one(std::initializer_list<const char *> choices) {
    return choices.begin()[random() % choices.size()];
  }
  std::mt19937_64 random;
};

/// Some periods of a sine, far out.
constexpr double far = 0x1p100;

/// Neighbours far out differ by little, beside what they are or beside 1.
bool settles(const Imported &function) {
  std::vector<ArbBall> values;
  for (int i = 0; i < 12; ++i) {
    const ArbBall value = function.at(std::array{far + std::ldexp(double(i), 50)}, 2000);
    if (!value.isFinite())
      return true; // nothing to be told from
    values.push_back(value);
  }
  for (const ArbBall &value : values) {
    const double size = std::fabs(values[0].nearest());
    if (std::fabs((value - values[0]).nearest()) > 0.001 * std::fmax(size, 1) && size < 0x1p40)
      return false;
  }
  return true;
}

TEST(Growth, WhatIsSaidToHaveALimitSettles) {
  int limits = 0;
  const Seeds seeds(1200);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
    const std::string text = "def f(x) = " + Generator(seed).term(1 + int(seed % 3));
    const Imported function(text, Imported::Form::Simplified);
    if (text.find("sin") == std::string::npos && text.find("cos") == std::string::npos)
      continue;
    if (!compiler::hasLimit(function.function()))
      continue;
    ++limits;
    EXPECT_TRUE(settles(function)) << text;
  }
  if (seeds.areUsual)
    EXPECT_GE(limits, 100);
}

} // namespace
} // namespace xphi::analysis
