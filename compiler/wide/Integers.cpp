// Order, signs, integers, and the ways from and to floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Number.h"

namespace xphi::wide {

namespace {

constexpr Wide half = powerOfTwo(-1);

bool same(const Wide &a, const Wide &b) {
  return a.kind == b.kind && a.exponent == b.exponent && a.mantissa == b.mantissa;
}

Wide truncated(const Wide &x) {
  if (x.kind != Finite || x.exponent >= mantissaBits)
    return x;
  if (x.exponent <= 0)
    return special(Zero, x.negative);
  Wide result = x;
  result.mantissa &= ~Mantissa(0) << unsigned(mantissaBits - x.exponent);
  return result;
}

// A number that differs from a multiple of 1/2 by what a sum takes for noise becomes that multiple.
XPHI_WIDE_CALL Wide withoutNoise(const Wide &x) {
  if (x.kind != Finite)
    return x;
  const Wide doubled = scaled(x, 1);
  const Wide near = nearestInteger(doubled);
  return (doubled - near).kind == Zero ? scaled(near, -1) : x;
}

bool isOddInteger(const Wide &x) { return !same(scaled(truncated(scaled(x, -1)), 1), x); }

// To the nearest double, ties to even; or cut off with an odd last bit where that is not exact.
double toDouble(const Wide &x, bool odd) {
  constexpr uint64_t infinity = uint64_t(0x7ff) << 52, largest = infinity - 1,
                     quietNan = uint64_t(0xfff) << 51;
  uint64_t bits = 0;
  if (x.kind == None)
    return __builtin_bit_cast(double, quietNan);
  if (x.kind == Infinite || (x.kind == Finite && x.exponent > 1024)) {
    bits = odd && x.kind == Finite ? largest : infinity;
  } else if (x.kind == Finite && x.exponent >= -1074) {
    // The bits that a double has here: 53, or what subnormal numbers leave, which may be none.
    const int exponent = int(x.exponent), room = exponent + 1074;
    const unsigned kept = unsigned(room < 53 ? room : 53);
    const uint64_t top = uint64_t(x.mantissa >> (mantissaBits - 64));
    const bool below = Mantissa(x.mantissa << 64) != 0;
    const uint64_t rest = top << kept, tie = uint64_t(1) << 63;
    bits = kept ? top >> (64 - kept) : 0;
    if (odd)
      bits |= rest != 0 || below;
    else
      bits += rest > tie || (rest == tie && (below || (bits & 1)));
    // The leading bit of a normal number counts as one in the field of the exponent; so does a
    // carry.
    if (kept == 53)
      bits += uint64_t(exponent + 1021) << 52;
  } else if (x.kind == Finite) {
    bits = odd;
  }
  return __builtin_bit_cast(double, bits | uint64_t(x.negative) << 63);
}

} // namespace

XPHI_WIDE_CALL Wide nearestInteger(const Wide &x) {
  if (x.kind != Finite || x.exponent >= mantissaBits)
    return x;
  return withSign(truncated(exactSum(withSign(x, false), half)), x.negative);
}

XPHI_WIDE_CALL Wide fromInteger(Exponent n) {
  return rounded(n < 0, Mantissa(n < 0 ? -n : n), mantissaBits);
}

Exponent magnitude(const Wide &x) {
  if (x.kind != Finite || x.exponent <= 0)
    return 0;
  return Exponent(x.mantissa >> unsigned(mantissaBits - x.exponent));
}

Mantissa fraction(const Wide &x) {
  if (x.kind != Finite || x.exponent <= -mantissaBits)
    return 0;
  return x.mantissa >> unsigned(-x.exponent);
}

XPHI_WIDE_CALL int order(const Wide &a, const Wide &b) {
  if (a.kind == Infinite && b.kind == Infinite) {
    const int signs = int(b.negative) - int(a.negative);
    if (signs != 0 || (a.stands == Itself) == (b.stands == Itself))
      return signs;
    return (a.stands == Itself) != bool(a.negative) ? 1 : -1; // infinity itself is beyond numbers
  }
  const Wide difference = a - b;
  if (difference.kind == Zero && difference.stands != Ended)
    return 0;
  return difference.negative ? -1 : 1;
}

XPHI_WIDE_UNARY(floor) {
  const Wide exact = withoutNoise(x);
  const Wide whole = truncated(exact);
  return exact.negative && !same(whole, exact) ? exactSum(whole, -one) : whole;
}

XPHI_WIDE_UNARY(ceil) { return -floor(-x); }

XPHI_WIDE_UNARY(round) {
  const Wide exact = withoutNoise(x);
  if (exact.kind != Finite || exact.exponent >= mantissaBits)
    return exact;
  const Wide raised = exactSum(withSign(exact, false), half);
  Wide result = truncated(raised);
  if (same(result, raised) && isOddInteger(result)) // a tie
    result = exactSum(result, -one);
  return withSign(result, x.negative);
}

XPHI_WIDE_UNARY(sign) {
  const bool hasNone = (x.kind == Zero && x.stands != Ended) || x.kind == None;
  return hasNone ? x : withSign(one, x.negative);
}

XPHI_WIDE_UNARY(step) {
  if (x.kind == None)
    return x;
  return x.negative && (x.kind != Zero || x.stands == Ended) ? special(Zero) : one;
}

XPHI_WIDE_BINARY(min) {
  if (a.kind == None || b.kind == None)
    return special(None);
  return order(a, b) <= 0 ? a : b;
}

XPHI_WIDE_BINARY(max) {
  if (a.kind == None || b.kind == None)
    return special(None);
  return order(a, b) >= 0 ? a : b;
}

extern "C" {

XPHI_WIDE_CALL int32_t xphi_wide_less(const Wide *a, const Wide *b) {
  return a->kind != None && b->kind != None && order(*a, *b) < 0;
}

XPHI_WIDE_CALL int32_t xphi_wide_less_equal(const Wide *a, const Wide *b) {
  return a->kind != None && b->kind != None && order(*a, *b) <= 0;
}

XPHI_WIDE_CALL int32_t xphi_wide_equal(const Wide *a, const Wide *b) {
  return a->kind != None && b->kind != None && order(*a, *b) == 0;
}

XPHI_WIDE_CALL void xphi_wide_from_bits(Wide *result, const uint64_t mantissa[mantissaWords],
                                        int64_t exponent, int32_t negative) {
  Mantissa value = 0;
#pragma clang loop unroll(disable)
  for (int i = mantissaWords; i-- > 0;)
    value = value << 64 | mantissa[i];
  *result = rounded(negative != 0, value, exponent);
}

XPHI_WIDE_CALL void xphi_wide_from_f64(Wide *result, double x) {
  const uint64_t bits = __builtin_bit_cast(uint64_t, x);
  const bool negative = bits >> 63;
  const uint64_t biased = bits >> 52 & 2047, one = uint64_t(1) << 52, fraction = bits & (one - 1);
  if (biased == 2047)
    *result = fraction ? special(None) : special(Infinite, negative);
  else // units of 2^-1074, or of 2^(biased - 1075)
    *result = rounded(negative, Mantissa(biased ? fraction | one : fraction),
                      mantissaBits - 1075 + int64_t(biased ? biased : 1));
}

XPHI_WIDE_CALL double xphi_wide_to_f64(const Wide *x) { return toDouble(*x, /*odd=*/false); }

XPHI_WIDE_CALL double xphi_wide_to_f64_odd(const Wide *x) { return toDouble(*x, /*odd=*/true); }
}

} // namespace xphi::wide
