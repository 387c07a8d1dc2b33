// Random numbers for points: the same on every machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_RANDOM_H
#define XPHI_COMPILER_CHECK_RANDOM_H

#include <bit>
#include <cmath>
#include <cstdint>

namespace xphi::compiler {

/// Sebastiano Vigna's SplitMix64.
class Random {
public:
  std::uint64_t bits() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double unit() { return double(bits() >> 11) * 0x1p-53; }
  float within(double reach) { return float(reach * (2 * unit() - 1)); }
  /// Of either sign, evenly over the powers of two.
  float magnitude(int low, int high) {
    const auto exponent = int(bits() % std::uint64_t(high - low)) + low;
    const double size = std::ldexp(1 + unit(), exponent);
    return float(bits() % 2 ? size : -size);
  }
  float finite() {
    for (;;)
      if (const float x = std::bit_cast<float>(std::uint32_t(bits())); std::isfinite(x))
        return x;
  }

private:
  std::uint64_t state = 8;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_RANDOM_H
