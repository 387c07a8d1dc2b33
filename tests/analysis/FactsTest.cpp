// What rules take for certain of a value is so at every number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"
#include "tests/analysis/TermGenerator.h"

#include "rules/Facts.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::analysis {
namespace {

/// What looks like no number may only lack bits.
std::optional<reference::ArbBall> valueAt(const Imported &term, std::span<const double> point) {
  std::optional<reference::ArbBall> value = term.decidedAt(point, 128);
  return value && value->isTight(30) ? value : term.decidedAt(point, 1024);
}

void expectTrue(const std::string &text, int &signs, int &totals) {
  const Imported term("def f(x, y) = " + text, Imported::Form::Simplified);
  const bool isNeverNegative = compiler::isNeverNegative(term.result()),
             isTotal = compiler::isTotal(term.result());
  signs += isNeverNegative;
  totals += isTotal;
  for (const auto &point : termPoints) {
    const std::optional<reference::ArbBall> value = valueAt(term, point);
    if (!value)
      continue;
    EXPECT_FALSE(isNeverNegative && arb_is_negative(value->get()))
        << text << " at " << point[0] << ", " << point[1] << " is " << value->decimal(9);
    EXPECT_TRUE(!isTotal || value->isFinite() || std::isfinite(term.inDoubles(point)))
        << text << " at " << point[0] << ", " << point[1] << " is " << value->decimal(9);
  }
}

TEST(Facts, HoldForTermsMadeByChance) {
  int signs = 0, totals = 0;
  const Seeds seeds(1500);
  for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed)
    expectTrue(TermGenerator(seed).term(1 + int(seed % 3)), signs, totals);
  if (seeds.areUsual) {
    EXPECT_GE(signs, 300) << "said of too few to mean anything";
    EXPECT_GE(totals, 300);
  }
}

TEST(Facts, SayOfANegativeNumberThatItIsOne) {
  int signs = 0, totals = 0;
  for (const char *text :
       {"-3", "max(x, -3)", "min(exp(x), -1/3)", "x * x + -3", "sqrt(max(x, -3))", "-3 * exp(x)",
        "if x > 0 then 1 else -1", "log1p(max(x, -3))"})
    expectTrue(text, signs, totals);
}

TEST(Facts, SayOfNoQuotientByZeroThatItIsTotal) {
  int signs = 0, totals = 0;
  for (const char *text : {"x / y", "x / abs(y)", "1 / (x * x)", "y^(-1)", "(x * x)^(-2)",
                           "rsqrt(abs(x))", "log(x^2)", "exp(y) / (x^2 * y^2)"})
    expectTrue(text, signs, totals);
  EXPECT_EQ(totals, 0);
}

TEST(Facts, KnowWhatRulesNeed) {
  for (const char *text : {"x * x", "x^2 + 1", "exp(x) * sigmoid(y)", "abs(x)", "max(x, 0)",
                           "sqrt(x)", "cosh(x)", "if x > 0 then 1 else exp(x)", "max(-3, exp(x))"})
    EXPECT_TRUE(compiler::isNeverNegative(
        Imported(std::string("def f(x, y) = ") + text, Imported::Form::Simplified).result()))
        << text;
  for (const char *text : {"x", "sin(x) + y", "1 / (x^2 + 1)", "sqrt(x^2)", "log(1 + exp(x))",
                           "x^3 * y", "if x > 0 then x else y"})
    EXPECT_TRUE(compiler::isTotal(
        Imported(std::string("def f(x, y) = ") + text, Imported::Form::Simplified).result()))
        << text;
}

} // namespace
} // namespace xphi::analysis
