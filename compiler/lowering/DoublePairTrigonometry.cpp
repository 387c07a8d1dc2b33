// A table of the circle, in steps of π/64, and series of the small angle that is left. Inverse
// functions are known to 2^-44 in f64, and the sine of what they lack, to all its digits, is its
// value.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairTrigonometry.h"

#include "approx/CircleTable.h"
#include "approx/Coefficients.h"
#include "lowering/RowsOfDoubles.h"
#include "lowering/Trigonometry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler::pairs {
namespace {

// In parts, whose products with a quotient are exact but for the last.
constexpr double stepParts[] = {0x1.921fb54000000p-5, 0x1.10b4611000000p-35, 0x1.4c4c662000000p-64,
                                0x1.1701b839a2520p-93}; // π/64
constexpr double stepsOfOne = 0x1.45f306dc9c883p+4;     // 64/π
static_assert(CircleTable::steps == 128);

// Of the sine of a small angle r what follows r, of 1 less its cosine what follows r²/2.
constexpr double sineTail[] = {-0x1.5555555555555p-3, 0x1.1111111111111p-7, -0x1.a01a01a01a01ap-13,
                               0x1.71de3a556c734p-19},
                 versineTail[] = {-0x1.5555555555555p-5, 0x1.6c16c16c16c17p-10,
                                  -0x1.a01a01a01a01ap-16, 0x1.27e4fb7789f5cp-22};

struct SineCosine {
  NumberPair sine, cosine;
  Number error; ///< what is left of the argument is off by no more
  Mask holds;

  FunctionValue ofSine() const { return {sine, holds, error, ofWave}; }
  FunctionValue ofCosine() const { return {cosine, holds, error, ofWave}; }
};

// With x = kπ/64 + r: sin x = sin kπ/64 · cos r + cos kπ/64 · sin r, and so on. Where one of the
// table is 0 the other is ±1, so that results next to 0 keep their digits.
SineCosine sineAndCosine(NumberPair x) {
  constexpr double largest = 0x1p19;
  const Numbers &n = *x.high.numbers;
  const Number rounded = fma(x.high, n.constant(stepsOfOne), n.constant(roundF64)),
               k = rounded - roundF64;
  NumberPair r = exactSum(fma(k, n.constant(-stepParts[0]), x.high), -stepParts[1] * k);
  r = add(r, ofDouble(-stepParts[2] * k));
  r = add(r, exactSum(x.low, -stepParts[3] * k));
  const NumberPair square = multiply(r, r);
  const Number s = square.high;
  const NumberPair sine = orderedSum(r.high, fma(r.high * s, polynomial(sineTail, s), r.low)),
                   versine = orderedSum(0.5 * s,
                                        fma(s * s, polynomial(versineTail, s), 0.5 * square.low));
  OpBuilder &b = n.builder;
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), rounded.value),
        index = arith::AndIOp::create(b, n.location, bits, n.bitsConstant(CircleTable::steps - 1));
  const std::vector<Number> row =
      columnsOf("xphi.circle", CircleTable::rows(), CircleTable::columns, n, index);
  const NumberPair sineOfStep{row[0], row[1]}, cosineOfStep{row[2], row[3]};
  return {add(sineOfStep, subtract(multiply(cosineOfStep, sine), multiply(sineOfStep, versine))),
          subtract(cosineOfStep, add(multiply(sineOfStep, sine), multiply(cosineOfStep, versine))),
          select(k == 0.0, n.constant(0), n.constant(0x1p-116)), isAtMost(abs(x.high), largest)};
}

NumberPair corrected(Number near, NumberPair by) { return orderedSum(near, whole(by)); }

} // namespace

FunctionValue sin(NumberPair x) {
  FunctionValue result = sineAndCosine(x).ofSine();
  result.value.high = select(x.high == 0.0, x.high, result.value.high); // −0 too
  return result;
}

FunctionValue cos(NumberPair x) { return sineAndCosine(x).ofCosine(); }

FunctionValue tan(NumberPair x) {
  const SineCosine of = sineAndCosine(x);
  const NumberPair value = divide(of.sine, of.cosine);
  const Number size = abs(value.high), slope = fma(size, size, size.numbers->constant(1));
  return {{select(x.high == 0.0, x.high, value.high), value.low}, // −0 too
          of.holds,
          2.0 * slope * of.error,
          ofWave};
}

// x·cos y − √(1 − x²)·sin y is the sine of what y lacks.
FunctionValue asin(NumberPair x) {
  const Number near = compiler::asin(x.high);
  const SineCosine at = sineAndCosine(ofDouble(near));
  const NumberPair other = root(multiply(plus(1, x), plus(1, negate(x)))),
                   result =
                       corrected(near, subtract(multiply(x, at.cosine), multiply(other, at.sine)));
  return {
      {copysign(result.high, x.high), result.low}, isAtMost(abs(x.high), 1), std::nullopt, ofWave};
}

FunctionValue acos(NumberPair x) {
  const Number near = compiler::acos(x.high);
  const SineCosine at = sineAndCosine(ofDouble(near));
  const NumberPair other = root(multiply(plus(1, x), plus(1, negate(x))));
  return {corrected(near, subtract(multiply(other, at.cosine), multiply(x, at.sine))),
          isAtMost(abs(x.high), 1), std::nullopt, ofWave};
}

FunctionValue atan(NumberPair x) {
  const Number near = compiler::atan(x.high);
  const SineCosine at = sineAndCosine(ofDouble(near));
  const Number below = fma(x.high, at.sine.high, at.cosine.high);
  const NumberPair result =
      orderedSum(near, whole(subtract(multiply(x, at.cosine), at.sine)) / below);
  return {{copysign(result.high, x.high), result.low},
          isAtMost(abs(x.high), furthest),
          std::nullopt,
          ofWave};
}

} // namespace xphi::compiler::pairs
