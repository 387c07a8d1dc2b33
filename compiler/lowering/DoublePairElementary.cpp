// A row a function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairElementary.h"

#include "dialect/XphiDialect.h"
#include "lowering/DoublePairExponential.h"
#include "lowering/DoublePairNormal.h"
#include "lowering/DoublePairTrigonometry.h"
#include "lowering/Elementary.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler::pairs {
namespace {

constexpr double ln2[] = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56},
                 log2e[] = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56},
                 third[] = {0x1.5555555555555p-2, 0x1.5555555555555p-56},
                 twoFifteenths[] = {0x1.1111111111111p-3, 0x1.1111111111111p-59};

FunctionValue log1pOf(NumberPair u) {
  const NumberPair z = plus(1, u), result = logarithm(z, u);
  return {{copysign(result.high, u.high), result.low}, hasLogarithm(z)};
}

NumberPair softplusOf(NumberPair x) {
  const NumberPair e = decay(x), zero = ofDouble(x.high.numbers->constant(0));
  return add(choose(x.high > 0.0, x, zero), logarithm(plusSmaller(1, e), e));
}

// For x < 0 from eˣ − 1, or where eˣ is small from that.
FunctionValue log1mexp(NumberPair x) {
  const NumberPair z = negate(pairs::expm1(x));
  FunctionValue result = fading(logarithm(z, negate(exponential(x))));
  result.holds = hasLogarithm(z);
  return result;
}

//===- Logistic function and hyperbolic functions
//------------------------------------------------===//

NumberPair sigmoid(NumberPair x) {
  const NumberPair e = decay(x), one = ofDouble(x.high.numbers->constant(1));
  return divide(choose(x.high > 0.0, one, e), plusSmaller(1, e));
}

/// e/(1 + e)².
NumberPair logisticPdf(NumberPair minusX) {
  const NumberPair e = exponential(minusX), sum = plusSmaller(1, e);
  return divide(e, multiply(sum, sum));
}

// With q = e^−2|x| − 1, −q/(2 + q).
NumberPair tanhOf(NumberPair x) {
  const NumberPair q = pairs::expm1(minusMagnitude(2, x));
  return withSign(absolute(divide(negate(q), plusSmaller(2, q))), x.high);
}

FunctionValue sinh(NumberPair x) {
  const NumberPair size = absolute(x), e = pairs::expm1(size), sum = add(e, divide(e, plus(1, e)));
  return {withSign(scale(0.5, sum), x.high), isAtMost(size.high, -leastExponent)};
}

FunctionValue cosh(NumberPair x) {
  const NumberPair size = absolute(x), e = exponential(size);
  return {scale(0.5, add(e, inverse(e))), isAtMost(size.high, -leastExponent)};
}

// 17/315, … of x − tanh x = x³/3 − 2x⁵/15 + 17x⁷/315 − …
constexpr double tanhshrinkTail[] = {
    0x1.ba1ba1ba1ba1cp-5,  -0x1.664f4882c10fap-6,  0x1.226e355e6c23dp-7,  -0x1.d6d3d0e157de0p-9,
    0x1.7da36452b75e3p-10, -0x1.3558248036744p-11, 0x1.f57d7734d1664p-13, -0x1.967e18afcafadp-14};

// Near 0, where the difference cancels, by its series.
FunctionValue tanhshrink(NumberPair x) {
  constexpr double small = 0x1p-3, smallest = 0x1p-280; // its cube is a double
  const Numbers &n = *x.high.numbers;
  const NumberPair square = multiply(x, x), cube = multiply(square, x),
                   second = add(constant(n, twoFifteenths),
                                ofDouble(-square.high * polynomial(tanhshrinkTail, square.high))),
                   factor = subtract(constant(n, third), multiply(square, second));
  const Number size = abs(x.high);
  const Mask isNear = size < small;
  const NumberPair value = choose(isNear, multiply(cube, factor), subtract(x, tanhOf(x)));
  return {{copysign(value.high, x.high), value.low}, // −0 too
          isAtLeast(size, smallest) | (size == 0.0),
          select(isNear, n.constant(0), n.constant(ofElementary))};
}

FunctionValue asinh(NumberPair x) {
  const NumberPair size = absolute(x), square = multiply(size, size),
                   sum = add(size, divide(square, plus(1, root(plus(1, square)))));
  return {withSign(logarithm(plus(1, sum), sum), x.high), isAtMost(size.high, furthest)};
}

FunctionValue acosh(NumberPair x) {
  const NumberPair above = plus(-1, x), sum = add(above, multiply(root(above), root(plus(1, x))));
  return {logarithm(plus(1, sum), sum), isAtLeast(above.high, 0) & isAtMost(x.high, furthest)};
}

FunctionValue atanh(NumberPair x) {
  const NumberPair size = absolute(x), below = plus(1, negate(size)),
                   ratio = divide(scale(2, size), below);
  return {withSign(scale(0.5, logarithm(plus(1, ratio), ratio)), x.high),
          isAtLeast(below.high, 0x1p-100)};
}

//===- Mish
//--------------------------------------------------------------------------------------===//

/// tanh(log(1 + eˣ)) = p/d, and what its slope is: more/d².
struct MishGate {
  NumberPair p, d, more;
};

// With e = e^−|x|: above zero p = 1 + 2e, d = p + 2e², more = 4e²(1 + e); below p = e(2 + e),
// d = p + 2, more = 4e(1 + e).
MishGate mishGate(NumberPair x) {
  const NumberPair e = decay(x), one = plusSmaller(1, e), square = multiply(e, e),
                   two = ofDouble(x.high.numbers->constant(2));
  const Mask isPositive = x.high > 0.0;
  const NumberPair p = choose(isPositive, plus(1, scale(2, e)), add(scale(2, e), square));
  return {p, add(p, choose(isPositive, scale(2, square), two)),
          scale(4, multiply(one, choose(isPositive, square, e)))};
}

FunctionValue mishSlope(NumberPair x) {
  const auto [p, d, more] = mishGate(x);
  const NumberPair gate = divide(p, d), other = multiply(x, divide(more, multiply(d, d)));
  const Number size = fma(abs(x.high), x.high.numbers->constant(4 * faded),
                          ofElementary * (gate.high + abs(other.high)));
  return {add(gate, other), std::nullopt, faded + size};
}

//===- Powers
//------------------------------------------------------------------------------------===//

FunctionValue cbrt(Operation *op, NumberPair x) {
  const Numbers &n = *x.high.numbers;
  const Number near = compiler::elementary(op, x.high), size = abs(x.high);
  const NumberPair square = exactProduct(near, near),
                   over = subtract(multiply(square, ofDouble(near)), x),
                   result = orderedSum(near, -(whole(over) / (3.0 * square.high)));
  const Mask isZero = size == 0.0;
  return {choose(isZero, x, result), isZero | (isAtLeast(size, hasRest) & isAtMost(size, 0x1p900)),
          n.constant(0)};
}

} // namespace

FunctionValue exp(NumberPair x) {
  FunctionValue result = fading(exponential(x));
  result.holds = isAtMost(x.high, mostExponent);
  return result;
}

FunctionValue log(NumberPair x) { return {logarithm(x), hasLogarithm(x)}; }

FunctionValue logAddExp(NumberPair a, NumberPair b) {
  const NumberPair difference = subtract(a, b), e = decay(difference);
  return fading(add(choose(a.high > b.high, a, b), logarithm(plusSmaller(1, e), e)));
}

std::optional<FunctionValue> elementary(Operation *op, NumberPair x) {
  const Numbers &n = *x.high.numbers;
  using Result = std::optional<FunctionValue>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](CbrtOp) { return cbrt(op, x); })
      .Case([&](ExpOp) { return pairs::exp(x); })
      .Case([&](Exp2Op) { return pairs::exp(multiply(x, constant(n, ln2))); })
      .Case([&](Expm1Op) { return FunctionValue{pairs::expm1(x), isAtMost(x.high, mostExponent)}; })
      .Case([&](LogOp) { return log(x); })
      .Case([&](Log2Op) {
        return FunctionValue{multiply(logarithm(x), constant(n, log2e)), hasLogarithm(x)};
      })
      .Case([&](Log1pOp) { return log1pOf(x); })
      .Case([&](Log1mexpOp) { return log1mexp(x); })
      .Case([&](SoftplusOp) { return fading(softplusOf(x)); })
      .Case([&](SigmoidOp) { return fading(sigmoid(x)); })
      .Case([&](LogisticPdfOp) { return fading(logisticPdf(minusMagnitude(1, x))); })
      .Case([&](TanhSoftplusOp) {
        const auto [p, d, more] = mishGate(x);
        return fading(divide(p, d));
      })
      .Case([&](MishSlopeOp) { return mishSlope(x); })
      .Case([&](SinhOp) { return sinh(x); })
      .Case([&](CoshOp) { return cosh(x); })
      .Case([&](TanhOp) { return FunctionValue{tanhOf(x)}; })
      .Case([&](Sech2Op) { return fading(scale(4, logisticPdf(minusMagnitude(2, x)))); })
      .Case([&](TanhshrinkOp) { return tanhshrink(x); })
      .Case([&](AsinhOp) { return asinh(x); })
      .Case([&](AcoshOp) { return acosh(x); })
      .Case([&](AtanhOp) { return atanh(x); })
      .Case([&](ErfOp) { return erf(x); })
      .Case([&](ErfcOp) { return erfc(x); })
      .Case([&](ErfcxOp) { return erfcx(x); })
      .Case([&](LogErfcOp) { return logErfc(x); })
      .Case([&](LogNormalCdfOp) { return logNormalCdf(x); })
      .Case([&](NormalCdfOp) { return normalCdf(x); })
      .Case([&](NormalPdfOp) { return normalPdf(x); })
      .Case([&](GeluOp) { return gelu(x); })
      .Case([&](GeluSlopeOp) { return geluSlope(x); })
      .Case([&](SinOp) { return pairs::sin(x); })
      .Case([&](CosOp) { return pairs::cos(x); })
      .Case([&](TanOp) { return pairs::tan(x); })
      .Case([&](AsinOp) { return pairs::asin(x); })
      .Case([&](AcosOp) { return pairs::acos(x); })
      .Case([&](AtanOp) { return pairs::atan(x); })
      .Default([](Operation *) { return Result(); });
}

} // namespace xphi::compiler::pairs
