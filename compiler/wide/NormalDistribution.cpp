// The error function and the normal distribution, in the far tails too.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All by y, which is x^2 for the normal distribution and 2 z^2 for erf(z): so no square root of 2
// spoils the exponent of exp(-y/2), and with
//   S(y) = 1 + y/3 + y^2/(3·5) + …            Phi(x) = 1/2 + x phi(x) S(x^2)
//   K(y) = 1/(1 + 1/y/(1 + 2/y/(1 + 3/y/…)))  Phi(-x) = phi(x) K(x^2)/x, for x > 0
// no sum cancels.
#include "compiler/wide/Constants.h"
#include "compiler/wide/Number.h"

namespace xphi::wide {

namespace {

// From y = 32 on by K: there 1 - erf, about 2^-26, would begin to lose too much.
bool isTail(const Wide &y) { return y.kind == Infinite || (y.kind == Finite && y.exponent > 5); }

Mantissa quotient(const Mantissa &dividend, uint32_t divisor) {
  uint32_t digits[2 * mantissaWords];
  __builtin_memcpy(digits, &dividend, sizeof digits);
  uint64_t rest = 0;
#pragma clang loop unroll(disable)
  for (int i = 2 * mantissaWords; i-- > 0;) {
    rest = rest << 32 | digits[i];
    digits[i] = uint32_t(rest / divisor);
    rest %= divisor;
  }
  Mantissa result;
  __builtin_memcpy(&result, digits, sizeof result);
  return result;
}

// term y/divisor, by the table as far as it goes: it is four times faster than a division.
Wide nextTerm(const Wide &term, const Wide &y, uint32_t divisor) {
  const Wide dividend = term * y;
  const uint32_t row = divisor / 2;
  return row < oddReciprocalCount
             ? rounded(false, product(dividend.mantissa, oddReciprocals[row]),
                       dividend.exponent + 1)
             : rounded(false, quotient(dividend.mantissa, divisor), dividend.exponent);
}

// S(y), y < 32, in up to 160 terms.
XPHI_WIDE_CALL Wide centralSeries(const Wide &y) {
  Wide term = one, sum = one;
#pragma clang loop unroll(disable)
  for (uint32_t divisor = 3; term.kind == Finite && term.exponent + mantissaBits + 2 > sum.exponent;
       divisor += 2) {
    term = nextTerm(term, y, divisor);
    sum = exactSum(sum, term);
  }
  return sum;
}

// K(y), y >= 32, by the recurrences of numerators and denominators, which only add.
XPHI_WIDE_CALL Wide tailFraction(const Wide &y) {
  if (y.kind == Infinite)
    return one;
  const Mantissa unit = fraction(scaled(one / y, -5)); // 1/32y: a product's factor is below 1
  const unsigned steps = y.exponent > 16 ? 32 : 60 + 18400 / unsigned(magnitude(y));
  Mantissa numerator = Mantissa(1) << (mantissaBits - 4), denominator = numerator;
  Mantissa numeratorBefore = 0, denominatorBefore = numerator;
#pragma clang loop unroll(disable)
  for (unsigned k = 1; k <= steps; ++k) {
    const Mantissa factor = unit * k;
    const Mantissa nextNumerator = numerator + (highProduct(factor, numeratorBefore) << 5);
    const Mantissa nextDenominator = denominator + (highProduct(factor, denominatorBefore) << 5);
    numeratorBefore = numerator;
    denominatorBefore = denominator;
    numerator = nextNumerator;
    denominator = nextDenominator;
    if (denominator >> (mantissaBits - 3) != 0) { // a step may make five of one
      numeratorBefore >>= 3;
      denominatorBefore >>= 3;
      numerator >>= 3;
      denominator >>= 3;
    }
  }
  return rounded(false, numerator, 1) / rounded(false, denominator, 1);
}

Wide bell(const Wide &y) { return exp(scaled(-y, -1)); }

} // namespace

XPHI_WIDE_UNARY(erf) {
  const Wide y = scaled(x * x, 1);
  if (isTail(y))
    return withSign(one - erfc(abs(x)), x.negative);
  return y.kind == None ? y : x * twoOverRootPi * bell(y) * centralSeries(y);
}

XPHI_WIDE_UNARY(erfc) {
  const Wide y = scaled(x * x, 1);
  if (x.negative)
    return one + erf(abs(x));
  if (isTail(y))
    return bell(y) * tailFraction(y) / x * scaled(twoOverRootPi, -1);
  return one - erf(x);
}

XPHI_WIDE_UNARY(normal_pdf) { return bell(x * x) * inverseRootOf2Pi; }

XPHI_WIDE_UNARY(normal_cdf) {
  const Wide y = x * x;
  if (y.kind == None)
    return y;
  if (!isTail(y))
    return powerOfTwo(-1) + x * normal_pdf(x) * centralSeries(y);
  const Wide tail = normal_pdf(x) * tailFraction(y) / abs(x);
  return x.negative ? tail : one - tail;
}

XPHI_WIDE_UNARY(gelu) {
  return x.kind == Infinite && x.negative ? special(Zero, true) : x * normal_cdf(x);
}

XPHI_WIDE_UNARY(gelu_slope) {
  if (x.kind == Infinite)
    return x.negative ? special(Zero, true) : one;
  const Wide density = normal_pdf(x);
  return density.kind == Zero ? normal_cdf(x) : normal_cdf(x) + x * density;
}

} // namespace xphi::wide
