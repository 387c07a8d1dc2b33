// What rules take for certain of a value is so at every number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"
#include "tests/analysis/TermGenerator.h"

#include "rules/Facts.h"

#include <gtest/gtest.h>

namespace xphi::analysis {
namespace {

/// The value to some digits; NaN for no number.
reference::ArbBall valueAt(const Imported &term, std::span<const double> point) {
  for (slong bits : {128, 1024})
    if (reference::ArbBall value = term.at(point, bits);
        value.isNoNumber() || value.isTight(30) || value.isExactZero())
      return value;
  return reference::ArbBall::unknown();
}

void expectTrue(const std::string &text, int &signs, int &totals) {
  const Imported term("def f(x, y) = " + text, Imported::Form::Simplified);
  const bool isNeverNegative = compiler::isNeverNegative(term.result()),
             isTotal = compiler::isTotal(term.result());
  signs += isNeverNegative;
  totals += isTotal;
  for (const auto &point : termPoints) {
    const reference::ArbBall value = valueAt(term, point);
    EXPECT_FALSE(isNeverNegative && arb_is_negative(value.get()))
        << text << " at " << point[0] << ", " << point[1] << " is " << value.decimal(9);
    EXPECT_FALSE(isTotal && value.isNoNumber()) << text << " at " << point[0] << ", " << point[1];
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
