// Where the ranges of characters end, and where zeros have signs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Utf8.h"

#include "dsl/Interpreter.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace xphi::dsl {
namespace {

TEST(Utf8Test, SurrogatesAreNoCharacters) {
  EXPECT_EQ(decodeUtf8("\xed\x9f\xbf").codePoint, U'\ud7ff');
  for (const char *surrogate : {"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xbf\xbf"})
    EXPECT_EQ(decodeUtf8(surrogate).bytes, 0u);
  EXPECT_EQ(decodeUtf8("\xee\x80\x80").codePoint, U'\ue000');
}

TEST(Utf8Test, WideCharactersAreWideFromTheFirstToTheLast) {
  for (const char32_t wide : {0x1100, 0x115f, 0x2e80, 0x303e, 0xac00, 0xd7a3, 0xff60, 0x3fffd})
    EXPECT_EQ(displayWidth(wide), 2u) << std::hex << unsigned(wide);
  for (const char32_t narrow : {0x10ff, 0x1160, 0x303f, 0xd7a4, 0xff61, 0x3fffe})
    EXPECT_EQ(displayWidth(narrow), 1u) << std::hex << unsigned(narrow);
  for (const char32_t none : {0x0300, 0x036f, 0x200b, 0x200f, 0xfe0f})
    EXPECT_EQ(displayWidth(none), 0u) << std::hex << unsigned(none);
}

TEST(DoubleArithmeticTest, TheSmallerOfTwoZerosIsTheNegativeOne) {
  DoubleArithmetic doubles;
  for (const std::array<double, 2> zeros : {std::array{-0.0, 0.0}, std::array{0.0, -0.0}}) {
    EXPECT_TRUE(std::signbit(doubles.apply(Primitive::Min, zeros)));
    EXPECT_FALSE(std::signbit(doubles.apply(Primitive::Max, zeros)));
  }
}

} // namespace
} // namespace xphi::dsl
