// The groups of points, most particular first.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/FloatSpread.h"

#include <bit>
#include <cstdint>
#include <set>

namespace xphi::numerics {

namespace {

using Patterns = std::set<std::uint32_t>;

void insert(Patterns &patterns, float x) { patterns.insert(std::bit_cast<std::uint32_t>(x)); }

void insertBothSigns(Patterns &patterns, std::uint32_t pattern) {
  patterns.insert(pattern);
  patterns.insert(pattern | 0x80000000u);
}

/// Sebastiano Vigna's SplitMix64, so that the points do not depend on the standard library.
class Random {
public:
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
  std::uint64_t state = 3;
};

void insertSpecials(Patterns &patterns) {
  for (std::uint32_t pattern : {
           0x00000000u,
           0x00000001u,
           0x00000002u, // zero, the smallest subnormals
           0x007fffffu,
           0x00800000u,
           0x00800001u, // around FLT_MIN
           0x3f7fffffu,
           0x3f800000u,
           0x3f800001u, // around 1
           0x7f7ffffeu,
           0x7f7fffffu,
           0x7f800000u, // FLT_MAX, infinity
           0x7f800001u,
           0x7fbfffffu,
           0x7fc00000u,
           0x7fffffffu, // signalling and quiet NaNs
       })
    insertBothSigns(patterns, pattern);
  for (int bit = 0; bit < 23; ++bit) // subnormals of one bit
    insertBothSigns(patterns, 1u << bit);
}

/// 32 floats to either side of each.
void insertNeighbourhoods(Patterns &patterns) {
  constexpr double centres[] = {
      // Corners, clamps and thresholds; hard_swish' is zero at 1.5.
      0.5, 1, 1.5, 2, 3, 6, 20,
      // Zeros of gelu', silu', mish' and of the derivatives of gelu's two approximations.
      0.7517915, 1.2784645, 1.1924312, 0.7524614, 0.7511543,
      // Zeros of gelu'' and silu''; ln(2)/2 and ln(2), where exponentials change segment.
      1.4142135, 2.3993573, 0.34657359, 0.69314718,
      // tanh and sigmoid become 1; gelu leaves the normal floats, and then the subnormal ones.
      9.0109133, 16.635532, 13.1489, 14.1,
      // e^-x leaves the normal floats, e^x overflows, silu leaves the normal floats, e^-x is zero.
      87.33654, 88.722839, 91.9, 103.97208};
  for (double centre : centres)
    for (int step = -32; step <= 32; ++step)
      insertBothSigns(patterns, std::bit_cast<std::uint32_t>(static_cast<float>(centre)) + step);
}

void insertUniform(Patterns &patterns, Random &random, double from, double to, int count) {
  for (int i = 0; i < count; ++i)
    insert(patterns, static_cast<float>(from + (to - from) * (i + random.unit()) / count));
}

/// Both signs, evenly over the bit patterns: equally many for every power of two.
void insertByMagnitude(Patterns &patterns, Random &random, float from, float to, int count) {
  const double first = std::bit_cast<std::uint32_t>(from), end = std::bit_cast<std::uint32_t>(to);
  for (int i = 0; i < count / 2; ++i)
    insertBothSigns(patterns, static_cast<std::uint32_t>(
                                  first + (end - first) * (i + random.unit()) / (count / 2)));
}

} // namespace

std::vector<float> floatSpread() {
  Patterns patterns;
  Random random;
  insertSpecials(patterns);
  insertNeighbourhoods(patterns);
  insertUniform(patterns, random, -20, 20, 36'000);
  insertByMagnitude(patterns, random, 0x1p-30f, 0x1p4f, 10'000);
  insertByMagnitude(patterns, random, 0x1p-149f, 0x1p-126f, 1'000);
  // Tails: where gelu, sigmoid and exponentials pass through the subnormals, and just before.
  insertUniform(patterns, random, -14.8, -12.8, 3'000);
  insertUniform(patterns, random, -110, -20, 6'000);
  insertUniform(patterns, random, 20, 110, 3'000);
  for (std::size_t missing; (missing = floatSpreadSize - patterns.size()) > 0;)
    for (std::size_t i = 0; i < missing; ++i)
      patterns.insert(static_cast<std::uint32_t>((i + random.unit()) * (0x1p32 / missing)));

  std::vector<float> points;
  for (std::uint32_t pattern : patterns)
    points.push_back(std::bit_cast<float>(pattern));
  return points;
}

} // namespace xphi::numerics
