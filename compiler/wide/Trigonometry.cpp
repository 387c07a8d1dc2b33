// Sine, cosine, tangent and their inverses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Constants.h"
#include "compiler/wide/Number.h"

namespace xphi::wide {

namespace {

struct Angle {
  Wide remainder; // at most pi/4 in magnitude
  unsigned quadrant;
};

// Far out what was rounded may be any angle. What has no last bits was not, but for sums that
// forgot a term, as do those of large numbers anywhere.
XPHI_WIDE_CALL bool hasAngle(const Wide &size) {
  constexpr int farthestRounded = 1000;
  return size.exponent <= farthestRounded ||
         (size.exponent <= farthestAngle && uint64_t(size.mantissa) == 0);
}

// Of |x|. A mantissa times 2/pi, modulo 4: bits of 2/pi that only add multiples of 4 are left out;
// three times as many as a mantissa has leave as many good ones as it has even where all bits of x
// agree with a multiple of pi/2.
XPHI_WIDE_CALL Angle reduced(const Wide &x) {
  const Wide size = abs(x);
  if (size.kind == None || size.kind == Infinite || !hasAngle(size))
    return {special(None), 0};
  if (size.exponent < 0 || size.kind == Zero)
    return {size, 0};
  const unsigned start = unsigned(size.exponent) + twoOverPiZeros - mantissaBits - 2;
  Mantissa window[3];
#pragma clang loop unroll(disable)
  for (unsigned i = 0; i < 3 * mantissaWords; ++i) {
    const unsigned word = start / 64 + i, shift = start % 64;
    const uint64_t bits = twoOverPi[word] << shift | twoOverPi[word + 1] >> 1 >> (63 - shift);
    window[i / mantissaWords] = window[i / mantissaWords] << 64 | bits;
  }
  Double turns = product(size.mantissa, window[0]) << mantissaBits;
  turns += product(size.mantissa, window[1]);
  turns += product(size.mantissa, window[2]) >> mantissaBits;
  unsigned quadrant = unsigned(turns >> (2 * mantissaBits - 2));
  turns <<= 2;
  const bool negative =
      turns >> (2 * mantissaBits - 1) != 0; // more than half a quadrant: back from the next
  if (negative) {
    turns = -turns;
    ++quadrant;
  }
  return {rounded(negative, turns, 0) * halfPi, quadrant % 4};
}

// sin(remainder) or, with the other parity of `quadrants`, cos(remainder), with the sign of that
// many quarter turns.
XPHI_WIDE_CALL Wide sineAfter(const Angle &angle, unsigned quadrants) {
  if (angle.remainder.kind == None)
    return angle.remainder;
  const bool odd = quadrants % 2;
  const Wide square = angle.remainder * angle.remainder;
  const Wide part = series(inverseFactorials + !odd, 2, trigonometricTerms, fraction(square), true);
  const Wide value = odd ? part : angle.remainder * part;
  return quadrants & 2 ? -value : value;
}

} // namespace

XPHI_WIDE_UNARY(sin) {
  const Angle angle = reduced(x);
  const Wide sine = sineAfter(angle, angle.quadrant);
  return x.negative ? -sine : sine;
}

XPHI_WIDE_UNARY(cos) {
  const Angle angle = reduced(x);
  return sineAfter(angle, angle.quadrant + 1);
}

XPHI_WIDE_UNARY(tan) {
  const Angle angle = reduced(x);
  const Wide tangent = sineAfter(angle, angle.quadrant) / sineAfter(angle, angle.quadrant + 1);
  return x.negative ? -tangent : tangent;
}

XPHI_WIDE_UNARY(atan) {
  Wide z = abs(x);
  const bool inverted = z.kind == Infinite || (z.kind == Finite && z.exponent > 0);
  if (inverted)
    z = one / z;
  int halvings = 0;
#pragma clang loop unroll(disable)
  for (; z.kind == Finite && z.exponent > -2; ++halvings)
    z = z / (one + sqrt(one + z * z));
  const Wide angle =
      scaled(z * series(oddReciprocals, 1, oddReciprocalCount, fraction(z * z), true), halvings);
  return withSign(inverted ? halfPi - angle : angle, x.negative);
}

XPHI_WIDE_UNARY(asin) { return atan(x / sqrt((one - x) * (one + x))); }

XPHI_WIDE_UNARY(acos) { return scaled(atan(sqrt((one - x) / (one + x))), 1); }

} // namespace xphi::wide
