// Numbers on the command line: read exactly, written so that nothing is lost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Points.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace xphi::command;

TEST(Points, ReadsDecimalsHexFloatsAndSpecials) {
  EXPECT_EQ(*readFloat("-5.5"), -5.5f);
  EXPECT_EQ(*readFloat("0x1.8p-3"), 0.1875f);
  EXPECT_EQ(*readFloat("-0x1p-149"), -0x1p-149f);
  EXPECT_EQ(*readFloat("1e300"), std::numeric_limits<float>::infinity());
  EXPECT_EQ(*readFloat("-inf"), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(*readFloat("nan")));
  EXPECT_TRUE(std::signbit(*readFloat("-0")));
  // Half way between two floats, and a little more: a detour through double would round twice.
  EXPECT_EQ(*readFloat("1.000000059604644776"), 0x1.000002p+0f);
}

TEST(Points, RefusesWhatIsNoNumber) {
  for (const char *text : {"", " ", "x", "1.5.2", "1,5", "0x", "nan(1)", "1 2", "--1"})
    EXPECT_FALSE(readFloat(text)) << text;
  EXPECT_EQ(readFloat("x").error().code(), "X3003");
}

TEST(Points, RefusesWhatAProgramsTextMayNotSay) {
  for (const char *text : {"1e999", "-1e400", "1e-400", "-1e-999", "0x1p1024", "0x1p-1080"})
    EXPECT_EQ(readFloat(text).error().code(), "X0023") << text;
  for (const char *text : {"1.7e308", "4.9e-324", "0", "-0.0e999", "0x1p-1074", "inf", "-infinity"})
    EXPECT_TRUE(readFloat(text)) << text;
}

TEST(Points, SplitsPointsAndCoordinates) {
  auto one = readPoints("-13,0, 3", 1);
  ASSERT_TRUE(one);
  EXPECT_EQ(*one, (std::vector<std::vector<double>>{{-13}, {0}, {3}}));
  auto two = readPoints("1:2,3:-4", 2);
  ASSERT_TRUE(two);
  EXPECT_EQ(*two, (std::vector<std::vector<double>>{{1, 2}, {3, -4}}));
  EXPECT_FALSE(readPoints("1:2", 1));
  EXPECT_FALSE(readPoints("1", 2));
  EXPECT_FALSE(readPoints("1,,2", 1));
}

TEST(Points, AreRoundedToFloatsUnlessDoublesAreWanted) {
  EXPECT_EQ(readPoints("0.1", 1)->at(0).at(0), double(0.1f));
  EXPECT_EQ(readPoints("0.1", 1, /*doubles=*/true)->at(0).at(0), 0.1);
  EXPECT_EQ(readPoints("0:1:0.1", 1, /*doubles=*/true)->at(3).at(0), 3 * 0.1);
}

TEST(Points, RangesOfOneInput) {
  auto range = [](const char *text) {
    std::vector<float> values;
    auto points = readPoints(text, 1);
    if (points)
      for (const std::vector<double> &point : *points)
        values.push_back(float(point.at(0)));
    return values;
  };
  EXPECT_EQ(range("-3:3:0.5").size(), 13u);
  EXPECT_EQ(range("1:-1:-1"), (std::vector<float>{1, 0, -1}));
  EXPECT_EQ(range("5:5:1"), (std::vector<float>{5}));
  EXPECT_EQ(range("0:1:0.4,9"), (std::vector<float>{0, 0.4f, 0.8f, 9}));
  for (int n = 1; n <= 1000; ++n) { // decimal steps meet their end, and every point is its decimal
    std::vector<float> values = range(("0:" + std::to_string(n) + "e-1:0.1").c_str());
    ASSERT_EQ(values.size(), std::size_t(n) + 1) << n;
    EXPECT_EQ(values.back(), *readFloat(std::to_string(n) + "e-1"));
  }
  for (const char *text : {"0:1:0", "0:1:-1", "0:inf:1", "nan:1:1", "0:1:nan", "0:1:1e-9",
                           "0:1:", ":1:1", "0:1:2:3", "0:1"})
    EXPECT_FALSE(readPoints(text, 1)) << text;
  auto three = readPoints("0:1:2", 3);
  ASSERT_TRUE(three);
  EXPECT_EQ(*three, (std::vector<std::vector<double>>{{0, 1, 2}})) << "a point of three inputs";
}

TEST(Points, SpellsHexFloatsAsTheContractDoes) {
  EXPECT_EQ(hexFloat(-5.5), "-0x1.6p+2");
  EXPECT_EQ(hexFloat(0.0), "0x0p+0");
  EXPECT_EQ(hexFloat(-0.0), "-0x0p+0");
  EXPECT_EQ(hexFloat(-INFINITY), "-inf");
  EXPECT_EQ(hexFloat(NAN), "nan");
}

TEST(Points, ShortestDecimalsReadBack) {
  for (std::uint32_t bits = 1; bits < 0x7f800000u; bits += 0x10001) {
    float value = std::bit_cast<float>(bits);
    EXPECT_EQ(*readFloat(shortest(value)), value);
    EXPECT_EQ(*readFloat(hexFloat(value)), value);
  }
}
