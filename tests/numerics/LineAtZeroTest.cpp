// Lines at zero against the truth: the sides on which functions lie hold.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LineAtZero.h"
#include "compiler/truth/BallArithmetic.h"
#include "tests/numerics/ParsedProgram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace xphi::numerics {
namespace {

using compiler::LineAtZero;
using reference::ArbBall;

TEST(LineAtZero, TellsTheSideOfTheTruth) {
  std::mt19937 random(9);
  for (const char *text :
       {"x / 2 + x^2", "x / 2 - x^2", "x * sigmoid(x)", "x * Phi(x)", "sin(x) / 2", "-sin(x) / 2",
        "gelu_tanh(x)", "1.5 * sinh(x)", "3 * x - x^3 * exp(x)"}) {
    const auto program = parsed("def f(x) = " + std::string(text));
    const std::optional<LineAtZero> line = compiler::lineAtZero(*program, program->entry());
    ASSERT_TRUE(line) << text;
    for (int i = 0; i < 200; ++i) {
      float x = std::ldexp(1 + float(random() % 4096) / 4096, -61 - int(random() % 88));
      if (random() % 2)
        x = -x;
      const reference::ArbPrecision precision(1400);
      reference::BallArithmetic arithmetic;
      const ArbBall at((double(x)));
      const ArbBall truth = dsl::evaluate(*program, program->entry(), std::span(&at, 1),
                                          std::span<const ArbBall>(), arithmetic),
                    there = at * line->slope, more = abs(truth) - abs(there);
      EXPECT_EQ(arb_is_positive(more.get()) != 0, x < 0 ? line->isMoreLeft : line->isMoreRight)
          << text << " at " << x;
      EXPECT_TRUE(arb_is_nonzero(more.get()) && !arb_contains_zero(more.get())) << text;
      EXPECT_TRUE(arb_lt(abs(more).get(), abs(there * 0x1p-53).get())) << text << " at " << x;
    }
  }
}

// Whose slope makes floats of floats, or is none that is known; that do not vanish at zero.
TEST(LineAtZero, IsNoneOfOthers) {
  for (const char *text : {"tanh(x)", "4 * sin(x)", "sin(x) / 3", "x", "exp(x)", "x^2",
                           "if x > 0 then x else x / 2"}) {
    const auto program = parsed("def f(x) = " + std::string(text));
    EXPECT_FALSE(compiler::lineAtZero(*program, program->entry())) << text;
  }
}

} // namespace
} // namespace xphi::numerics
