// Wide numbers: 512 bits, an exponent of 320 bits, and no floating point in their arithmetic.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last rung of the ladder of evaluation: kernels call these functions for the rare inputs where
// doubles do not suffice. They are compiled for the compiler's own use and for kernels
// (WideBitcode.h). Integers only, no libc, no state: the same bits everywhere.
//
// 512 bits, because the third order of a float's smallest neighbourhood is still there:
// exp(x) - 1 - x - x²/2 at 2^-149 cancels 447 bits and leaves 65. Exponents up to ±2^316, because
// so the exponential of every float's square is a number, and so are its products with others; and
// the exponential of a float's exponential, as long as this is known to any bit behind the point.
//
// Errors, where the exact operands are the numbers given:
//   - from_f64, neg, abs, min, max and comparisons are exact; add, sub, mul, div, sqrt round to the
//     nearest, 2^-512 of the result;
//   - elementary functions are within 2^-496 of the result, but
//       erfc, normal_cdf, gelu from 2 to 6 standard deviations out: 2^-472;
//       these farther out, and normal_pdf: 2^-508 x^2 where x has more than 256 bits;
//       erfcx_slope from 2 on: 2^-496 x^2, up to 2^128; from there 2^-256;
//       pow: 2^-508 times the result's exponent;
//       gelu_slope and mish_slope near their zero: 2^-472 of the terms that cancel.
// A sum whose exponent lies more than 472 below that of its larger operand is exactly zero, because
// what is left would be the noise of inexact operands. Comparisons go by that difference, so do
// 1 - x in acos, asin, acosh and atanh, and floor, ceil and round take a number so close to a
// multiple of 1/2 for that multiple.
//
// Infinite obeys the extended reals; a function takes its limit there. What has no value or no
// limit is None, as are sine, cosine and tangent of more than 2^1000, but of numbers whose last 64
// bits are zero, as an input's are and products of a few: of more than 2^4096. Zero keeps a sign,
// which tells the sign of 1/0. An exponent beyond ±2^316 is Infinite or Zero, and marked: such a
// number times zero is zero, and below it or above; with infinity itself it is not so.
#pragma once

#include <stdint.h>

namespace xphi::wide {

inline constexpr int mantissaBits = 512, mantissaWords = mantissaBits / 64;
using Mantissa = unsigned _BitInt(mantissaBits);
inline constexpr int exponentWidth = 320;
using Exponent = _BitInt(exponentWidth);
// Of the exponents of Finite numbers: so many bits leave two for sums of exponents.
inline constexpr int exponentBits = exponentWidth - 4;
inline constexpr Exponent exponentLimit = Exponent(1) << exponentBits;

enum Kind : uint8_t { Zero = 0, Finite = 1, Infinite = 2, None = 3 };

/// What Zero or Infinite stands for: itself; a number beyond the range of exponents, of this sign;
/// or what is left where all bits have cancelled, whose sign is not known, and what is made of it.
enum Stands : uint8_t { Itself = 0, Ended = 1, Lost = 2 };

/// ±mantissa/2^mantissaBits · 2^exponent. The top bit of a Finite number's mantissa is set;
/// mantissa and exponent of the others are 0. The layout is known to generated code.
struct alignas(16) Wide {
  Mantissa mantissa;
  Exponent exponent;
  uint8_t kind;
  uint8_t negative;
  uint8_t stands; ///< Itself, for Finite and None
  uint8_t unused[5];
};
static_assert(sizeof(Wide) == 112 && alignof(Wide) == 16);
static_assert(__builtin_offsetof(Wide, exponent) == 64 && __builtin_offsetof(Wide, kind) == 104);
static_assert(__builtin_offsetof(Wide, negative) == 105);

} // namespace xphi::wide

// The result may be one of the operands.
extern "C" {
using XphiWide = xphi::wide::Wide;

#define UNARY(name) void xphi_wide_##name(XphiWide *result, const XphiWide *x);
#define BINARY(name) void xphi_wide_##name(XphiWide *result, const XphiWide *a, const XphiWide *b);
#include "compiler/wide/WideFunctions.def"

void xphi_wide_from_f64(XphiWide *result, double x);
/// mantissa/2^mantissaBits · 2^exponent, least significant word first; need not be normalised.
void xphi_wide_from_bits(XphiWide *result, const uint64_t mantissa[xphi::wide::mantissaWords],
                         int64_t exponent, int32_t negative);
/// To nearest, ties to even, subnormals included; None gives a quiet NaN without sign.
double xphi_wide_to_f64(const XphiWide *x);
/// Cut off, with an odd last bit where that is not exact: rounded to fewer bits it is what `x` is.
double xphi_wide_to_f64_odd(const XphiWide *x);

/// 0 where an operand is None.
int32_t xphi_wide_less(const XphiWide *a, const XphiWide *b);
int32_t xphi_wide_less_equal(const XphiWide *a, const XphiWide *b);
int32_t xphi_wide_equal(const XphiWide *a, const XphiWide *b);

/// The limit at infinity of a function that has these values at distant points on one side, as
/// |x| = 2^200, 2^400, 2^401, 2^402, 2^403 and 2^404: infinite, a number, or None. See
/// LimitOfValues.cpp.
void xphi_wide_limit(XphiWide *result, const XphiWide values[6]);
}
