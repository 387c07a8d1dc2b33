// What the functions on wide numbers are written with: operators, integers, series.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/wide/Wide.h"

namespace xphi::wide {

using Double = unsigned _BitInt(2 * mantissaBits);

// Kernels hold these functions: they stay calls, or each formula would be a hundred kilobytes.
#define XPHI_WIDE_CALL __attribute__((noinline))

#define XPHI_WIDE_UNARY(name)                                                                      \
  static Wide name##Of(const Wide &x);                                                             \
  extern "C" XPHI_WIDE_CALL void xphi_wide_##name(Wide *result, const Wide *x) {                   \
    *result = name##Of(*x);                                                                        \
  }                                                                                                \
  Wide name##Of(const Wide &x)

#define XPHI_WIDE_BINARY(name)                                                                     \
  static Wide name##Of(const Wide &a, const Wide &b);                                              \
  extern "C" XPHI_WIDE_CALL void xphi_wide_##name(Wide *result, const Wide *a, const Wide *b) {    \
    *result = name##Of(*a, *b);                                                                    \
  }                                                                                                \
  Wide name##Of(const Wide &a, const Wide &b)

// Each function under its own name: exp(x) calls xphi_wide_exp.
#define UNARY(name)                                                                                \
  inline Wide name(const Wide &x) {                                                                \
    Wide result;                                                                                   \
    xphi_wide_##name(&result, &x);                                                                 \
    return result;                                                                                 \
  }
#define BINARY(name)                                                                               \
  inline Wide name(const Wide &a, const Wide &b) {                                                 \
    Wide result;                                                                                   \
    xphi_wide_##name(&result, &a, &b);                                                             \
    return result;                                                                                 \
  }
#include "compiler/wide/WideFunctions.def"

inline Wide operator+(const Wide &a, const Wide &b) { return add(a, b); }
inline Wide operator-(const Wide &a, const Wide &b) { return sub(a, b); }
inline Wide operator*(const Wide &a, const Wide &b) { return mul(a, b); }
inline Wide operator/(const Wide &a, const Wide &b) { return div(a, b); }
inline Wide operator-(const Wide &x) { return neg(x); }

inline constexpr Mantissa topBit = Mantissa(1) << (mantissaBits - 1);

constexpr Wide special(Kind kind, bool negative = false, uint8_t stands = Itself) {
  return {0, 0, kind, negative, stands, {}};
}
constexpr Wide powerOfTwo(Exponent exponent) { return {topBit, exponent + 1, Finite, 0, 0, {}}; }

inline constexpr Wide one = powerOfTwo(0);
inline constexpr Wide two = powerOfTwo(1);

inline Wide withSign(Wide x, bool negative) {
  x.negative = negative;
  return x;
}

Double product(const Mantissa &a, const Mantissa &b);
inline Mantissa highProduct(const Mantissa &a, const Mantissa &b) {
  return Mantissa(product(a, b) >> mantissaBits);
}

/// ±value/2^(2 mantissaBits) · 2^exponent to the nearest; the exponent may have left its range.
Wide rounded(bool negative, const Double &value, Exponent exponent);
inline Wide rounded(bool negative, const Mantissa &value, Exponent exponent) {
  return rounded(negative, Double(value) << mantissaBits, exponent);
}

/// a + b, however many bits cancel.
Wide exactSum(const Wide &a, const Wide &b);
/// x · 2^count.
Wide scaled(const Wide &x, Exponent count);

Wide fromInteger(Exponent n);
/// Of |x| below 2^(exponentWidth - 1); the fraction is cut off.
Exponent magnitude(const Wide &x);
/// The integer nearest to x; ties go away from zero.
Wide nearestInteger(const Wide &x);
/// Of |x| below 1: |x| · 2^mantissaBits, cut off.
Mantissa fraction(const Wide &x);

/// c[0] + x (c[stride] + x (c[2 stride] + …)), count terms, or with minus signs if `alternating`;
/// x = fraction/2^mantissaBits, coefficients in units of 2^(1 - mantissaBits), no partial sum
/// reaching 2.
Wide series(const Mantissa *coefficients, unsigned stride, unsigned count, const Mantissa &fraction,
            bool alternating);

/// -1, 0, 1 as a is below, equal to, above b, both being numbers.
int order(const Wide &a, const Wide &b);

} // namespace xphi::wide
