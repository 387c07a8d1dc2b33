// A gate with a bias on bf16, forward and backward, without a copy of what is already there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer's one matrix product gives gate and value side by side, so each is a strided half of its
// rows; the bias broadcasts over the rows, and its gradient is the sum over them. xphi::Tensor says
// where things are, and one call does it all.
#include <xphi/xphi.hpp>

#include <bit>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <vector>

namespace {

constexpr std::int64_t rows = 64, width = 500;
constexpr const char *text = "def gate(x, bias, value) = silu(x + bias) * value";

using Bits = std::uint16_t; // C++20 has no bf16

float number(Bits bits) { return std::bit_cast<float>(std::uint32_t(bits) << 16); }

Bits rounded(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return Bits((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

std::vector<Bits> waves(std::int64_t count, float frequency) {
  std::vector<Bits> numbers;
  for (std::int64_t i = 0; i != count; ++i)
    numbers.push_back(rounded(2 * std::sin(frequency * float(i))));
  return numbers;
}

xphi::Tensor matrix(std::vector<Bits> &bits, std::int64_t columns, std::int64_t first = 0) {
  const auto stride = std::int64_t(bits.size()) / rows;
  return xphi::Tensor::bits(bits.data() + first, xphi::ElementType::BF16, {rows, columns},
                            {stride, 1});
}

/// In units of bf16's last place.
double distance(Bits got, double right) {
  const int exponent = std::max(std::ilogb(right), -126);
  return std::abs(number(got) - right) / std::ldexp(1.0, exponent - 7);
}

} // namespace

int main() {
  xphi::Engine engine(xphi::Options::fromEnvironment());
  const xphi::Result<xphi::Kernel> gate =
      engine.compile(text, {.types = {xphi::ElementType::BF16}});
  if (!gate) {
    std::cerr << gate.error().render();
    return 1;
  }

  // The product, its gradient, and what belongs to them.
  std::vector<Bits> product = waves(rows * 2 * width, 0.37f), dproduct(product.size());
  std::vector<Bits> bias = waves(width, 0.11f), dbias(width);
  std::vector<Bits> y(rows * width), dy = waves(rows * width, 0.05f);
  using xphi::ConstTensor, xphi::Tensor, xphi::ElementType::BF16;
  const ConstTensor x = matrix(product, width), value = matrix(product, width, width);
  const ConstTensor each = ConstTensor::bits(bias, BF16);

  const xphi::Status forward = gate->forward({x, each, value}, matrix(y, width));
  const xphi::Status backward = gate->gradients(
      {x, each, value}, matrix(dy, width),
      {matrix(dproduct, width), Tensor::bits(dbias, BF16), matrix(dproduct, width, width)});
  for (const xphi::Status &done : {forward, backward})
    if (!done) {
      std::cerr << done.error().render();
      return 1;
    }

  double worst = 0, worstSum = 0;
  for (std::int64_t column = 0; column != width; ++column) {
    double sum = 0, size = 0;
    for (std::int64_t row = 0; row != rows; ++row) {
      const Bits *line = product.data() + row * 2 * width;
      const double t = double(number(line[column])) + number(bias[std::size_t(column)]);
      const double s = 1 / (1 + std::exp(-t)), right = t * s * number(line[width + column]);
      worst = std::max(worst, distance(y[std::size_t(row * width + column)], right));
      const double term = number(dy[std::size_t(row * width + column)]) *
                          number(line[width + column]) * (s + t * s * (1 - s));
      sum += term;
      size += std::abs(term);
    }
    // Each term is rounded to bf16 before they are added up in double precision.
    worstSum = std::max(worstSum, std::abs(number(dbias[std::size_t(column)]) - sum) / size);
  }
  std::printf("%lld x %lld elements of bf16, gate and value in one matrix\n", (long long)rows,
              (long long)width);
  std::printf("farthest from the truth: value %.3f ulp, sum for the bias %.5f of its terms\n",
              worst, worstSum);
  std::printf("dbias[0] = %g\n", double(number(dbias[0])));
  if (worst > 0.51 || worstSum > 0x1p-8)
    return 1;
  std::puts("good");
  return 0;
}
