// The ruler itself: spacing, binades, subnormals, overflow.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Ulp.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <limits>

using namespace xphi::reference;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(Ulp, SpacingFollowsTheBinade) {
  EXPECT_EQ(ulpOf(1.0), 0x1p-23);
  EXPECT_EQ(ulpOf(1.999), 0x1p-23);
  EXPECT_EQ(ulpOf(-0.999), 0x1p-24);
  EXPECT_EQ(ulpOf(FLT_MIN), 0x1p-149);
  EXPECT_EQ(ulpOf(FLT_MIN / 2), 0x1p-149);
  EXPECT_EQ(ulpOf(0.0), 0x1p-149);
  EXPECT_EQ(ulpOf(FLT_MAX), 0x1p104);
  EXPECT_EQ(ulpOf(0x1p128), 0x1p104);
}

TEST(Ulp, CountsInUnitsOfTheTruth) {
  EXPECT_EQ(ulpError(1.0f, {1.0}), 0);
  EXPECT_EQ(ulpError(1.0f + FLT_EPSILON, {1.0}), 1);
  EXPECT_EQ(ulpError(-1.0f - 2 * FLT_EPSILON, {-1.0}), 2);
  EXPECT_EQ(ulpError(1.0f, {1.0, 0x1p-24}), 0.5);
  EXPECT_EQ(ulpError(1.0f, {1.0, 0, 0x1p-25}), 0.25);
}

TEST(Ulp, ATruthJustBelowAPowerOfTwoHasTheFinerUnit) {
  EXPECT_NEAR(ulpError(1.0f + FLT_EPSILON, {1.0, -0x1p-60}), 2, 1e-6);
  EXPECT_NEAR(ulpError(-1.0f - FLT_EPSILON, {-1.0, 0x1p-60}), 2, 1e-6);
  EXPECT_NEAR(ulpError(1.0f + FLT_EPSILON, {1.0, 0x1p-60}), 1, 1e-6);
}

TEST(Ulp, SubnormalsHaveOneSpacing) {
  EXPECT_EQ(ulpError(FLT_TRUE_MIN, {0.0}), 1);
  EXPECT_EQ(ulpError(0.0f, {0x1p-150}), 0.5);
  EXPECT_EQ(ulpError(3 * FLT_TRUE_MIN, {FLT_TRUE_MIN}), 2);
  EXPECT_NEAR(ulpError(-0.0f, {-0x1p-1000}), 0, 1e-100);
}

TEST(Ulp, TheLargestTermWidensTheUnit) {
  EXPECT_EQ(ulpError(0x1p-24f, {0.0}, 1.0), 0.5);
  EXPECT_EQ(ulpError(4.0f, {2.0}, 1.0), 0x1p23);
}

TEST(Ulp, OverflowIsRightFromHalfAUnitAboveTheLargestFloat) {
  EXPECT_EQ(ulpError(infinity, {0x1p128 - 0x1p103}), 0);
  EXPECT_EQ(ulpError(infinity, {0x1p1000}), 0);
  EXPECT_EQ(ulpError(infinity, {FLT_MAX}), 1);
  EXPECT_EQ(ulpError(FLT_MAX, {0x1p128}), 1);
  EXPECT_GT(ulpError(-infinity, {0x1p1000}), 1e9);
  EXPECT_GT(ulpError(infinity, {1.0}), 1e9);
}

TEST(Ulp, SpecialValuesMatchOrDoNot) {
  EXPECT_EQ(ulpError(nan, {nan}), 0);
  EXPECT_EQ(ulpError(nan, {1.0}), infinity);
  EXPECT_EQ(ulpError(1.0f, {nan}), infinity);
  EXPECT_EQ(ulpError(infinity, {infinity}), 0);
  EXPECT_EQ(ulpError(FLT_MAX, {infinity}), infinity);
  EXPECT_EQ(ulpError(-infinity, {infinity}), infinity);
}

TEST(Ulp, ClassesFollowTheTruth) {
  EXPECT_EQ(classOf({0.0}), ResultClass::Regular);
  EXPECT_EQ(classOf({FLT_MIN}), ResultClass::Regular);
  EXPECT_EQ(classOf({FLT_MIN, -0x1p-200}), ResultClass::Subnormal);
  EXPECT_EQ(classOf({-0x1p-1000}), ResultClass::Subnormal);
  EXPECT_EQ(classOf({0x1p128}), ResultClass::Special);
  EXPECT_EQ(classOf({nan}), ResultClass::Special);
}

} // namespace
