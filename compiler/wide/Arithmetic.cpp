// Sums, products, quotients and roots, rounded to the nearest.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Number.h"

namespace xphi::wide {

XPHI_WIDE_CALL Double product(const Mantissa &a, const Mantissa &b) { return Double(a) * b; }

namespace {

XPHI_WIDE_CALL Double shiftedLeft(const Double &value, unsigned count) { return value << count; }
XPHI_WIDE_CALL Double shiftedRight(const Double &value, unsigned count) { return value >> count; }

unsigned leadingZeros(const Double &value) {
  uint64_t words[2 * mantissaWords];
  __builtin_memcpy(words, &value, sizeof words);
  unsigned i = 2 * mantissaWords - 1;
  while (words[i] == 0)
    --i;
  return (2 * mantissaWords - 1 - i) * 64 + unsigned(__builtin_clzll(words[i]));
}

// Bits by which a sum may cancel before it counts as zero.
constexpr int cancellation = mantissaBits - 40;
constexpr int anyCancellation = 3 * mantissaBits;

bool isItself(const Wide &x) { return x.kind != Finite && x.stands == Itself; }

/// Of a product or quotient that is Zero or Infinite: as zero and infinity themselves do, whatever
/// number the other one is.
uint8_t standsFor(const Wide &a, const Wide &b) {
  return isItself(a) || isItself(b) ? Itself : a.stands > b.stands ? a.stands : b.stands;
}

// A number beyond the range beside zero has its sign; of two that differ in it nothing is known.
Wide sumOfZeros(const Wide &a, const Wide &b) {
  if (a.stands == Itself && b.stands == Itself)
    return special(Zero, a.negative && b.negative);
  if (a.stands == Itself || b.stands == Itself)
    return a.stands == Itself ? b : a;
  const bool isSure = a.stands == Ended && b.stands == Ended && a.negative == b.negative;
  return special(Zero, a.negative && b.negative, isSure ? Ended : Lost);
}

// Infinity itself is beyond all numbers; of two of them, or of two numbers, nothing is known.
Wide differenceOfInfinities(const Wide &a, const Wide &b) {
  if (a.stands == b.stands || a.stands == Lost || b.stands == Lost)
    return special(None);
  return a.stands == Itself ? a : b;
}

XPHI_WIDE_CALL Wide sum(const Wide &a, const Wide &b, bool negatedB, int bits) {
  const bool negativeB = b.negative != negatedB;
  if (a.kind == None || b.kind == None)
    return special(None);
  if (a.kind == Infinite || b.kind == Infinite) {
    if (a.kind == b.kind && a.negative != negativeB)
      return differenceOfInfinities(a, withSign(b, negativeB));
    const bool isFirst = a.kind == Infinite && (b.kind != Infinite || isItself(a));
    return isFirst ? a : withSign(b, negativeB);
  }
  if (b.kind == Zero)
    return a.kind == Zero ? sumOfZeros(a, withSign(b, negativeB)) : a;
  if (a.kind == Zero)
    return withSign(b, negativeB);

  const bool swapped = a.exponent != b.exponent ? a.exponent < b.exponent : a.mantissa < b.mantissa;
  const Wide &large = swapped ? b : a;
  const Wide &small = swapped ? a : b;
  const bool negative = swapped ? negativeB : bool(a.negative);
  const Exponent distance = large.exponent - small.exponent;
  if (distance > mantissaBits + 2)
    return withSign(large, negative);
  // One bit above for a carry; the bits below hold all of the smaller one that can matter.
  const Double whole = Double(large.mantissa) << (mantissaBits - 1);
  const Double part =
      shiftedRight(Double(small.mantissa) << (mantissaBits - 1), unsigned(distance));
  const bool cancels = a.negative != negativeB;
  const Wide result = rounded(negative, cancels ? whole - part : whole + part, large.exponent + 1);
  if (result.kind == Zero || result.exponent + bits < large.exponent)
    return special(Zero, false, Lost);
  return result;
}

// 2^(2 bits - 1)/b less at most a few units, by Newton's y (2 - b y), from 30 bits on.
Mantissa reciprocal(const Mantissa &b) {
  const uint64_t seed = (uint64_t(1) << 63) / (uint64_t(b >> (mantissaBits - 32)) + 1);
  Mantissa y = Mantissa(seed) << (mantissaBits - 32);
#pragma clang loop unroll(disable)
  for (int bits = 30; bits < mantissaBits; bits *= 2) {
    // Two units less than 2 - b y: y never comes above the quotient, which may be 2^bits.
    const Mantissa factor = ~highProduct(b, y) - 1;
    y = highProduct(y, factor) << 1;
  }
  return y;
}

// 2^(bits - 1)/sqrt(w/2^bits), less at most a few units, by Newton's y (3 - w y^2)/2; w/2^bits is
// at least 1/4.
Mantissa reciprocalRoot(const Mantissa &w) {
  // 2.35 - 1.45 w, good to a sixth, with 2.35 less the 2 that wraps around; a step squares the
  // error.
  Mantissa y = topBit / 100 * 35 - highProduct(w, topBit / 100 * 145);
#pragma clang loop unroll(disable)
  for (int i = 0; i < 8; ++i) {
    const Mantissa square = highProduct(y, y);
    const Mantissa factor = 3 * (topBit >> 1) - highProduct(w, square) - 4;
    y = highProduct(y, factor) << 1;
  }
  return y;
}

} // namespace

XPHI_WIDE_CALL Wide rounded(bool negative, const Double &value, Exponent exponent) {
  if (value == 0)
    return special(Zero, negative);
  const unsigned zeros = leadingZeros(value);
  const Double shifted = shiftedLeft(value, zeros);
  Mantissa mantissa = Mantissa(shifted >> mantissaBits) + (Mantissa(shifted) >> (mantissaBits - 1));
  exponent -= zeros;
  if (mantissa < topBit) { // carried out of the top
    mantissa = topBit;
    ++exponent;
  }
  if (exponent > exponentLimit || exponent < -exponentLimit)
    return special(exponent > 0 ? Infinite : Zero, negative, Ended);
  return {mantissa, exponent, Finite, negative, Itself, {}};
}

XPHI_WIDE_CALL Wide exactSum(const Wide &a, const Wide &b) {
  return sum(a, b, false, anyCancellation);
}

XPHI_WIDE_CALL Wide scaled(const Wide &x, Exponent count) {
  return x.kind == Finite ? rounded(x.negative, x.mantissa, x.exponent + count) : x;
}

XPHI_WIDE_BINARY(add) { return sum(a, b, false, cancellation); }
XPHI_WIDE_BINARY(sub) { return sum(a, b, true, cancellation); }

XPHI_WIDE_BINARY(mul) {
  const bool negative = a.negative != b.negative;
  if (a.kind == Finite && b.kind == Finite)
    return rounded(negative, product(a.mantissa, b.mantissa), a.exponent + b.exponent);
  if (a.kind == None || b.kind == None)
    return special(None);
  if (a.kind == Zero || b.kind == Zero) {
    const Wide &zero = a.kind == Zero ? a : b, &other = a.kind == Zero ? b : a;
    // Zero itself times a number, or a number times infinity itself.
    if (other.kind == Infinite &&
        (zero.stands == Lost || other.stands == Lost || isItself(zero) == isItself(other)))
      return special(None);
    const bool isInfinite = other.kind == Infinite && isItself(other);
    return special(isInfinite ? Infinite : Zero, negative, standsFor(a, b));
  }
  return special(Infinite, negative, standsFor(a, b));
}

XPHI_WIDE_BINARY(div) {
  const bool negative = a.negative != b.negative;
  if (a.kind == None || b.kind == None)
    return special(None);
  // Of the like: zero itself by a number is zero, a number by zero itself is infinite.
  const bool isAlike = a.kind == b.kind && a.kind != Finite;
  if (isAlike && (isItself(a) == isItself(b) || a.stands == Lost || b.stands == Lost))
    return special(None);
  if (isAlike)
    return special(isItself(a) == (a.kind == Zero) ? Zero : Infinite, negative);
  if (a.kind == Infinite || b.kind == Zero)
    return special(Infinite, negative, standsFor(a, b));
  if (a.kind == Zero || b.kind == Infinite)
    return special(Zero, negative, standsFor(a, b));

  const Mantissa y = reciprocal(b.mantissa);
  const bool below = a.mantissa < b.mantissa;
  const unsigned shift = below ? mantissaBits : mantissaBits - 1;
  const Double scaledProduct = product(a.mantissa, y);
  Mantissa quotient = Mantissa(scaledProduct >> (below ? mantissaBits - 1 : mantissaBits));
  const Double numerator = Double(a.mantissa) << shift;
  Double rest = numerator - product(quotient, b.mantissa);
#pragma clang loop unroll(disable)
  while (rest >= b.mantissa) { // at most a few times
    rest -= b.mantissa;
    ++quotient;
  }
  const Mantissa half = (rest << 1) >= b.mantissa ? topBit : Mantissa(0);
  return rounded(negative, Double(quotient) << mantissaBits | half,
                 a.exponent - b.exponent + !below);
}

XPHI_WIDE_UNARY(sqrt) {
  if ((x.kind == Zero && x.stands != Ended) || x.kind == None)
    return x;
  if (x.negative)
    return special(None);
  if (x.kind != Finite)
    return x;
  const bool odd = x.exponent & 1;
  const Mantissa w = odd ? x.mantissa >> 1 : x.mantissa;
  const Double radicand = Double(x.mantissa) << (odd ? mantissaBits - 1 : mantissaBits);
  Mantissa root = Mantissa(product(w, reciprocalRoot(w)) >> (mantissaBits - 1));
  Double rest = radicand - product(root, root);
#pragma clang loop unroll(disable)
  while (rest > Double(root) << 1) { // at most a few times
    rest -= (Double(root) << 1) + 1;
    ++root;
  }
  const Mantissa half = rest > root ? topBit : Mantissa(0);
  return rounded(false, Double(root) << mantissaBits | half, (x.exponent + odd) / 2);
}

XPHI_WIDE_UNARY(rsqrt) { return one / sqrt(x); }

XPHI_WIDE_UNARY(neg) { return withSign(x, !x.negative); }
XPHI_WIDE_UNARY(abs) { return withSign(x, false); }

} // namespace xphi::wide
