// Φ(−t) = exp(−t²/2)·R(t), where R is tame: Taylor's series about the middle of one of three
// hundred cells, whose first three coefficients are pairs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairNormal.h"

#include "approx/MillsRatio.h"
#include "lowering/DoublePairExponential.h"
#include "lowering/RowsOfDoubles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace xphi::compiler::pairs {
namespace {

constexpr double rootOf2[] = {0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
                 densityAtZero[] = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56}, // 1/√(2π)
    slopeOfErf[] = {0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56},                  // 2/√π
    ln2[] = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

/// R(t) for 0 ≤ t < MillsRatio::end; of larger t, and of what is no number, anything.
NumberPair ratioOf(NumberPair t) {
  const Numbers &n = *t.high.numbers;
  const Number inside = select(t.high < MillsRatio::end, t.high, n.constant(0)), // of NaN, too
      cell = n.make<math::FloorOp>(((1 / MillsRatio::cell) * inside).value),
               middle = fma(cell, n.constant(MillsRatio::cell), n.constant(MillsRatio::cell / 2));
  Value index =
      arith::FPToSIOp::create(n.builder, n.location, n.shaped(n.builder.getI32Type()), cell.value);
  const std::vector<Number> row =
      columnsOf("xphi.mills_ratio", MillsRatio::rows(), MillsRatio::columns, n, index);
  NumberPair d = exactSum(t.high, -middle);
  d.low = d.low + t.low;
  Number tail = row.back();
  for (unsigned i = MillsRatio::columns - 1; i-- > 2 * MillsRatio::pairs;)
    tail = fma(tail, d.high, row[i]);
  NumberPair sum =
      orderedSum(row[2 * MillsRatio::pairs - 2], fma(tail, d.high, row[2 * MillsRatio::pairs - 1]));
  for (unsigned i = MillsRatio::pairs - 1; i-- > 0;)
    sum = addSmaller({row[2 * i], row[2 * i + 1]}, multiply(sum, d));
  return sum;
}

Mask hasRatio(NumberPair x) { return abs(x.high) < MillsRatio::end; }

NumberPair half(NumberPair x) { return scale(0.5, x); }

/// exp(−x²/2)
NumberPair bell(NumberPair x) { return exponential(half(negate(multiply(x, x)))); }

/// Φ(−|x|), which is 0 where the ratio ends.
NumberPair lowerTail(NumberPair x) {
  const NumberPair tail = multiply(bell(x), ratioOf(absolute(x)));
  return choose(hasRatio(x), tail, ofDouble(x.high.numbers->constant(0)));
}

/// Of what is made of the ratio, and of exponentials that may have faded.
FunctionValue ofTail(NumberPair value) {
  FunctionValue result = fading(value);
  result.part = ofNormal;
  return result;
}

NumberPair ofBothTails(NumberPair x, NumberPair tail) {
  return choose(x.high > 0.0, plusSmaller(1, negate(tail)), tail);
}

// −1/3, 1/10, … of √π/2·erf(x) = x − x³/3 + x⁵/10 − …
constexpr double erfTail[] = {-0x1.5555555555555p-2, 0x1.999999999999ap-4, -0x1.8618618618618p-6,
                              0x1.2f684bda12f68p-8, -0x1.8d3018d3018d3p-11};

} // namespace

FunctionValue normalPdf(NumberPair x) {
  return fading(multiply(constant(*x.high.numbers, densityAtZero), bell(x)));
}

FunctionValue normalCdf(NumberPair x) { return ofTail(ofBothTails(x, lowerTail(x))); }

FunctionValue logNormalCdf(NumberPair x) {
  const Numbers &n = *x.high.numbers;
  const NumberPair size = absolute(x), ratio = ratioOf(size),
                   minusTail = negate(multiply(bell(x), ratio)), zero = ofDouble(n.constant(0));
  const Mask isBelow = x.high < 0.0;
  const NumberPair z = choose(isBelow, ratio, plus(1, minusTail)),
                   u = choose(isBelow, plus(-1, ratio), minusTail),
                   square = choose(isBelow, half(multiply(x, x)), zero);
  FunctionValue result = ofTail(subtract(logarithm(z, u), square));
  result.holds = hasRatio(x);
  return result;
}

FunctionValue gelu(NumberPair x) {
  FunctionValue result = normalCdf(x);
  result.value = multiply(x, result.value);
  result.value.high = copysign(result.value.high, x.high); // −0 too
  result.error = faded * abs(x.high);
  return result;
}

FunctionValue geluSlope(NumberPair x) {
  const NumberPair ofCdf = normalCdf(x).value, ofPdf = multiply(x, normalPdf(x).value);
  const Number size = abs(x.high), terms = ofCdf.high + abs(ofPdf.high);
  return {add(ofCdf, ofPdf), std::nullopt,
          fma(1.0 + size, x.high.numbers->constant(faded), ofNormal * terms), ofNormal};
}

// 1 − 2Φ(−√2·|x|), where that does not cancel.
FunctionValue erf(NumberPair x) {
  constexpr double small = 0x1p-6;
  const Numbers &n = *x.high.numbers;
  const NumberPair square = multiply(x, x),
                   factor = plus(1, ofDouble(square.high * polynomial(erfTail, square.high))),
                   inside = multiply(multiply(x, constant(n, slopeOfErf)), factor),
                   twice = scale(2, lowerTail(multiply(x, constant(n, rootOf2)))),
                   outside = withSign(plus(1, negate(twice)), x.high);
  const Mask isSmall = abs(x.high) < small;
  const NumberPair value = choose(isSmall, inside, outside);
  return {{copysign(value.high, x.high), value.low}, // −0 too
          isAtMost(abs(x.high), furthest),
          select(isSmall, n.constant(0), ofNormal * twice.high),
          ofNormal};
}

FunctionValue erfc(NumberPair x) {
  const NumberPair minusT = negate(multiply(x, constant(*x.high.numbers, rootOf2)));
  FunctionValue result = ofTail(scale(2, ofBothTails(minusT, lowerTail(minusT))));
  result.holds = isAtMost(abs(x.high), furthest);
  return result;
}

FunctionValue erfcx(NumberPair x) {
  constexpr double least = -26;
  const NumberPair t = multiply(x, constant(*x.high.numbers, rootOf2)),
                   onRight = scale(2, ratioOf(absolute(t))),
                   onLeft = subtract(scale(2, exponential(multiply(x, x))), onRight);
  return {choose(x.high < 0.0, onLeft, onRight), hasRatio(t) & isAtLeast(x.high, least),
          std::nullopt, ofNormal};
}

// From ½ on by the ratio.
FunctionValue logErfc(NumberPair x) {
  const Numbers &n = *x.high.numbers;
  const NumberPair t = multiply(x, constant(n, rootOf2)), twice = scale(2, ratioOf(absolute(t))),
                   zero = ofDouble(n.constant(0)), minusErf = negate(erf(x).value);
  const Mask isOutside = x.high > 0.5;
  const NumberPair z = choose(isOutside, twice, plus(1, minusErf)),
                   u = choose(isOutside, plus(-1, twice), minusErf),
                   square = choose(isOutside, multiply(x, x), zero);
  FunctionValue result = ofTail(subtract(logarithm(z, u), square));
  result.holds = hasRatio(t);
  return result;
}

} // namespace xphi::compiler::pairs
