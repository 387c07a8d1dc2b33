// The second backward pass against derivatives taken by hand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xphi::numerics {
namespace {

// f = a x^2 y + y^3, with v what came back for df/dx and w for df/dy.
TEST(DoubleBackward, OfTwoInputsAndAParameter) {
  const Result<Kernel> kernel =
      uncachedEngine().compileDoubleBackward("def f(x, y; a = 1.5) = a * x^2 * y + y^3");
  ASSERT_TRUE(kernel) << kernel.error().render();
  const std::vector<std::string> names(kernel->gradientNames().begin(),
                                       kernel->gradientNames().end());
  ASSERT_EQ(names, (std::vector<std::string>{"x", "y", "dy"}));
  const std::vector<float> x = {0.5f, -2, 3}, y = {2, 0.25f, -1.5f}, dy = {1, -3, 0.5f},
                           v = {1, 0, 2}, w = {0, 1, -3}, ones = {1, 1, 1};
  const float a = 1.5f;
  std::vector<float> result(3), inX(3), inY(3), inDy(3);
  ASSERT_TRUE(kernel->forward({x, y, dy, v, w}, result));
  ASSERT_TRUE(kernel->gradients({x, y, dy, v, w}, ones, {inX, inY, inDy}));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double slopeX = 2 * a * x[i] * y[i], slopeY = a * x[i] * x[i] + 3 * y[i] * y[i];
    const double along = v[i] * slopeX + w[i] * slopeY;
    EXPECT_NEAR(result[i], dy[i] * along, 1e-5 * std::fabs(dy[i] * along)) << i;
    EXPECT_NEAR(inDy[i], along, 1e-5 * std::fabs(along)) << i;
    const double ofX = dy[i] * (v[i] * 2 * a * y[i] + w[i] * 2 * a * x[i]);
    const double ofY = dy[i] * (v[i] * 2 * a * x[i] + w[i] * 6 * y[i]);
    EXPECT_NEAR(inX[i], ofX, 1e-5 * std::fabs(ofX)) << i;
    EXPECT_NEAR(inY[i], ofY, 1e-5 * std::fabs(ofY)) << i;
  }
}

} // namespace
} // namespace xphi::numerics
