// A function on wide numbers, applied to lanes of doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Lanes.h"

#include "compiler/wide/Number.h"

#include <bit>

namespace xphi::wide {

namespace {

constexpr int mostArguments = 64;

// Exponents of the numbers that stand for infinity. From the first to the second a logarithm must
// grow by half, with a few bits to spare for a factor in its argument.
constexpr int distanceCount = 6;
using Distances = const Exponent[distanceCount];
// Exponentials of the usual ones are numbers; exponentials of squares and cubes are only of the
// near ones. Constants of a function, as 1e38, may lie beyond the first, which the distant ones
// show.
constexpr Distances usual = {94, 179, 180, 181, 182, 183};
constexpr Distances near = {52, 88, 89, 90, 91, 92};
constexpr Distances distant = {200, 400, 401, 402, 403, 404};
// Beside numbers of any size infinity is beyond what is made of them, be it the exponential of the
// largest float. But so far out a sum has forgotten them, and exponentials have ended.
constexpr Exponent outermost = Exponent(1) << 140;
constexpr Distances beyondAll = {outermost / 2, outermost,     outermost + 1,
                                 outermost + 2, outermost + 3, outermost + 4};
// Of what is neither: squares, cubes and exponentials of it may lie beyond the usual.
constexpr int leastExponent = -16, mostExponent = 3;

struct Limit {
  Wide value;
  bool inRange; // No value that it was told from has left the range of exponents upwards.
  bool isSure;
  bool hasLeft; // It is zero, and so was the last value: a sum that forgot a term, or underflow.
};

// Whether what grew or vanished from the first to the second goes on doing so, be it as a
// logarithm: else a constant may end it.
bool goesOn(const Wide &limit, const Wide &second, const Wide &last) {
  if (limit.kind == Infinite)
    return order(abs(last), abs(second + scaled(second, -10))) > 0;
  return limit.kind != Zero || order(abs(scaled(last, 1)), abs(second)) <= 0;
}

Limit limitOf(XphiWideFunction function, Wide *arguments, int count, uint64_t infinite,
              Distances &distances) {
  Wide values[distanceCount];
  Limit limit = {{}, true, false, false};
#pragma clang loop unroll(disable)
  for (int i = 0; i < distanceCount; ++i) {
    for (int k = 0; k < count; ++k)
      if (infinite >> k & 1)
        arguments[k] = withSign(powerOfTwo(distances[i]), arguments[k].negative);
    function(&values[i], arguments);
    limit.inRange &= values[i].kind == Zero || values[i].kind == Finite;
  }
  xphi_wide_limit(&limit.value, values);
  limit.isSure = limit.inRange && limit.value.kind != None &&
                 goesOn(limit.value, values[1], values[distanceCount - 1]);
  limit.hasLeft = values[distanceCount - 1].kind == Zero;
  return limit;
}

// What the function says of infinity itself, which is larger than exponentials of any number.
Wide valueAtInfinity(XphiWideFunction function, Wide *arguments, int count, uint64_t infinite) {
#pragma clang loop unroll(disable)
  for (int k = 0; k < count; ++k)
    if (infinite >> k & 1)
      arguments[k] = special(Infinite, arguments[k].negative);
  Wide value;
  function(&value, arguments);
  return value;
}

Wide limitOf(XphiWideFunction function, Wide *arguments, int count, uint64_t infinite,
             bool isBesideOthers, bool comparesWaves) {
  // A sine has ended so far out, and a comparison with it would fail whatever else is in it.
  if (isBesideOthers && !comparesWaves) {
    const Limit far = limitOf(function, arguments, count, infinite, beyondAll);
    if (far.isSure && !far.hasLeft)
      return far.value;
    // Far out an exponential is infinite, or a sum has forgotten a term. The former is so at
    // infinity as well; the latter is inf - inf there, no number.
    const Wide there = valueAtInfinity(function, arguments, count, infinite);
    if ((there.kind == Zero || there.kind == Infinite) && there.kind == far.value.kind &&
        there.negative == far.value.negative)
      return there;
  }
  if (isBesideOthers) {
    const Limit limit = limitOf(function, arguments, count, infinite, distant);
    if (limit.isSure && !limit.hasLeft)
      return limit.value;
  }
  Limit limit = limitOf(function, arguments, count, infinite, usual);
  if (!limit.inRange)
    limit = limitOf(function, arguments, count, infinite, near);
  if (!limit.isSure)
    limit = limitOf(function, arguments, count, infinite, distant);
  if (limit.value.kind != None)
    return limit.value;
  // What changes slowly, as x^-0.1 does, or has a factor that is smaller than numbers are large,
  // has its limit at infinity itself.
  const Wide there = valueAtInfinity(function, arguments, count, infinite);
  return there.kind == Zero || there.kind == Infinite ? there : limit.value;
}

// Where an argument is infinite, the limit.
Wide valueOf(XphiWideFunction function, Wide *arguments, int count, uint64_t growing, int cotangent,
             bool comparesWaves) {
  uint64_t infinite = 0;
  bool isBesideOthers = false;
  for (int k = 0; k < count; ++k)
    if (growing >> k & 1 && arguments[k].kind == Infinite)
      infinite |= uint64_t(1) << k;
    else if (k != cotangent && arguments[k].kind == Finite)
      isBesideOthers |=
          arguments[k].exponent > mostExponent || arguments[k].exponent < leastExponent;
  Wide value;
  if (!infinite) {
    function(&value, arguments);
    return value;
  }
  return limitOf(function, arguments, count, infinite, isBesideOthers, comparesWaves);
}

/// Whether two lanes ask for the same value: rows of masks, and of what was clamped, do.
bool areSame(const double *arguments, int lanes, int count, int cotangent, int one, int other) {
#pragma clang loop unroll(disable)
  for (int k = 0; k < count; ++k)
    if (k != cotangent && std::bit_cast<uint64_t>(arguments[k * lanes + one]) !=
                              std::bit_cast<uint64_t>(arguments[k * lanes + other]))
      return false;
  return true;
}

} // namespace

extern "C" XPHI_WIDE_CALL void xphi_wide_lanes(XphiWideFunction function, double *values,
                                               const uint8_t *flags, const double *arguments,
                                               int32_t lanes, int32_t count, int64_t growing,
                                               int32_t cotangent, int32_t how) {
  Wide row[mostArguments], known;
  int of = -1; // the lane whose value is known
#pragma clang loop unroll(disable)
  for (int lane = 0; lane < lanes; ++lane) {
    if (!flags[lane])
      continue;
    if (of < 0 || !areSame(arguments, lanes, count, cotangent, of, lane)) {
      for (int k = 0; k < count; ++k)
        xphi_wide_from_f64(&row[k], arguments[k * lanes + lane]);
      known =
          valueOf(function, row, count, uint64_t(growing), cotangent, how & XphiWideComparesWaves);
      of = lane;
    }
    Wide value = known;
    if (cotangent >= 0) {
      Wide factor;
      xphi_wide_from_f64(&factor, arguments[cotangent * lanes + lane]);
      value = value * factor;
    }
    values[lane] = how & XphiWideToOdd ? xphi_wide_to_f64_odd(&value) : xphi_wide_to_f64(&value);
  }
}

extern "C" XPHI_WIDE_CALL void xphi_wide_constant(Wide *result, uint64_t word0, uint64_t word1,
                                                  uint64_t word2, uint64_t word3, uint64_t word4,
                                                  uint64_t word5, uint64_t word6, uint64_t word7,
                                                  int64_t exponent, int32_t negative) {
  const uint64_t words[] = {word0, word1, word2, word3, word4, word5, word6, word7};
  static_assert(sizeof words == sizeof(Mantissa));
  xphi_wide_from_bits(result, words, exponent, negative);
}

extern "C" XPHI_WIDE_CALL void xphi_wide_select(Wide *result, int32_t condition, const Wide *a,
                                                const Wide *b) {
  *result = condition ? *a : *b;
}

} // namespace xphi::wide
