// Numbers: one spelling for one value, exactly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Number.h"

#include "Programs.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>

namespace xphi::dsl {
namespace {

std::string spelled(std::string_view text) {
  std::optional<Number> number = Number::decimal(text);
  return number ? number->text : "none";
}

TEST(NumberTest, EqualValuesHaveOneSpelling) {
  EXPECT_EQ(spelled("0.10"), "0.1");
  EXPECT_EQ(spelled(".1"), "0.1");
  EXPECT_EQ(spelled("1e-1"), "0.1");
  EXPECT_EQ(spelled("010.0"), "10");
  EXPECT_EQ(spelled("1e2"), "100");
  EXPECT_EQ(spelled("12.50"), "12.5");
  EXPECT_EQ(spelled("0.000"), "0");
  EXPECT_EQ(spelled("0e999999999999"), "0");
  EXPECT_EQ(spelled("1e20"), "100000000000000000000");
  EXPECT_EQ(spelled("1e21"), "1e21");
  EXPECT_EQ(spelled("123e25"), "1.23e27");
  EXPECT_EQ(spelled("0.000001"), "0.000001");
  EXPECT_EQ(spelled("0.0000001"), "1e-7");
  EXPECT_EQ(spelled("12.5e-9"), "1.25e-8");
  EXPECT_EQ(spelled("1.0507009873554804934193349852946"), "1.0507009873554804934193349852946");
}

TEST(NumberTest, AllDigitsAreKept) {
  std::string digits = "0.1234567890123456789012345678901234567890123456789";
  EXPECT_EQ(spelled(digits), digits);
}

TEST(NumberTest, TheRangeIsThatOfADouble) {
  EXPECT_EQ(spelled("1.7976931348623157e308"), "1.7976931348623157e308");
  EXPECT_EQ(spelled("4.9406564584124655e-324"), "4.9406564584124655e-324");
  EXPECT_EQ(spelled("1e309"), "none");
  EXPECT_EQ(spelled("1e-330"), "none");
  EXPECT_EQ(spelled("1e99999999999999999999"), "none");
}

TEST(NumberTest, WhatIsNotADecimalIsRefused) {
  for (const char *text : {"", ".", "e5", "1e", "1e+", "-1", "0x10", "1.2.3", "inf", "1 "})
    EXPECT_EQ(spelled(text), "none") << text;
}

TEST(NumberTest, DoublesSurviveTheRoundTrip) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {
    uint64_t bits = random() >> 1;
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value))
      continue;
    Number number = Number::fromDouble(value);
    ASSERT_EQ(number.value, value);
    ASSERT_EQ(Number::decimal(number.text)->text, number.text);
  }
}

TEST(NumberTest, LongDecimalsKeepEveryDigit) {
  const std::string tenth = "0.1000000000000000055511151231257827021181583404541015625";
  EXPECT_EQ(canonicalExpression(tenth), tenth);
  const std::string sevens = "0." + std::string(700, '7');
  EXPECT_EQ(canonicalExpression(sevens), sevens);
  const std::string spread = "1.234567890123456789012345678900000000000000000000000000000001e29";
  EXPECT_EQ(canonicalExpression("123456789012345678901234567890.0000000000000000000000000000001"),
            spread);
  EXPECT_EQ(canonicalExpression(spread), spread);
}

} // namespace
} // namespace xphi::dsl
