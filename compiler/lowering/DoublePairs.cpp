// Names of algorithms are those of Joldes, Muller and Popescu.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairs.h"

using namespace mlir;

namespace xphi::compiler::pairs {

NumberPair ofDouble(Number a) { return {a, a.numbers->constant(0)}; }

NumberPair constant(const Numbers &f64, const double (&pair)[2]) {
  return {f64.constant(pair[0]), f64.constant(pair[1])};
}

Number whole(NumberPair a) { return a.high + a.low; }

// 2Sum.
NumberPair exactSum(Number a, Number b) {
  const Number sum = a + b, other = sum - a;
  return {sum, (a - (sum - other)) + (b - other)};
}

// Fast2Sum.
NumberPair orderedSum(Number large, Number small) {
  const Number sum = large + small;
  return {sum, small - (sum - large)};
}

NumberPair exactProduct(Number a, Number b) {
  const Number product = a * b;
  return {product, fma(a, b, -product)};
}

// AccurateDWPlusDW.
NumberPair add(NumberPair a, NumberPair b) {
  const NumberPair high = exactSum(a.high, b.high), low = exactSum(a.low, b.low),
                   sum = orderedSum(high.high, high.low + low.high);
  return orderedSum(sum.high, low.low + sum.low);
}

// SloppyDWPlusDW, whose error is a part of the larger term.
NumberPair addSmaller(NumberPair a, NumberPair b) {
  const NumberPair sum = orderedSum(a.high, b.high);
  return orderedSum(sum.high, sum.low + (a.low + b.low));
}

NumberPair subtract(NumberPair a, NumberPair b) { return add(a, negate(b)); }

// DWTimesDW3.
NumberPair multiply(NumberPair a, NumberPair b) {
  const NumberPair product = exactProduct(a.high, b.high);
  const Number rest = fma(a.low, b.high, fma(a.high, b.low, a.low * b.low));
  return orderedSum(product.high, product.low + rest);
}

// DWDivDW2.
NumberPair divide(NumberPair a, NumberPair b) {
  const Number quotient = a.high / b.high;
  const NumberPair back = exactProduct(quotient, b.high),
                   taken = orderedSum(back.high, fma(quotient, b.low, back.low));
  const Number rest = (a.high - taken.high) + (a.low - taken.low);
  return orderedSum(quotient, rest / b.high);
}

// SQRTDWtoDW.
NumberPair root(NumberPair a) {
  const Number high = sqrt(a.high), rest = a.low + fma(-high, high, a.high);
  const NumberPair result = orderedSum(high, rest / (2.0 * high));
  const Mask isZero = a.high == 0.0;
  return {select(isZero, a.high, result.high),
          select(isZero, a.high.numbers->constant(0), result.low)};
}

NumberPair negate(NumberPair a) { return {-a.high, -a.low}; }

NumberPair absolute(NumberPair a) { return choose(a.high < 0.0, negate(a), {abs(a.high), a.low}); }

NumberPair inverse(NumberPair a) { return divide(ofDouble(a.high.numbers->constant(1)), a); }

NumberPair plusSmaller(double number, NumberPair a) {
  const NumberPair sum = orderedSum(a.high.numbers->constant(number), a.high);
  return orderedSum(sum.high, sum.low + a.low);
}

NumberPair plus(double number, NumberPair a) {
  return add(ofDouble(a.high.numbers->constant(number)), a);
}

NumberPair scale(double power, NumberPair a) { return {power * a.high, power * a.low}; }

NumberPair choose(Mask mask, NumberPair a, NumberPair b) {
  return {select(mask, a.high, b.high), select(mask, a.low, b.low)};
}

NumberPair withSign(NumberPair magnitude, Number sign) {
  return {copysign(magnitude.high, sign), select(sign < 0.0, -magnitude.low, magnitude.low)};
}

Mask isAtMost(Number x, double most) { return x <= x.numbers->constant(most); }
Mask isAtLeast(Number x, double least) { return x.numbers->constant(least) <= x; }

} // namespace xphi::compiler::pairs
