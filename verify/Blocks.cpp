// The same code for machines with vectors of 512 bits, of 256, and others.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Blocks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace xphi::verify {
namespace {

using Doubles = double __attribute__((vector_size(64)));
using Floats = float __attribute__((vector_size(32)));
using Longs = std::int64_t __attribute__((vector_size(64)));
using Ints = std::int32_t __attribute__((vector_size(32)));

constexpr double most = 0x1p128; ///< stands for infinity
constexpr std::int64_t bitsOfExponent = 0x7ff0'0000'0000'0000,
                       mostExponent = std::int64_t(1023 + 127) << 52,
                       exponentOfInverse = std::int64_t(2046 + 23) << 52;
constexpr double inDoubt = 0x1p-18; ///< in ulp
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Vector> [[gnu::always_inline]] inline Vector load(const void *from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof vector);
  return vector;
}

template <class Vector> [[gnu::always_inline]] inline std::int64_t sum(const Vector &vector) {
  std::int64_t all = 0;
  for (std::size_t i = 0; i < lanes; ++i)
    all += vector[i];
  return all;
}

[[gnu::always_inline]] inline TrueSteps fillBy(TrueBlock &block, const Piece &piece, const float *x,
                                               std::size_t n) {
  constexpr std::size_t atOnce = 4;
  const double *coefficients = piece.coefficients.data();
  const std::size_t degree = piece.coefficients.size() - 1;
  for (std::size_t i = 0; i < n; i += atOnce * lanes) {
    Doubles t[atOnce], y[atOnce];
    for (std::size_t j = 0; j < atOnce; ++j) {
      // Of the last ones there may be fewer.
      const std::size_t here = std::min(i + j * lanes, n - lanes);
      t[j] =
          (__builtin_convertvector(load<Floats>(x + here), Doubles) - piece.centre) * piece.scale;
      y[j] = Doubles{} + coefficients[degree];
    }
    for (std::size_t k = degree; k-- > 0;)
      for (std::size_t j = 0; j < atOnce; ++j)
        y[j] = y[j] * t[j] + coefficients[k];
    for (std::size_t j = 0; j < atOnce; ++j) {
      const std::size_t here = std::min(i + j * lanes, n - lanes);
      std::memcpy(block.value + here, &y[j], sizeof y[j]);
      const Floats low = __builtin_convertvector(y[j] - piece.error, Floats),
                   high = __builtin_convertvector(y[j] + piece.error, Floats);
      std::memcpy(block.low + lanes + here, &low, sizeof low);
      std::memcpy(block.high + lanes + here, &high, sizeof high);
    }
  }
  Ints up = {}, down = {};
  for (std::size_t i = lanes; i < lanes + n; i += lanes) {
    up -= load<Floats>(block.low + i) > load<Floats>(block.high + i - 1);
    down -= load<Floats>(block.high + i) < load<Floats>(block.low + i - 1);
  }
  return {sum(up), sum(down)};
}

[[gnu::always_inline]] inline BlockTally compareBy(const TrueBlock &block, double error,
                                                   const float *got, std::size_t n,
                                                   const Scale &scale) {
  const Doubles top = Doubles{} + most;
  const std::int64_t leastExponent = std::bit_cast<std::int64_t>(scale.least) & bitsOfExponent;
  Doubles worst = {}, worstAbsolute = {};
  Floats highest = Floats{} - HUGE_VALF, lowest = -highest, highestTrue = highest,
         lowestTrue = lowest;
  Longs doubtful = {};
  Ints nearest = {}, wrong = {}, up = {}, down = {};
  for (std::size_t i = 0; i < n; i += lanes) {
    const Floats y = load<Floats>(got + i), before = load<Floats>(got + i - 1),
                 low = load<Floats>(block.low + lanes + i),
                 high = load<Floats>(block.high + lanes + i);
    const Ints isOne = low == high, isLow = y == low, isHigh = y == high;
    nearest -= isOne & isLow;
    wrong -= ~isLow & ~isHigh;
    up -= y > before;
    down -= y < before;

    Doubles truth = load<Doubles>(block.value + i), given = __builtin_convertvector(y, Doubles);
    const Longs size = (Longs)truth & bitsOfExponent,
                atLeast = size > leastExponent ? size : Longs{} + leastExponent,
                exponent = atLeast < mostExponent ? atLeast : Longs{} + mostExponent;
    Doubles inverse = (Doubles)(exponentOfInverse - exponent); // of an ulp
    if (scale.isRelative) {
      Doubles magnitude = truth < 0 ? -truth : truth;
      magnitude = magnitude < top ? magnitude : top;
      inverse = 0x1p24 / (magnitude > scale.least ? magnitude : Doubles{} + scale.least);
    }
    highest = y > highest ? y : highest;
    lowest = y < lowest ? y : lowest;
    highestTrue = high > highestTrue ? high : highestTrue;
    lowestTrue = low < lowestTrue ? low : lowestTrue;
    truth = truth > top ? top : truth < -top ? -top : truth;
    given = given > top ? top : given < -top ? -top : given;
    Doubles off = given - truth;
    off = off < 0 ? -off : off;
    worstAbsolute = off > worstAbsolute ? off : worstAbsolute;
    off *= inverse;
    off = off == off ? off : Doubles{} + infinity;
    const Longs isDoubtful = error * inverse > inDoubt;
    doubtful -= isDoubtful;
    off = isDoubtful ? Doubles{} : off;
    worst = off > worst ? off : worst;
  }
  BlockTally tally;
  for (std::size_t i = 0; i < lanes; ++i) {
    tally.worst = std::max(tally.worst, worst[i]);
    tally.worstAbsolute = std::max(tally.worstAbsolute, worstAbsolute[i]);
    tally.most = std::max(tally.most, highest[i]);
    tally.least = std::min(tally.least, lowest[i]);
    tally.mostTrue = std::max(tally.mostTrue, highestTrue[i]);
    tally.leastTrue = std::min(tally.leastTrue, lowestTrue[i]);
  }
  tally.nearest = sum(nearest);
  tally.wrong = sum(wrong);
  tally.doubtful = sum(doubtful);
  tally.up = sum(up);
  tally.down = sum(down);
  return tally;
}

#ifdef __x86_64__
[[gnu::target("arch=x86-64-v4")]] TrueSteps fillV4(TrueBlock &block, const Piece &piece,
                                                   const float *x, std::size_t n) {
  return fillBy(block, piece, x, n);
}
[[gnu::target("arch=x86-64-v3")]] TrueSteps fillV3(TrueBlock &block, const Piece &piece,
                                                   const float *x, std::size_t n) {
  return fillBy(block, piece, x, n);
}
[[gnu::target("arch=x86-64-v4")]] BlockTally compareV4(const TrueBlock &block, double error,
                                                       const float *got, std::size_t n,
                                                       const Scale &scale) {
  return compareBy(block, error, got, n, scale);
}
[[gnu::target("arch=x86-64-v3")]] BlockTally compareV3(const TrueBlock &block, double error,
                                                       const float *got, std::size_t n,
                                                       const Scale &scale) {
  return compareBy(block, error, got, n, scale);
}
#endif

} // namespace

TrueSteps fill(TrueBlock &block, const Piece &piece, const float *x, std::size_t n) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("x86-64-v4"))
    return fillV4(block, piece, x, n);
  if (__builtin_cpu_supports("x86-64-v3"))
    return fillV3(block, piece, x, n);
#endif
  return fillBy(block, piece, x, n);
}

BlockTally compare(const TrueBlock &block, double error, const float *got, std::size_t n,
                   const Scale &scale) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("x86-64-v4"))
    return compareV4(block, error, got, n, scale);
  if (__builtin_cpu_supports("x86-64-v3"))
    return compareV3(block, error, got, n, scale);
#endif
  return compareBy(block, error, got, n, scale);
}

double errorOf(double truth, double bound, float got, const Scale &scale) {
  const double size = std::clamp(std::fabs(truth), scale.least, 0x1p127),
               ulp = scale.isRelative ? 0x1p-24 * std::clamp(std::fabs(truth), scale.least, most)
                                      : std::ldexp(1.0, std::ilogb(size) - 23);
  if (bound > inDoubt * ulp)
    return -1;
  const double error =
      std::fabs(std::clamp(double(got), -most, most) - std::clamp(truth, -most, most)) / ulp;
  return std::isnan(error) ? infinity : error;
}

} // namespace xphi::verify
