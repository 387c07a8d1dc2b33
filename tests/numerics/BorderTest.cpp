// Compiled kernels at the borders of their arrays: every length, every role, between guard pages.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each array stands once with its end and once with its start at a page that may not be touched, so
// that one byte too far is a fault; what is left of its pages holds a canary. The result is that of
// the same numbers in one long call.
#include "tests/numerics/Guarded.h"
#include "tests/numerics/UncachedEngine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace xphi::numerics {
namespace {

constexpr std::size_t unit = std::size_t(1) << 15; // a call's threads share it out in these

class Floats {
public:
  Floats(std::size_t n, Flush flush) : memory(n * sizeof(float), flush), n(n) {}
  Floats(std::span<const float> numbers, Flush flush) : Floats(numbers.size(), flush) {
    std::memcpy(memory.data(), numbers.data(), numbers.size_bytes());
  }
  std::span<float> span() { return {reinterpret_cast<float *>(memory.data()), n}; }
  bool isIntact() const { return memory.isIntact(); }

private:
  Guarded memory;
  std::size_t n;
};

std::vector<float> numbers(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> result(n);
  for (float &number : result)
    number = float(int(random() % 2001) - 1000) / 256;
  return result;
}

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t n = 0; n <= 70; ++n)
    all.push_back(n);
  for (std::size_t around : {std::size_t(4096), unit, 2 * unit, 3 * unit})
    for (std::size_t n = around - 9; n <= around + 9; n += n < 8000 ? 1 : 3)
      all.push_back(n);
  return all;
}

Kernel compiled(Engine &engine, const std::string &text, const CompileOptions &options = {}) {
  const Result<Kernel> kernel = engine.compile(text, options);
  EXPECT_TRUE(kernel) << text << ": " << kernel.error().render();
  return *kernel;
}

void expectSame(std::span<const float> got, std::span<const float> wanted, const char *role,
                std::size_t n) {
  for (std::size_t i = 0; i != got.size(); ++i)
    ASSERT_EQ(std::bit_cast<std::uint32_t>(got[i]), std::bit_cast<std::uint32_t>(wanted[i]))
        << role << '[' << i << "] of " << n;
}

/// Alone, and with threads that share a long call.
class Border : public testing::TestWithParam<unsigned> {
protected:
  Border()
      : engine([] {
          Options options = Options::fromEnvironment();
          options.cacheDirectory.clear();
          options.threads = GetParam();
          return options;
        }()) {}

  static constexpr std::size_t most = 3 * unit + 16;
  Engine engine;
};

TEST_P(Border, ForwardAndBackwardStayInside) {
  CompileOptions both;
  both.gradients = CompileOptions::allGradients();
  for (const char *text : {"relu", "gelu", "def f(x, y) = x * silu(y)"}) {
    const Kernel kernel = compiled(engine, text, both);
    const std::size_t count = std::string_view(text).starts_with("def") ? 2 : 1;
    std::vector<std::vector<float>> all, wanted(1 + count, std::vector<float>(most));
    std::vector<Kernel::Input> wholes;
    for (unsigned i = 0; i != count; ++i)
      all.push_back(numbers(most, i + 1));
    wholes.assign(all.begin(), all.end());
    const std::vector<float> dy = numbers(most, 9);
    std::vector<Kernel::Output> outputs(wanted.begin() + 1, wanted.end());
    ASSERT_TRUE(kernel.forward(wholes, wanted[0]));
    ASSERT_TRUE(kernel.gradients(wholes, dy, outputs));
    for (const std::size_t n : lengths())
      for (const Flush flush : {Flush::Start, Flush::End}) {
        std::vector<std::unique_ptr<Floats>> inputs, gradients;
        std::vector<Kernel::Input> in;
        std::vector<Kernel::Output> out;
        for (const std::vector<float> &input : all) {
          inputs.push_back(std::make_unique<Floats>(std::span(input).first(n), flush));
          gradients.push_back(std::make_unique<Floats>(n, flush));
          in.push_back(inputs.back()->span());
          out.push_back(gradients.back()->span());
        }
        Floats y(n, flush), incoming(std::span(dy).first(n), flush);
        ASSERT_TRUE(kernel.forward(in, y.span()));
        ASSERT_TRUE(kernel.gradients(in, incoming.span(), out));
        expectSame(y.span(), wanted[0], "y", n);
        EXPECT_TRUE(y.isIntact() && incoming.isIntact()) << text << ' ' << n;
        for (std::size_t i = 0; i != count; ++i) {
          expectSame(out[i], wanted[1 + i], "a gradient", n);
          expectSame(inputs[i]->span(), all[i], "an input", n);
          EXPECT_TRUE(inputs[i]->isIntact() && gradients[i]->isIntact()) << text << ' ' << n;
        }
        if (HasFailure())
          FAIL() << text << ", " << n << " elements";
      }
  }
}

TEST_P(Border, MasksHoldEveryElementAndNoMore) {
  CompileOptions masked;
  masked.keep = Keep::Mask;
  const Kernel kernel = compiled(engine, "relu6", masked);
  const std::vector<float> x = numbers(most, 1), dy = numbers(most, 2);
  for (const std::size_t n : lengths())
    for (const Flush flush : {Flush::Start, Flush::End}) {
      Floats in(std::span(x).first(n), flush), y(n, flush), incoming(std::span(dy).first(n), flush),
          dx(n, flush);
      const std::size_t bytes = Kernel::maskSize(n);
      Guarded memory(bytes, flush);
      const Kernel::Mask mask(memory.data(), bytes);
      ASSERT_TRUE(kernel.forward(in.span(), y.span(), mask));
      for (std::size_t i = 0; i != 8 * bytes; ++i)
        ASSERT_EQ(mask[i / 8] >> i % 8 & 1, i < n && x[i] > 0 && x[i] < 6) << i << " of " << n;
      ASSERT_TRUE(kernel.backward(std::span<const std::uint8_t>(mask), incoming.span(), dx.span()));
      for (std::size_t i = 0; i != n; ++i) {
        ASSERT_EQ(y.span()[i], std::clamp(x[i], 0.0f, 6.0f)) << i << " of " << n;
        ASSERT_EQ(dx.span()[i], x[i] > 0 && x[i] < 6 ? dy[i] : 0) << i << " of " << n;
      }
      EXPECT_TRUE(in.isIntact() && y.isIntact() && incoming.isIntact() && dx.isIntact() &&
                  memory.isIntact())
          << n;
    }
}

/// Channels along every axis, as many as there are inner elements among them.
TEST_P(Border, ChannelsGetTheirOwnParameter) {
  CompileOptions both;
  both.gradients = CompileOptions::allGradients();
  const Kernel kernel =
      compiled(engine, "def f(x; a: channel = 0.25) = if x > 0 then x else a * x", both);
  struct Shape {
    std::size_t outer, channels, inner;
  };
  std::vector<Shape> shapes = {{3, 16, 16}, {2, 64, 64}, {1, 181, 181}, {5, 3, 3},    {4, 1, 1},
                               {1, 1, 70},  {2, 70, 1},  {7, 15, 17},   {9, 17, 15},  {33, 2, 2},
                               {2, 5, 300}, {300, 5, 1}, {1, 300, 300}, {2, 255, 256}};
  for (std::size_t n = 1; n <= 20; ++n)
    shapes.push_back({2, n, n});
  for (const Shape &shape : shapes)
    for (const Flush flush : {Flush::Start, Flush::End}) {
      const std::size_t n = shape.outer * shape.channels * shape.inner;
      const std::vector<float> values = numbers(n, 1), slopes = numbers(shape.channels, 2),
                               incoming = numbers(n, 3);
      Floats x(values, flush), y(n, flush), a(slopes, flush), dy(incoming, flush), dx(n, flush),
          da(shape.channels, flush);
      const std::vector<Kernel::Input> parameters = {a.span()};
      Kernel::Arguments arguments;
      arguments.parameters = parameters;
      arguments.layout = {shape.channels, shape.inner};
      ASSERT_TRUE(kernel.forward({x.span()}, y.span(), arguments));
      ASSERT_TRUE(kernel.gradients({x.span()}, dy.span(), {dx.span(), da.span()}, arguments));
      std::vector<double> sums(shape.channels);
      for (std::size_t i = 0; i != n; ++i) {
        const std::size_t channel = i / shape.inner % shape.channels;
        const float slope = values[i] > 0 ? 1 : slopes[channel];
        ASSERT_EQ(y.span()[i], slope * values[i]) << i << " of " << n;
        ASSERT_EQ(dx.span()[i], slope * incoming[i]) << i << " of " << n;
        if (!(values[i] > 0))
          sums[channel] += double(values[i]) * incoming[i];
      }
      for (std::size_t c = 0; c != shape.channels; ++c)
        ASSERT_NEAR(da.span()[c], sums[c], 1e-5 * (1 + std::abs(sums[c]))) << c;
      EXPECT_TRUE(x.isIntact() && y.isIntact() && a.isIntact() && dy.isIntact() && dx.isIntact() &&
                  da.isIntact())
          << shape.outer << ' ' << shape.channels << ' ' << shape.inner;
    }
}

INSTANTIATE_TEST_SUITE_P(Threads, Border, testing::Values(1u, 3u));

} // namespace
} // namespace xphi::numerics
