// Exponentials and logarithms, powers, and what follows from them directly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Constants.h"
#include "compiler/wide/Number.h"

namespace xphi::wide {

namespace {

// e^remainder · 2^count, for |remainder| a little above ln2/2 at most.
XPHI_WIDE_CALL Wide exponential(const Wide &remainder, Exponent count) {
  return scaled(
      series(inverseFactorials, 1, exponentialTerms, fraction(remainder), remainder.negative),
      count);
}

// e^x, where x is at least 1/4 in magnitude: of x/ln2, bit for bit, what follows the point times
// ln2. So many bits are behind it, however large x is.
XPHI_WIDE_CALL Wide exponentialOfLarge(const Wide &x) {
  constexpr int bits = 2 * mantissaBits;
  static_assert(exponentBits + mantissaBits + 8 < bits);
  const Double turns =
      product(x.mantissa, log2OfEHigh) + (product(x.mantissa, log2OfELow) >> mantissaBits);
  const unsigned whole = unsigned(x.exponent + 1);
  Exponent count = whole ? Exponent(turns >> (bits - whole)) : Exponent(0);
  Double rest = turns << whole;
  const bool back = rest >> (bits - 1) != 0; // more than half: from the next integer
  if (back) {
    rest = -rest;
    ++count;
  }
  const Wide remainder = rounded(back != bool(x.negative), rest, 0) * logOf2;
  return exponential(remainder, x.negative ? -count : count);
}

// Beyond these the exponential of x is 0, infinite, or 1; or x is None.
bool isTrivialExponent(const Wide &x) {
  return x.kind != Finite || x.exponent > exponentBits || x.exponent < -mantissaBits - 4;
}

Wide trivialExponential(const Wide &x) {
  if (x.kind == None)
    return x;
  if (x.kind == Zero || (x.kind == Finite && x.exponent < 0))
    return one;
  return special(x.negative ? Zero : Infinite, false, x.kind == Finite ? Ended : x.stands);
}

struct Logarithm {
  Wide fraction; // between log(3/4) and log(3/2)
  Wide count;    // of log 2
};

Wide artanh(const Wide &z) { // |z| < 1/4
  return z * series(oddReciprocals, 1, oddReciprocalCount, fraction(z * z), false);
}

// Of a positive finite number.
XPHI_WIDE_CALL Logarithm logarithm(const Wide &x) {
  const bool low = x.mantissa < topBit / 2 * 3;
  Wide m = x;
  m.exponent = low;
  const Wide z = exactSum(m, -one) / (m + one);
  return {scaled(artanh(z), 1), fromInteger(x.exponent - low)};
}

// A logarithm of what is not both positive and finite.
Wide specialLogarithm(const Wide &x) {
  if (x.kind == Zero && !(x.stands == Ended && x.negative))
    return special(Infinite, true, x.stands);
  return x.negative ? special(None) : x;
}

bool hasLogarithm(const Wide &x) { return x.kind == Finite && !x.negative; }

} // namespace

XPHI_WIDE_CALL Wide series(const Mantissa *coefficients, unsigned stride, unsigned count,
                           const Mantissa &fraction, bool alternating) {
  unsigned i = (count - 1) * stride;
  Mantissa sum = coefficients[i];
#pragma clang loop unroll(disable)
  while (i != 0) {
    i -= stride;
    const Mantissa rest = highProduct(fraction, sum);
    sum = coefficients[i] + (alternating ? -rest : rest);
  }
  return rounded(false, sum, 1);
}

XPHI_WIDE_UNARY(exp) {
  if (isTrivialExponent(x))
    return trivialExponential(x);
  return x.exponent < -1 ? exponential(x, 0) : exponentialOfLarge(x);
}

XPHI_WIDE_UNARY(exp2) {
  if (isTrivialExponent(x))
    return trivialExponential(x);
  const Wide count = nearestInteger(x);
  const Exponent size = magnitude(count);
  return exponential(exactSum(x, -count) * logOf2, count.negative ? -size : size);
}

XPHI_WIDE_UNARY(expm1) {
  if (x.kind == Finite && x.exponent < -1)
    return x * series(inverseFactorials + 1, 1, exponentialTerms, fraction(x), x.negative);
  return x.kind == Zero ? x : exp(x) - one;
}

XPHI_WIDE_UNARY(log) {
  if (!hasLogarithm(x))
    return specialLogarithm(x);
  const Logarithm l = logarithm(x);
  return l.count * logOf2 + l.fraction;
}

XPHI_WIDE_UNARY(log2) {
  if (!hasLogarithm(x))
    return specialLogarithm(x);
  const Logarithm l = logarithm(x);
  return l.count + l.fraction * log2OfE;
}

XPHI_WIDE_UNARY(log1p) {
  if (x.kind == Finite && x.exponent < -1)
    return scaled(artanh(x / (x + two)), 1);
  return x.kind == Zero ? x : log(one + x);
}

XPHI_WIDE_UNARY(softplus) { return x.negative ? log1p(exp(x)) : x + log1p(exp(-x)); }

XPHI_WIDE_UNARY(sigmoid) { return one / (one + exp(-x)); }

XPHI_WIDE_UNARY(logistic_pdf) {
  const Wide e = exp(-abs(x)), sum = one + e;
  return e / (sum * sum);
}

XPHI_WIDE_UNARY(cbrt) {
  if (x.kind != Finite)
    return x;
  const Exponent third = x.exponent / 3;
  const Wide size = scaled(abs(x), -3 * third);
  Wide root = exp2(log2(size) / fromInteger(3));
  // A cube has its root exactly: nothing is left of it when it is cut off.
  constexpr Mantissa noise = (Mantissa(1) << 24) - 1;
  const Wide near = rounded(false, (root.mantissa + (noise >> 1)) & ~noise, root.exponent);
  const Wide cube = near * near * near;
  if (cube.mantissa == size.mantissa && cube.exponent == size.exponent)
    root = near;
  return withSign(scaled(root, third), x.negative);
}

XPHI_WIDE_BINARY(pow) {
  if (b.kind == Zero)
    return one;
  if (a.kind == None || b.kind == None)
    return special(None);
  if (!a.negative && order(a, one) == 0)
    return one;
  const Wide size = abs(a);
  const bool isInteger = b.kind == Finite && (b - nearestInteger(b)).kind == Zero;
  const Wide halved = scaled(b, -1);
  const bool isOdd = isInteger && (halved - nearestInteger(halved)).kind != Zero;
  if (a.negative && a.kind != Zero && b.kind == Finite && !isInteger)
    return special(None);
  if (b.kind == Infinite && order(size, one) == 0)
    return one;
  const bool negative = a.negative && isOdd;
  if (isInteger && b.exponent <= 6) { // exact where it can be
    Wide result = one, square = size;
#pragma clang loop unroll(disable)
    for (unsigned n = unsigned(magnitude(nearestInteger(b))); n != 0; n >>= 1) {
      if (n & 1)
        result = result * square;
      square = square * square;
    }
    return withSign(b.negative ? one / result : result, negative);
  }
  return withSign(exp2(b * log2(size)), negative);
}

} // namespace xphi::wide
