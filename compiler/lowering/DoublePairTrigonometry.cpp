// By doublings of a small angle; inverse functions are known to 2^-44 in f64, and the sine of what
// they lack, to all its digits, is its value.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairTrigonometry.h"

#include "approx/Coefficients.h"
#include "lowering/Trigonometry.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler::pairs {
namespace {

// In parts, whose products with a quotient are exact but for the last.
constexpr double halfPiParts[] = {0x1.921fb54400000p+0, 0x1.0b4611a600000p-34,
                                  0x1.3198a2e000000p-69, 0x1.b839a252049c1p-104};

Number nearest(Number x) { return x.numbers->make<math::RoundEvenOp>(x.value); }

// Of the sine of r/32 what follows r, of 1 less the cosine what follows r²/2.
constexpr double sineTail[] = {-0x1.5555555555555p-3, 0x1.1111111111111p-7, -0x1.a01a01a01a01ap-13,
                               0x1.71de3a556c734p-19},
                 versineTail[] = {-0x1.5555555555555p-5, 0x1.6c16c16c16c17p-10,
                                  -0x1.a01a01a01a01ap-16, 0x1.27e4fb7789f5cp-22};

struct SineCosine {
  NumberPair sine, cosine;
  Number k; ///< of the argument k·π/2 was taken
  Mask holds;
};

// With v = 1 − cos t: sin 2t = 2 (1 − v) sin t, 1 − cos 2t = 2 sin² t.
SineCosine sineAndCosine(NumberPair x) {
  constexpr unsigned doublings = 5;
  constexpr double largest = 0x1p19;
  const Numbers &n = *x.high.numbers;
  const Mask holds = isAtMost(abs(x.high), largest);
  const Number k = fma(x.high, n.constant(twoOverPiF64), n.constant(roundF64)) - roundF64;
  NumberPair r = exactSum(fma(k, n.constant(-halfPiParts[0]), x.high), -halfPiParts[1] * k);
  r = add(r, ofDouble(-halfPiParts[2] * k));
  r = scale(0x1p-5, add(r, exactSum(x.low, -halfPiParts[3] * k)));
  const NumberPair square = multiply(r, r);
  const Number s = square.high;
  NumberPair sine = orderedSum(r.high, fma(r.high * s, polynomial(sineTail, s), r.low)),
             versine =
                 orderedSum(0.5 * s, fma(s * s, polynomial(versineTail, s), 0.5 * square.low));
  for (unsigned i = 0; i < doublings; ++i) {
    const NumberPair doubled = scale(2, subtract(sine, multiply(sine, versine)));
    versine = scale(2, multiply(sine, sine));
    sine = doubled;
  }
  return {sine, plus(1, negate(versine)), k, holds};
}

/// sin(x + turns·π/2).
FunctionValue sineOf(const SineCosine &of, double turns) {
  const Numbers &n = *of.k.numbers;
  const Number k = of.k + n.constant(turns), half = k * n.constant(0.5), floorOf4 = 0.25 * k;
  const Mask isOdd = ~(nearest(half) == half);
  // Of k modulo 4 two and three are below zero: k/4 less its floor is a half and more.
  const Number part = floorOf4 - n.make<math::FloorOp>(floorOf4.value);
  const NumberPair value = choose(isOdd, of.cosine, of.sine);
  // What is left of the argument is off by that much.
  const Number error = select(of.k == 0.0, n.constant(0), n.constant(0x1p-128));
  return {choose(isAtLeast(part, 0.5), negate(value), value), of.holds, error};
}

NumberPair corrected(Number near, NumberPair by) { return orderedSum(near, whole(by)); }

} // namespace

FunctionValue sin(NumberPair x) {
  FunctionValue result = sineOf(sineAndCosine(x), 0);
  result.value.high = select(x.high == 0.0, x.high, result.value.high); // −0 too
  return result;
}

FunctionValue cos(NumberPair x) { return sineOf(sineAndCosine(x), 1); }

FunctionValue tan(NumberPair x) {
  const SineCosine of = sineAndCosine(x);
  const FunctionValue sine = sineOf(of, 0), cosine = sineOf(of, 1);
  const NumberPair value = divide(sine.value, cosine.value);
  const Number size = abs(value.high), slope = fma(size, size, size.numbers->constant(1));
  return {
      {select(x.high == 0.0, x.high, value.high), value.low}, of.holds, 2.0 * slope * *sine.error};
}

// x·cos y − √(1 − x²)·sin y is the sine of what y lacks.
FunctionValue asin(NumberPair x) {
  const Number near = compiler::asin(x.high);
  const SineCosine at = sineAndCosine(ofDouble(near));
  const NumberPair other = root(multiply(plus(1, x), plus(1, negate(x)))),
                   sine = sineOf(at, 0).value, cosine = sineOf(at, 1).value,
                   result = corrected(near, subtract(multiply(x, cosine), multiply(other, sine)));
  return {{copysign(result.high, x.high), result.low}, isAtMost(abs(x.high), 1)};
}

FunctionValue acos(NumberPair x) {
  const Number near = compiler::acos(x.high);
  const SineCosine at = sineAndCosine(ofDouble(near));
  const NumberPair other = root(multiply(plus(1, x), plus(1, negate(x)))),
                   sine = sineOf(at, 0).value, cosine = sineOf(at, 1).value;
  return {corrected(near, subtract(multiply(other, cosine), multiply(x, sine))),
          isAtMost(abs(x.high), 1)};
}

FunctionValue atan(NumberPair x) {
  const Number near = compiler::atan(x.high);
  const SineCosine at = sineAndCosine(ofDouble(near));
  const NumberPair sine = sineOf(at, 0).value, cosine = sineOf(at, 1).value;
  const Number below = fma(x.high, sine.high, cosine.high);
  const NumberPair result = orderedSum(near, whole(subtract(multiply(x, cosine), sine)) / below);
  return {{copysign(result.high, x.high), result.low}, isAtMost(abs(x.high), furthest)};
}

} // namespace xphi::compiler::pairs
