// Constant parts of a program are right where doubles and libm lose them, beside an infinity too.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/Generated.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>

namespace xphi::numerics {
namespace {

struct Constant {
  const char *text;
  float right;
};

// In doubles each of the finite ones comes out as 0 where it is 1, or as what rounding left of 0.
constexpr Constant finite[] = {
    {"log(1 + 1e-20) * 1e20", 1},   {"(sqrt(2) * sqrt(3) - sqrt(6)) * 1e16", 0},
    {"(1 - cos(1e-12)) * 2e24", 1}, {"(exp(1e-18) - 1) * 1e18", 1},
    {"(1e20 + pi - 1e20) / pi", 1}, {"(cbrt(2)^3 - 2) * 1e16", 0},
};

// What is infinite follows IEEE 754; what multiplies it, or stands beside it, is still exact.
const Constant withInfinity[] = {
    {"inf * (log(1 + 1e-20) - 1e-21)", INFINITY}, {"inf * (1e-20 - log(1 + 2e-20))", -INFINITY},
    {"1 / (inf * (1 - cos(1e-12)))", 0},          {"inf * (sqrt(2) * sqrt(3) - sqrt(6))", NAN},
    {"inf * (1 - cos(1e-12)) - inf", NAN},        {"tanh(inf * (exp(1e-18) - 1))", 1},
    {"erf(inf * (1e-20 - log(1 + 2e-20)))", -1},  {"exp(-inf) + inf^-1", 0},
};

/// Of the constant alone, and of `x + constant`, where it is a part of what is computed.
void expectConstant(const std::string &text, float right) {
  const auto expect = [&](const std::string &program, float expected) {
    const Result<Kernel> kernel = uncachedEngine().compile(program);
    ASSERT_TRUE(kernel) << program << ": " << kernel.error().render();
    const std::vector<float> x = {0.25f};
    std::vector<float> y = {7};
    ASSERT_TRUE(kernel->forward(x, y));
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(y[0])) << program << " is " << y[0];
    else
      EXPECT_EQ(y[0], expected) << program;
  };
  expect("def f(x) = " + text, right);
  expect("def f(x) = x + (" + text + ")", 0.25f + right);
}

TEST(Constant, IsExactWhereDoublesAreNot) {
  for (const Constant &each : finite)
    expectConstant(each.text, each.right);
}

TEST(Constant, IsExactBesideAnInfinity) {
  for (const Constant &each : withInfinity)
    expectConstant(each.text, each.right);
  for (const Constant &each : finite)
    for (const char *one : {"tanh(inf)", "erf(inf)", "exp(1 / inf)"})
      expectConstant(std::string(one) + " * (" + each.text + ")", each.right);
}

/// A function so near to its limit that the difference has no place in any number: all are 1.
TEST(Constant, IsItsLimitWhereTheRestIsBeyondAllNumbers) {
  constexpr std::array functions = {"erf(#)",         "tanh(#)",      "1 + exp(-#)",
                                    "1 - exp(-(#))",  "1 + erfc(#)",  "1 + 1 / cosh(#)",
                                    "cos(exp(-(#)))", "erf(#) ^ (#)", "exp(erfc(#))"};
  constexpr std::array shapes = {"@", "1 / (@)", "(@)^(-2)", "sqrt(@)", "3 * (@) - 2", "(@)^0.3"};
  std::mt19937_64 dice(setting("XPHI_CONSTANT_SEED", 1));
  const std::uint64_t count = setting("XPHI_CONSTANTS", 20);
  for (std::uint64_t i = 0; i < count; ++i) {
    // Each is a power of ten, or the exponential of one.
    std::string argument = "1e" + std::to_string(2 + dice() % 37);
    if (dice() % 4 == 0)
      argument = "exp(" + argument + ")";
    const std::string function = replaced(functions[i % functions.size()], '#', argument),
                      text = replaced(shapes[dice() % shapes.size()], '@', function);
    SCOPED_TRACE(text);
    expectConstant(text, 1);
  }
}

} // namespace
} // namespace xphi::numerics
