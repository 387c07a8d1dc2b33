// Channel parameters along any axis: against the same formula computed element by element.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fake kernel is y = 2 * x + shift + (alpha + beta) * x, see FakeArtifact.c. All numbers are
// small integers, so that every order of summing gives the same and a wrong element shows.
#include "AllocationCount.h"
#include "Sandbox.h"

#include <random>

namespace xphi::test {
namespace {

constexpr const char *threeChannels =
    "def f(x; shift: channel = 1, alpha: channel = 2, beta = 3) = x * 2";

struct Shape {
  std::size_t outer;
  ChannelLayout layout;
  std::size_t size() const { return outer * layout.channels * layout.inner; }
};

// Every way of walking: rows, tiles of few and of many channels, channels last, single ones.
const Shape shapes[] = {{1, {1, 1}},     {5, {1, 7}},     {7, {3, 1}},      {1, {5, 1}},
                        {4000, {3, 1}},  {3, {1500, 1}},  {40, {5000, 1}},  {2, {4, 256}},
                        {3, {2, 70001}}, {2, {3, 300}},   {300, {16, 1}},   {9, {700, 3}},
                        {2, {50, 100}},  {1, {1000, 2}},  {1, {1, 100000}}, {1000, {2, 255}},
                        {33, {1024, 1}}, {17, {1023, 1}}, {3, {4, 1024}},   {600, {100, 10}},
                        {1, {2, 32768}}, {4096, {1, 1}},  {1, {65536, 2}},  {250, {1025, 1}}};

class ChannelTest : public Sandbox {
protected:
  std::vector<float> integers(std::size_t n) {
    std::uniform_int_distribution<int> distribution(-4, 4);
    std::vector<float> numbers(n);
    for (float &number : numbers)
      number = float(distribution(generator));
    return numbers;
  }

  std::mt19937 generator{1};
};

TEST_F(ChannelTest, ForwardGivesEveryElementItsChannelsValue) {
  const Kernel kernel = make(threeChannels);
  for (const Shape &shape : shapes) {
    const std::size_t n = shape.size();
    const std::vector<float> x = integers(n), shift = integers(shape.layout.channels),
                             alpha = integers(shape.layout.channels), beta = {-1};
    std::vector<float> y(n), wanted(n), scalarShift(n);
    for (std::size_t i = 0; i != n; ++i) {
      const std::size_t channel = i / shape.layout.inner % shape.layout.channels;
      wanted[i] = 2 * x[i] + shift[channel] + (alpha[channel] + beta[0]) * x[i];
      scalarShift[i] = 2 * x[i] + 1 + (alpha[channel] + 3) * x[i];
    }
    const std::vector<Kernel::Input> all = {shift, alpha, beta}, some = {{}, alpha, {}};
    ASSERT_OK(kernel.forward({x}, y, {all, shape.layout}));
    ASSERT_EQ(y, wanted) << shape.outer << ' ' << shape.layout.channels << ' '
                         << shape.layout.inner;
    ASSERT_OK(kernel.forward({x}, y, {some, shape.layout}));
    ASSERT_EQ(y, scalarShift);
  }
}

struct Gradients {
  std::vector<float> dx, shift, alpha, beta;
  Gradients(std::size_t n, std::size_t channels)
      : dx(n), shift(channels), alpha(channels), beta(1) {}
  bool operator==(const Gradients &) const = default;
};

TEST_F(ChannelTest, GradientsAreSummedOverTheOtherAxes) {
  for (const unsigned threads : {1u, 2u, 5u}) {
    const Kernel kernel = make(threeChannels, withAllGradients, threads);
    for (const Shape &shape : shapes) {
      const std::size_t n = shape.size(), channels = shape.layout.channels;
      const std::vector<float> x = integers(n), dy = integers(n), shift = integers(channels),
                               alpha = integers(channels), beta = {-1};
      Gradients given(n, channels), wanted(n, channels), scalars(n, channels);
      for (std::size_t i = 0; i != n; ++i) {
        const std::size_t channel = i / shape.layout.inner % channels;
        wanted.dx[i] = dy[i] * (2 + alpha[channel] + beta[0]);
        wanted.shift[channel] += dy[i];
        wanted.alpha[channel] += dy[i] * x[i];
        wanted.beta[0] += dy[i] * x[i];
      }
      scalars = wanted;
      for (std::size_t i = 0; i != n; ++i)
        scalars.dx[i] = dy[i] * 7;
      const std::vector<Kernel::Input> values = {shift, alpha, beta};
      ASSERT_OK(kernel.gradients({x}, dy, {given.dx, given.shift, given.alpha, given.beta},
                                 {values, shape.layout}));
      ASSERT_EQ(given, wanted) << shape.outer << ' ' << channels << ' ' << shape.layout.inner;
      // Sums for each channel also where all channels have one value.
      ASSERT_OK(kernel.gradients({x}, dy, {given.dx, given.shift, given.alpha, given.beta},
                                 {{}, shape.layout}));
      ASSERT_EQ(given, scalars) << shape.outer << ' ' << channels << ' ' << shape.layout.inner;
    }
  }
}

TEST_F(ChannelTest, SumsHaveTheSameBitsForAnyNumberOfThreads) {
  std::normal_distribution<float> normal;
  for (const Shape &shape : shapes) {
    const std::size_t n = shape.size(), channels = shape.layout.channels;
    std::vector<float> x(n), dy(n), alpha(channels);
    for (std::vector<float> *numbers : {&x, &dy, &alpha})
      for (float &number : *numbers)
        number = normal(generator);
    std::vector<Gradients> results;
    for (const unsigned threads : {1u, 2u, 3u}) {
      const Kernel kernel = make(threeChannels, withAllGradients, threads);
      const std::vector<Kernel::Input> values = {{}, alpha, {}};
      Gradients &result = results.emplace_back(n, channels);
      ASSERT_OK(kernel.gradients({x}, dy, {result.dx, result.shift, result.alpha, result.beta},
                                 {values, shape.layout}));
    }
    ASSERT_EQ(results[1], results[0]);
    ASSERT_EQ(results[2], results[0]);
  }
}

TEST_F(ChannelTest, ManyParametersShareTheScratch) {
  std::string parameters;
  std::vector<std::vector<float>> values, sums;
  for (int i = 0; i != 14; ++i)
    parameters += std::string(i ? ", " : "") + "p" + std::to_string(i) + ": channel = 1";
  const Kernel kernel = make("def f(x; " + parameters + ") = x * 2", withAllGradients);
  for (const Shape &shape : {Shape{5, {100, 3}}, Shape{3, {7, 130}}, Shape{50, {6, 1}}}) {
    const std::size_t n = shape.size(), channels = shape.layout.channels;
    const std::vector<float> x = integers(n), dy = integers(n);
    std::vector<float> dx(n), wanted(channels), total(channels);
    std::vector<Kernel::Input> given;
    values.clear(), sums.clear();
    for (int i = 0; i != 14; ++i) {
      values.push_back(integers(channels));
      sums.emplace_back(channels);
    }
    std::vector<Kernel::Output> outputs = {dx};
    for (int i = 0; i != 14; ++i) {
      given.push_back(values[std::size_t(i)]);
      outputs.push_back(sums[std::size_t(i)]);
    }
    for (std::size_t i = 0; i != n; ++i) {
      wanted[i / shape.layout.inner % channels] += dy[i] * x[i];
      total[i / shape.layout.inner % channels] += dy[i];
    }
    const Kernel::Input inputs[] = {x};
    ASSERT_OK(kernel.gradients(inputs, dy, outputs, {given, shape.layout}));
    EXPECT_EQ(sums[0], total);
    for (std::size_t i = 1; i != 14; ++i)
      ASSERT_EQ(sums[i], wanted);
  }
}

TEST_F(ChannelTest, RunInPlace) {
  const Kernel kernel = make(threeChannels, {.gradients = {"x", "alpha"}});
  std::vector<float> x(300, 2), dy(300, 3), alpha = {1, 2, 3}, dalpha(3);
  const std::vector<Kernel::Input> values = {{}, alpha, {}};
  ASSERT_OK(kernel.gradients({x}, dy, {dy, dalpha}, {values, {3, 1}}));
  EXPECT_EQ(dy[4], 3 * (2 + 2 + 3));
  EXPECT_EQ(dalpha, (std::vector<float>{600, 600, 600}));
  ASSERT_OK(kernel.forward({x}, x, {values, {3, 100}}));
  EXPECT_EQ(x[299], 2 * 2 + 1 + (3 + 3) * 2);
}

TEST_F(ChannelTest, RefusesValuesThatDoNotFit) {
  const Kernel kernel = make(threeChannels, withAllGradients);
  std::vector<float> x(12), dy(12), dx(12), three(3), four(4), shift(3), beta(1);
  const std::vector<Kernel::Input> wrong = {three, four, {}}, right = {three, {}, {}};
  const auto forward = kernel.forward({x}, dx, {wrong, {3, 4}});
  EXPECT_CODE(forward, "X2025");
  EXPECT_EQ(forward.error().message(), "f: parameter 'alpha' has 4 values for 3 channels");
  EXPECT_CODE(kernel.gradients({x}, dy, {dx, four, shift, beta}, {right, {3, 4}}), "X2010");
  EXPECT_CODE(kernel.gradients({x}, dy, {dx, shift, three, beta}, {right, {3, 4}}), "X2011");
  EXPECT_CODE(kernel.forward({x}, dx, {right, {3, 5}}), "X2025");
}

TEST_F(ChannelTest, AllocateNothing) {
  const Kernel kernel = make(threeChannels, withAllGradients);
  for (const Shape &shape : shapes) {
    std::vector<float> x(shape.size()), dy(shape.size()), alpha(shape.layout.channels);
    Gradients result(shape.size(), shape.layout.channels);
    const std::vector<Kernel::Input> values = {{}, alpha, {}};
    const long before = allocationCount();
    ASSERT_OK(kernel.gradients({x}, dy, {result.dx, result.shift, result.alpha, result.beta},
                               {values, shape.layout}));
    ASSERT_OK(kernel.forward({x}, dy, {values, shape.layout}));
    EXPECT_EQ(allocationCount(), before);
  }
}

} // namespace
} // namespace xphi::test
