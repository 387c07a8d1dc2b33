// Every so many floats, on two kernels that are known to differ.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/verify/EveryFloat.h"

#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace xphi::verify {
namespace {

constexpr std::uint64_t stride = 1 << 14, inputs = (std::uint64_t(1) << 32) / stride;

Differences differencesOf(const char *text, const char *reference, Pass pass = Pass::Value) {
  Engine &engine = numerics::uncachedEngine();
  const Kernel one = *engine.compile(text), other = *engine.compile(reference);
  double done = 0;
  const Differences found =
      *everyFloat(one, other, pass, stride, 1, [&](double work) { done += work; });
  EXPECT_EQ(done, 0x1p32);
  EXPECT_EQ(found.inputs, inputs);
  EXPECT_EQ(std::accumulate(found.byDistance.begin(), found.byDistance.end(), std::uint64_t(0)),
            inputs);
  return found;
}

TEST(EveryFloat, IsTheSameForOneFunction) {
  const Differences found = differencesOf("3 * x", "x + 2 * x");
  EXPECT_EQ(found.byDistance[0], inputs);
  EXPECT_EQ(found.most(), 0u);
}

TEST(EveryFloat, IsMetOnceAndTheFurthestAreKept) {
  // An ulp everywhere, two beyond 1, and no number beyond 2^100.
  const Differences found = differencesOf("if x > 2^100 then sqrt(-x) else if x > 1 then x + x * "
                                          "2^-22 else if x > 2^-60 then x + x * 2^-23 else x",
                                          "x");
  ASSERT_EQ(found.largest.size(), Differences::mostKept);
  EXPECT_EQ(found.most(), Difference::noNumber);
  EXPECT_GT(found.largest.front().x, 0x1p100f);
  EXPECT_GT(found.byDistance[2], found.byDistance.back());
  const double binade = 0x1p23 / stride;
  EXPECT_NEAR(double(found.byDistance.back()), 28 * binade, 0.01 * binade + 2);
  EXPECT_NEAR(double(found.byDistance[2]), 100 * binade, 100 * binade * 0.5);
}

TEST(EveryFloat, CountsStepsUpAndDown) {
  const Differences down = differencesOf("-x", "-x");
  EXPECT_EQ(down.stepsUp, 0u);
  EXPECT_GT(down.stepsDown, inputs / 2);
  const Differences both = differencesOf("abs(x)", "x");
  EXPECT_EQ(both.referenceStepsDown, 0u);
  EXPECT_GT(both.stepsDown, inputs / 3);
  EXPECT_GT(both.stepsUp, inputs / 3);
}

TEST(EveryFloat, IsMetByTheDerivativeToo) {
  const Differences found =
      differencesOf("relu(x)", "if x > 0 then 2 * x else 0", Pass::Derivative);
  EXPECT_EQ(found.most(), 1u << 23); // 1 and 2
}

} // namespace
} // namespace xphi::verify
