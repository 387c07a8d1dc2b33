// Which decimals stand for the irrational number of a rule: those within 2^-52 of it, by Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"

#include "rules/SameConstant.h"

#include <gtest/gtest.h>

namespace xphi::analysis {
namespace {

using reference::ArbBall;

bool areSame(const std::string &text, const std::string &ofRule) {
  const Imported value(text), wanted(ofRule);
  return compiler::isSameConstant(value.result(), wanted.result());
}

constexpr const char *irrational[] = {"sqrt(1 / 2)",  "sqrt(2)", "sqrt(2 / pi)", "2 / sqrt(pi)",
                                      "1 / sqrt(pi)", "log(2)",  "pi",           "e"};

/// A decimal of so many digits, its last one changed by `units`.
std::string decimal(const ArbBall &value, int digits, int units) {
  std::string text = value.decimal(digits);
  for (auto i = text.size(); units != 0 && i-- > 0;) {
    if (text[i] == '.')
      continue;
    const int digit = text[i] - '0' + units;
    text[i] = char('0' + (digit + 10) % 10);
    units = digit < 0 ? -1 : digit > 9 ? 1 : 0;
  }
  return text;
}

TEST(SameConstant, DecimalsMeanWhatTheyAreCloseTo) {
  for (const char *constant : irrational) {
    const ArbBall value = Imported(constant).at({}, 400);
    int same = 0;
    for (int digits = 6; digits <= 30; ++digits)
      for (int units : {-2, -1, 0, 1, 2}) {
        const std::string text = decimal(value, digits, units);
        const reference::ArbPrecision precision(400);
        const ArbBall difference = abs(ArbBall::fromDecimal(text) - value),
                      allowed = value * ArbBall::powerOfTwo(-52);
        const bool isClose = arb_lt(difference.get(), allowed.get());
        EXPECT_EQ(areSame(text, constant), isClose) << text << " for " << constant;
        same += isClose;
      }
    EXPECT_GE(same, 60) << constant;
  }
}

TEST(SameConstant, ExpressionsAreOneNumberOrAreNot) {
  for (const auto &[a, b] :
       std::vector<std::pair<const char *, const char *>>{{"1 / sqrt(2)", "sqrt(1 / 2)"},
                                                          {"sqrt(2) / 2", "sqrt(1 / 2)"},
                                                          {"2^(-0.5)", "sqrt(1 / 2)"},
                                                          {"1 / 2", "0.5"},
                                                          {"exp(1)", "e"},
                                                          {"log(4) / 2", "log(2)"}})
    EXPECT_TRUE(areSame(a, b)) << a << ", " << b;
  for (const auto &[a, b] : std::vector<std::pair<const char *, const char *>>{
           {"0.5000000000000000000001", "0.5"},
           {"1.0000000000000000001", "1"},
           {"sqrt(2) + 0.000000000000000000000000000001", "sqrt(2)"},
           {"sqrt(0.5000000000000000000001)", "sqrt(1 / 2)"},
           {"-sqrt(2)", "sqrt(2)"},
           {"22 / 7", "pi"}})
    EXPECT_FALSE(areSame(a, b)) << a << ", " << b;
}

} // namespace
} // namespace xphi::analysis
