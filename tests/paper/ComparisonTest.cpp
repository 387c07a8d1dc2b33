// Statistics against known values, and tables and pictures of a comparison.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "comparison/Comparison.h"
#include "plot/Intervals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::comparison {
namespace {

TEST(Statistics, MeanAndItsStandardError) {
  const Mean mean = meanOf(std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_DOUBLE_EQ(mean.value, 3);
  EXPECT_NEAR(mean.error, std::sqrt(0.5), 1e-15);
  EXPECT_EQ(meanOf(std::vector<double>{7}).error, 0);
}

// For one and two degrees of freedom, P(|T| > t) is 1 - 2 atan(t) / pi and 1 - t / sqrt(2 + t^2).
TEST(Statistics, StudentsTInClosedForm) {
  for (double spread : {0.1, 0.5, 0.9, 2.0, 30.0}) {
    EXPECT_NEAR(tTest(std::vector<double>{1 - spread, 1 + spread}),
                1 - 2 * std::atan(1 / spread) / M_PI, 1e-14);
    const double t = 1 / (spread / std::sqrt(3));
    EXPECT_NEAR(tTest(std::vector<double>{1 - spread, 1, 1 + spread}), 1 - t / std::sqrt(2 + t * t),
                1e-13);
  }
}

TEST(Statistics, StudentsTOfNothingAndOfTheSame) {
  EXPECT_EQ(tTest(std::vector<double>{}), 1);
  EXPECT_EQ(tTest(std::vector<double>{3}), 1);
  EXPECT_EQ(tTest(std::vector<double>{0, 0, 0}), 1);
  EXPECT_EQ(tTest(std::vector<double>{2, 2, 2}), 0);
}

TEST(Statistics, HolmKeepsTheOrderAndNeverFalls) {
  const std::vector<double> p = holm({0.04, 0.01, 0.9, 0.02});
  const std::vector<double> wanted = {0.08, 0.04, 0.9, 0.06};
  for (std::size_t i = 0; i < p.size(); ++i)
    EXPECT_NEAR(p[i], wanted[i], 1e-15);
  EXPECT_EQ(holm({0.6, 0.7})[0], 1);
}

const Comparison kComparison{
    {"a", "b", "c"},
    "a",
    {{"first",
      100,
      {{"a", {0.10, 0.11, 0.12}}, {"b", {0.20, 0.21, 0.2201}}, {"c", {0.09, 0.13, 0.1}}}},
     {"second", 1, {{"a", {3, 4, 5}}, {"b", {3, 4, 5}}, {"c", {5, 4, 3}}}}}};

TEST(Comparison, RanksByMeanAndMarksTheLeast) {
  EXPECT_EQ(kComparison.means(),
            "| task | a | b | c |\n| --- | --- | --- | --- |\n"
            "| first | 11.00 ± 0.58 (2) | 21.00 ± 0.58 (3) | **10.67 ± 1.20** (1) |\n"
            "| second | **4.00 ± 0.58** (1) | **4.00 ± 0.58** (1) | **4.00 ± 0.58** (1) |\n");
}

// b is worse than a by the same amount every time, though their ranges are wide: pairing shows it.
TEST(Comparison, TellsWhatIsClearFromWhatIsNot) {
  EXPECT_NE(kComparison.differences().find("| first | **+10.00 ± 0.00** | -0.33 ± 1.20 |"),
            std::string::npos)
      << kComparison.differences();
  EXPECT_EQ(kComparison.verdict(),
            "- a against b: better in 1, worse in 0, not told apart in 1 of 2\n"
            "- a against c: better in 0, worse in 0, not told apart in 2 of 2\n");
}

TEST(Comparison, DrawsEveryMethodButTheBaseline) {
  const std::string svg = kComparison.picture("a < b", "below");
  EXPECT_NE(svg.find("a &lt; b"), std::string::npos);
  EXPECT_NE(svg.find(">second</text>"), std::string::npos);
  EXPECT_NE(svg.find("class=\"curve c1\""), std::string::npos);
  EXPECT_EQ(svg.find("class=\"curve c2\""), std::string::npos);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(Intervals, LeavesOutWhatIsNoNumber) {
  const plot::Intervals all{"", "", {"a"}, {{"group", {{NAN, 1}}}, {"other", {{1, INFINITY}}}}, ""};
  EXPECT_EQ(all.svg().find("nan"), std::string::npos);
  EXPECT_EQ(all.svg().find("inf"), std::string::npos);
  EXPECT_TRUE(plot::Intervals{}.svg().ends_with("</svg>\n"));
}

} // namespace
} // namespace xphi::comparison
