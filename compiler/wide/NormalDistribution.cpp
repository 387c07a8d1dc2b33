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

// S(y), y < 32. Sum and coefficients are normalised at every step: of neither may bits be lost.
XPHI_WIDE_CALL Wide centralSeries(const Wide &y) {
  if (y.kind != Finite || y.exponent < -mantissaBits)
    return one;
  const int size = int(y.exponent);
  unsigned k =
      lengthsOfErrorSeries[size < leastSizeOfErrorSeries ? 0 : size - leastSizeOfErrorSeries];
  Mantissa sum = inverseOddFactorials[--k];
  int exponent = inverseOddFactorialExponents[k];
#pragma clang loop unroll(disable)
  while (k-- > 0) {
    Mantissa part = highProduct(y.mantissa, sum), coefficient = inverseOddFactorials[k];
    exponent += size;
    if (part < topBit) {
      part <<= 1;
      --exponent;
    }
    const int distance = inverseOddFactorialExponents[k] - exponent;
    if (distance > 0) {
      part = distance < mantissaBits ? part >> unsigned(distance) : Mantissa(0);
      exponent = inverseOddFactorialExponents[k];
    } else {
      coefficient >>= unsigned(-distance);
    }
    sum = part + coefficient;
    if (sum < part) { // carried out of the top
      sum = sum >> 1 | topBit;
      ++exponent;
    }
  }
  return rounded(false, sum, exponent);
}

// K(y), y >= 32, by the recurrences of numerators and denominators, which only add.
XPHI_WIDE_CALL Wide tailFraction(const Wide &y) {
  if (y.kind == Infinite)
    return one;
  const Mantissa unit = fraction(scaled(one / y, -5)); // 1/32y: a product's factor is below 1
  constexpr unsigned bits = mantissaBits;
  const unsigned steps =
      y.exponent > 16 ? bits / 10 : bits / 6 + bits * bits / 8 / unsigned(magnitude(y));
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

// erfc(x)·exp(x²) for x > 0, where y = 2x² is in the tail.
Wide scaledTail(const Wide &x, const Wide &y) {
  return tailFraction(y) / x * scaled(twoOverRootPi, -1);
}

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
    return bell(y) * scaledTail(x, y);
  return one - erf(x);
}

XPHI_WIDE_UNARY(erfcx) {
  const Wide y = scaled(x * x, 1);
  return !x.negative && isTail(y) ? scaledTail(x, y) : exp(scaled(y, -1)) * erfc(x);
}

// The terms cancel for large x, down to one part in 2x² of them; from 2^128 on the first term of
// the asymptotic series is right to 256 bits.
XPHI_WIDE_UNARY(erfcx_slope) {
  const bool isAsymptotic =
      !x.negative && (x.kind == Infinite || (x.kind == Finite && x.exponent > mantissaBits / 4));
  return isAsymptotic ? -scaled(twoOverRootPi / x / x, -1)
                      : scaled(x * erfcx(x), 1) - twoOverRootPi;
}

// The logarithm of a tail is that of its density, whatever exponent the density would need.
XPHI_WIDE_UNARY(log_erfc) {
  const Wide y = scaled(x * x, 1);
  if (x.negative)
    return log1p(-erf(x));
  if (!isTail(y))
    return log(erfc(x));
  return y.kind == Infinite ? -y : log(scaledTail(x, y)) - scaled(y, -1);
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

XPHI_WIDE_UNARY(log_normal_cdf) {
  if (!x.negative)
    return log1p(-normal_cdf(-x));
  const Wide y = x * x;
  if (!isTail(y))
    return log(normal_cdf(x));
  return y.kind == Infinite ? -y : log(tailFraction(y) / abs(x) * inverseRootOf2Pi) - scaled(y, -1);
}

XPHI_WIDE_UNARY(gelu) {
  return x.kind == Infinite && x.negative ? special(Zero, true, x.stands) : x * normal_cdf(x);
}

XPHI_WIDE_UNARY(gelu_slope) {
  if (x.kind == Infinite)
    return x.negative ? special(Zero, true, x.stands) : one;
  const Wide density = normal_pdf(x);
  return density.kind == Zero ? normal_cdf(x) : normal_cdf(x) + x * density;
}

} // namespace xphi::wide
