// Pictures: well-formed, the same for the same numbers, and undisturbed by what is not a number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Plot.h"

#include <gtest/gtest.h>

#include <cmath>

using xphi::plot::Plot;

TEST(Plot, DrawsEveryCurveAndEscapesText) {
  Plot plot{
      "a < b & c", "below", {{"value", {0, 1, 2}, {0, 1, 4}}, {"slope", {0, 1, 2}, {0, 2, 4}}}};
  std::string svg = plot.svg();
  EXPECT_NE(svg.find("a &lt; b &amp; c"), std::string::npos);
  EXPECT_NE(svg.find(">value</text>"), std::string::npos);
  EXPECT_NE(svg.find(">slope</text>"), std::string::npos);
  EXPECT_NE(svg.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_EQ(svg, plot.svg());
}

TEST(Plot, InterruptsTheLineWhereThereIsNoNumber) {
  Plot plot{"", "", {{"gap", {0, 1, 2, 3, 4}, {0, 1, NAN, 1, INFINITY}}}};
  std::string svg = plot.svg();
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(Plot, TakesDegenerateData) {
  EXPECT_TRUE(Plot{}.svg().ends_with("</svg>\n"));
  EXPECT_EQ((Plot{"", "", {{"flat", {0, 1}, {2, 2}}}}.svg().find("nan")), std::string::npos);
  EXPECT_EQ((Plot{"", "", {{"point", {3}, {2}}}}.svg().find("nan")), std::string::npos);
}
