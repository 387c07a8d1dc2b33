// Calling a kernel: what is computed, and which calls are refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AllocationCount.h"
#include "Sandbox.h"

#include <numeric>

namespace xphi::test {
namespace {

class KernelTest : public Sandbox {};

TEST_F(KernelTest, RunsForwardAndBackward) {
  const Kernel triple = make("x * 3");
  std::vector<float> x(1000), y(1000), dy(1000), dx(1000);
  std::iota(x.begin(), x.end(), -500.0f);
  std::iota(dy.begin(), dy.end(), 1.0f);
  ASSERT_OK(triple.forward(x, y));
  ASSERT_OK(triple.backward(x, dy, dx));
  for (std::size_t i = 0; i != x.size(); ++i) {
    ASSERT_EQ(y[i], 3 * x[i]);
    ASSERT_EQ(dx[i], 3 * dy[i]);
  }
}

TEST_F(KernelTest, RunsInPlaceAndOnPlainPointers) {
  const Kernel triple = make("x * 3");
  std::vector<float> x = {1, 2, 3}, dy = {4, 5, 6};
  ASSERT_OK(triple.backward(x.data(), dy.data(), dy.data(), 3));
  EXPECT_EQ(dy, (std::vector<float>{12, 15, 18}));
  ASSERT_OK(triple.backward(x, x, x));
  ASSERT_OK(triple.forward(x, x));
  EXPECT_EQ(x, (std::vector<float>{9, 18, 27}));
}

TEST_F(KernelTest, TakesSeveralInputs) {
  const Kernel sum = make("def f(a, b) = (a + b) * 2");
  EXPECT_EQ(sum.inputs().size(), 2u);
  std::vector<float> a = {1, 2}, b = {10, 20}, y(2), dy = {1, 1}, dx(2);
  ASSERT_OK(sum.forward({a, b}, y));
  EXPECT_EQ(y, (std::vector<float>{22, 44}));
  const std::vector<Kernel::Input> inputs = {a, b};
  ASSERT_OK(sum.forward(inputs, b));
  EXPECT_EQ(b, (std::vector<float>{22, 44}));
  EXPECT_CODE(sum.forward(a, y), "X2014");
  EXPECT_CODE(sum.backward(a, dy, dx), "X2014");
  EXPECT_CODE(sum.forward({a, b, a}, y), "X2014");
}

TEST_F(KernelTest, TakesParameters) {
  const Kernel shifted = make("def f(x; shift = 0.5) = x * 2");
  std::vector<float> x = {1}, y(1);
  ASSERT_OK(shifted.forward(x, y));
  EXPECT_EQ(y[0], 2.5f);
  const auto values = shifted.arguments(std::vector<std::pair<std::string, float>>{{"shift", 4}});
  ASSERT_OK(values);
  ASSERT_OK(shifted.forward(x, y, *values));
  EXPECT_EQ(y[0], 6.0f);
  ASSERT_OK(shifted.forward(x.data(), y.data(), 1, values->data()));
  EXPECT_EQ(y[0], 6.0f);

  const std::vector<float> two = {1, 2};
  EXPECT_CODE(shifted.forward(x, y, two), "X2012");
  EXPECT_CODE(make("x * 3").forward(x, y, two), "X2012");
  const auto unknown = shifted.arguments(std::vector<std::pair<std::string, float>>{{"shft", 4}});
  EXPECT_CODE(unknown, "X2013");
  EXPECT_NE(unknown.error().message().find("it has shift"), std::string::npos);
}

TEST_F(KernelTest, RefusesOtherSizes) {
  const Kernel triple = make("x * 3");
  std::vector<float> x(5), y(4), dx(5);
  const Status wrong = triple.forward(x, y);
  EXPECT_CODE(wrong, "X2010");
  EXPECT_EQ(wrong.error().message(), "f: input 'x' has 5 elements, the result 4");
  const Status backward = triple.backward(x, y, dx);
  EXPECT_CODE(backward, "X2010");
  EXPECT_EQ(backward.error().message(), "f: dy has 4 elements, the result 5");
}

TEST_F(KernelTest, RefusesPartialOverlap) {
  const Kernel triple = make("x * 3");
  std::vector<float> buffer(16), dy(8);
  const std::span<float> all(buffer);
  EXPECT_CODE(triple.forward(all.subspan(0, 8), all.subspan(1, 8)), "X2011");
  EXPECT_CODE(triple.forward(all.subspan(7, 8), all.subspan(0, 8)), "X2011");
  EXPECT_CODE(triple.backward(dy, all.subspan(0, 8), all.subspan(4, 8)), "X2011");
  EXPECT_TRUE(triple.forward(all.subspan(0, 8), all.subspan(8, 8)));
  EXPECT_TRUE(triple.forward(all.subspan(8, 8), all.subspan(0, 8)));
}

TEST_F(KernelTest, RefusesNullAndAcceptsNothing) {
  const Kernel triple = make("x * 3");
  float value = 1;
  EXPECT_CODE(triple.forward(nullptr, &value, 1), "X2017");
  EXPECT_CODE(triple.forward(&value, nullptr, 1), "X2017");
  EXPECT_CODE(triple.forward(&value, &value, ~std::size_t(0)), "X2010");
  EXPECT_TRUE(triple.forward(static_cast<const float *>(nullptr), nullptr, 0));
  EXPECT_TRUE(triple.forward(std::span<const float>(), std::span<float>()));
}

TEST_F(KernelTest, RefusesBackwardThatWasNotCompiled) {
  CompileOptions forwardOnly;
  forwardOnly.backward = false;
  std::vector<float> x(2), dy(2), dx(2);
  EXPECT_CODE(make("x * 3", forwardOnly).backward(x, dy, dx), "X2015");
  EXPECT_CODE(make("x * 3").forwardCuda(nullptr, 64, 128, 1), "X2016");
}

TEST_F(KernelTest, AllocatesNothing) {
  const Kernel shifted = make("def f(x; shift = 0.5) = x * 2");
  std::vector<float> x(100), y(100), dy(100), dx(100), values = {3};
  const long before = allocationCount();
  for (int i = 0; i != 10; ++i) {
    const Kernel copy = shifted;
    const bool done = shifted.forward(x, y) && shifted.forward(x, y, values) &&
                      shifted.forward(x, y, {3}) && shifted.forward(x, y, {{"shift", 3}}) &&
                      shifted.backward(x, dy, dx) && shifted.forward({x}, y) &&
                      copy.forward(x.data(), y.data(), 100);
    if (!done)
      FAIL();
  }
  EXPECT_EQ(allocationCount(), before);

  // The count sees the library's allocations too: a failure makes its Error.
  EXPECT_FALSE(shifted.forward(x, std::span(y).first(3)));
#ifndef XPHI_THREAD_SANITIZER // which counts nothing
  EXPECT_GT(allocationCount(), before);
#endif
}

} // namespace
} // namespace xphi::test
