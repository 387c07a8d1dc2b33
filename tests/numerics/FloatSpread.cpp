// The groups of points, most particular first.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/numerics/FloatSpread.h"

#include <bit>
#include <cmath>
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

/// So many floats to either side of each.
void insertNeighbourhoods(Patterns &patterns, int reach) {
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
    for (int step = -reach; step <= reach; ++step)
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

std::vector<float> floatSpread(std::size_t size) {
  Patterns patterns;
  Random random;
  auto share = [&](int count) { return static_cast<int>(count * size / floatSpreadSize); };
  insertSpecials(patterns);
  insertNeighbourhoods(patterns, share(32));
  insertUniform(patterns, random, -20, 20, share(36'000));
  insertByMagnitude(patterns, random, 0x1p-30f, 0x1p4f, share(10'000));
  insertByMagnitude(patterns, random, 0x1p-149f, 0x1p-126f, share(1'000));
  // Tails: where gelu, sigmoid and exponentials pass through the subnormals, and just before.
  insertUniform(patterns, random, -14.8, -12.8, share(3'000));
  insertUniform(patterns, random, -110, -20, share(6'000));
  insertUniform(patterns, random, 20, 110, share(3'000));
  for (std::size_t missing; (missing = size - patterns.size()) > 0;)
    for (std::size_t i = 0; i < missing; ++i)
      patterns.insert(static_cast<std::uint32_t>((i + random.unit()) * (0x1p32 / missing)));

  std::vector<float> points;
  for (std::uint32_t pattern : patterns)
    points.push_back(std::bit_cast<float>(pattern));
  return points;
}

std::vector<std::vector<float>> pairSpread(std::size_t size) {
  std::vector<float> a, b;
  auto add = [&](double x, double y) {
    a.push_back(static_cast<float>(x));
    b.push_back(static_cast<float>(y));
  };
  constexpr double particular[] = {-3e38, -100, -7, -1.5, -1, -1e-20, -1e-42, -0.0, 0,  1e-42,
                                   1e-20, 0.5,  1,  3,    7,  20,     100,    3e38, NAN};
  for (double x : particular)
    for (double y : particular)
      add(x, y);
  Random random;
  auto near = [&](double reach) { return reach * (2 * random.unit() - 1); };
  for (std::size_t i = 0; i < size / 2; ++i) {
    const double x = near(20);
    switch (i % 4) {
    case 0:
      add(x, near(20));
      break;
    case 1:
      add(x / 4, near(5));
      break;
    case 2:
      add(x, x + near(0.01));
      break;
    default:
      add(x, -x * (1 + near(1e-5)));
    }
  }
  auto finite = [&] {
    for (;;)
      if (float x = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
          std::isfinite(x))
        return x;
  };
  while (a.size() < size)
    add(finite(), a.size() % 2 ? finite() : near(100));
  return {a, b};
}

} // namespace xphi::numerics
