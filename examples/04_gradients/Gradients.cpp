// Gates and learnt parameters: all gradients in one pass, sums over channels included.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two layers as training needs them: SwiGLU, whose backward pass gives the gradients of both
// inputs, and Snake with an alpha for each channel of a [batch, channels, time] tensor.
#include <xphi/xphi.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <optional>
#include <vector>

namespace {

constexpr const char *swigluText = "def swiglu(gate, value) = silu(gate) * value";
constexpr const char *snakeText = "def snake(x; alpha: channel = 1) = x + sin(alpha * x)^2 / alpha";

std::vector<float> waves(std::size_t n, float frequency) {
  std::vector<float> numbers(n);
  for (std::size_t i = 0; i < n; ++i)
    numbers[i] = 3 * std::sin(frequency * static_cast<float>(i));
  return numbers;
}

template <typename T> std::optional<T> orComplain(xphi::Result<T> result) {
  if (result)
    return std::move(*result);
  std::cerr << result.error().render();
  return std::nullopt;
}

bool gate(xphi::Engine &engine) {
  std::optional<xphi::Kernel> swiglu = orComplain(engine.compile(swigluText));
  if (!swiglu)
    return false;
  constexpr std::size_t n = 10000;
  const std::vector<float> gate = waves(n, 0.1f), value = waves(n, 0.07f), dy = waves(n, 0.03f);
  std::vector<float> y(n), dgate(n), dvalue(n);
  if (!swiglu->forward({gate, value}, y) || !swiglu->gradients({gate, value}, dy, {dgate, dvalue}))
    return false;
  std::printf("swiglu(%g, %g) = %g, gradients %g and %g\n", gate[7], value[7], y[7], dgate[7],
              dvalue[7]);
  // The function is linear in value.
  return std::abs(dvalue[7] * value[7] - dy[7] * y[7]) < 1e-5f;
}

bool channels(xphi::Engine &engine) {
  xphi::CompileOptions options;
  options.gradients = {"x", "alpha"};
  std::optional<xphi::Kernel> snake = orComplain(engine.compile(snakeText, options));
  if (!snake)
    return false;
  const std::vector<std::size_t> shape = {4, 8, 1000};
  const xphi::ChannelLayout layout = *xphi::ChannelLayout::along(shape, 1);
  constexpr std::size_t n = 4 * 8 * 1000;
  const std::vector<float> x = waves(n, 0.1f), dy(n, 1.0f / n);
  std::vector<float> alpha = waves(8, 1), dx(n), dalpha(8);
  for (float &each : alpha)
    each = 1 + each * each;
  const xphi::Kernel::Input parameters[] = {alpha};
  const xphi::Kernel::Arguments arguments{parameters, layout};
  if (!snake->gradients({x}, dy, {dx, dalpha}, arguments))
    return false;

  // The mean of y, once with the third alpha a little less, once a little more.
  const auto mean = [&](float step) {
    std::vector<float> moved = alpha, y(n);
    moved[2] += step;
    const xphi::Kernel::Input values[] = {moved};
    double sum = 0;
    if (snake->forward({x}, y, {values, layout}))
      for (float each : y)
        sum += each;
    return sum / n;
  };
  const double slope = (mean(0x1p-7f) - mean(-0x1p-7f)) / 0x1p-6;
  std::printf("d mean / d alpha[2] = %.6f, by differences %.6f\n", dalpha[2], slope);
  return std::abs(dalpha[2] - slope) < 1e-4;
}

} // namespace

int main() {
  xphi::Options options = xphi::Options::fromEnvironment();
  options.threads = 0; // the sums have the same bits for any number
  xphi::Engine engine(options);
  const bool good = gate(engine) && channels(engine);
  std::puts(good ? "all gradients good" : "BAD");
  return good ? 0 : 1;
}
