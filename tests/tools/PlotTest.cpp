// Pictures: well-formed, the same for the same numbers, and undisturbed by what is not a number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "plot/Plot.h"
#include "plot/Polyline.h"

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

TEST(Plot, SaysWhatItShows) {
  Plot plot;
  plot.description = "def f(x) = if x < 0 then 1 else x\n";
  EXPECT_NE(plot.svg().find("<desc>def f(x) = if x &lt; 0 then 1 else x\n</desc>"),
            std::string::npos);
}

std::string path(std::vector<std::optional<xphi::plot::Pixel>> points) {
  return xphi::plot::pathThrough(points);
}

TEST(Polyline, LeavesOutWhatLiesOnTheLine) {
  EXPECT_EQ(path({{{0, 0}}, {{1, 1}}, {{2, 2}}, {{3, 3}}, {{4, 0}}}), "M0.0 0.0L3.0 3.0L4.0 0.0");
  EXPECT_EQ(path({}), "");
}

TEST(Polyline, BreaksAtGapsAndJumps) {
  EXPECT_EQ(path({{{0, 0}}, {{1, 0}}, std::nullopt, {{3, 5}}, {{4, 5}}}),
            "M0.0 0.0L1.0 0.0M3.0 5.0L4.0 5.0");
  EXPECT_EQ(path({{{0, 0}}, {{1, 0}}, {{2, 90}}, {{3, 90}}}), "M0.0 0.0L1.0 0.0M2.0 90.0L3.0 90.0");
  // Steep, but steadily so.
  EXPECT_EQ(path({{{0, 0}}, {{1, 20}}, {{2, 60}}, {{3, 140}}}),
            "M0.0 0.0L1.0 20.0L2.0 60.0L3.0 140.0");
}
