// The normal distribution and the error function, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lower tail is the density times Mills' ratio, which is tame: in f64 Φ(−t) = exp(−t²/2)·N/D,
// in f32 Φ(−t) = φ(t)·N/(t·N + D), whose rounding errors cancel in part.
#include "lowering/NormalDistribution.h"

#include "approx/Coefficients.h"
#include "approx/MillsRatio.h"
#include "lowering/Exponential.h"
#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>
#include <numbers>
#include <optional>
#include <span>

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {
namespace {

// P(x²+2k·ln 2)·2^k. With a step of few bits x² + k·step is one fma: exact but for its own small
// rounding, though x² itself may be a hundred. `gaussRest` gives back what the step lacks.
Number densityF32(Number x, std::optional<Number> low = std::nullopt) {
  const Numbers &n = *x.numbers;
  Number rounded = fma(x * x, n.constant(gaussLog2e), n.constant(roundF32));
  Number kSteps = fma(rounded, n.constant(gaussStep), n.constant(gaussStepRound));
  Number square = fma(x, x, kSteps),
         r = low ? square + fma(kSteps, n.constant(gaussRest), 2.0 * x * *low)
                 : fma(kSteps, n.constant(gaussRest), square);
  return scaleByLowBits(polynomial(millsDensityF32, r), rounded);
}

// c₁ + c₂x + …: a table without its first entry.
template <class Coefficients> Number withoutFirst(const Coefficients &c, Number x) {
  return polynomial(std::span(c).subspan(1), x);
}

// Where the series in 1/t² takes over from the quotient of polynomials.
constexpr double asymptotic = 14;
// (−1)ⁿ(2n − 1)!!, from n = 1: t·√(2π)·Φ(−t)·exp(t²/2) − 1 in powers of 1/t². What is left out is
// 2^-41 of the sum at 14.
constexpr double millsSeries[] = {-1,    3,       -15,     105,       -945,
                                  10395, -135135, 2027025, -34459425, 654729075};

Number seriesOf(Number t) {
  Number w = 1.0 / (t * t);
  return w * polynomial(millsSeries, w);
}

// Φ(−t), t = |x|
Number lowerTail(Number x) {
  Number t = abs(x);
  if (x.numbers->isDouble()) {
    t = atMost(t, 37);
    Number ratio = polynomial(tailF64Numerator, t) / polynomial(tailF64Denominator, t);
    return exp(-0.5 * (t * t)) * ratio;
  }
  Number numerator = polynomial(millsCdfF32Numerator, t);
  Number denominator =
      fma(t, numerator + withoutFirst(millsCdfF32Rest, t), x.numbers->constant(millsCdfF32Rest[0]));
  return numerator / denominator * densityF32(x);
}

} // namespace

Number normalCdf(Number x) {
  Number tail = lowerTail(x);
  return select(x > 0.0, 1.0 - tail, tail);
}

// In f32, with t = |x|, Φ(−t) is R·2^k·(1 + q), where R is a table's, which t's low part is added
// to in, and 1 + q = exp(−t²/2)·2^−k. t² and its sum with k·2 ln 2 are exact but for what one sum
// adds at last, R and q fall while t rises, and of their product nothing but the result is rounded:
// so none steps back but, rarely, where k or the segment changes, or where t − centre is rounded.
Number normalCdf(NumberPair x) {
  const Numbers &n = *x.high.numbers;
  const MillsSegments &mills = MillsSegments::made();
  const Number t = abs(x.high), low = withSignOf(x.high, x.low);
  const Number nearest = fma(t, n.constant(1 / double(MillsSegments::step)), n.constant(roundF32));
  const Place place{t, arith::BitcastOp::create(n.builder, n.location, n.bitsType(), nearest.value),
                    nearest};
  const auto entry = [&](const float *row) { return lookUp(MillsSegments::count, row, place); };
  const auto coefficient = [&](unsigned power) {
    return entry(&mills.coefficients[size_t(power) * MillsSegments::count]);
  };
  const Number d = (t - entry(mills.centres.data())) + low;
  Number slope = coefficient(MillsSegments::degree);
  for (unsigned power = MillsSegments::degree; power-- > 1;)
    slope = fma(slope, d, coefficient(power));
  const Number ratio = fma(slope, d, coefficient(0));

  const Number square = t * t, rounded = fma(square, n.constant(gaussLog2e), n.constant(roundF32)),
               kSteps = fma(rounded, n.constant(gaussStep), n.constant(gaussStepRound)),
               rest = fma(kSteps, n.constant(gaussRest), fma(t + t, low, fma(t, t, -square))),
               r = -0.5 * ((square + kSteps) + rest);
  const Number q = fma(r * r, polynomial(expm1F32, r), r),
               tail = scaleByLowBits(fma(ratio, q, ratio), rounded);
  return select(x.high > 0.0, 1.0 - tail, tail);
}

Number normalPdf(Number x) {
  if (!x.numbers->isDouble())
    return densityF32(x);
  return std::numbers::inv_sqrtpi / std::numbers::sqrt2 * exp(-0.5 * (x * x));
}

Number normalPdf(NumberPair x) { return densityF32(x.high, x.low); }

// x·Φ(x) = max(x, 0) − t·Φ(−t), where t·Φ(−t) = φ(t)·p/(p + D) with p = t·N(t), N(0) = 1.
Number gelu(Number x) {
  if (x.numbers->isDouble())
    return x * normalCdf(x);
  Number t = abs(x);
  Number p = fma(x * x, withoutFirst(millsProductF32Numerator, t), t);
  Number ratio = p / (p + polynomial(millsProductF32Rest, t));
  return fma(-ratio, densityF32(x), atLeast(x, 0));
}

Number millsRatio(Number t) {
  Number near = atMost(t, asymptotic);
  Number ratio = polynomial(tailF64Numerator, near) / polynomial(tailF64Denominator, near);
  Number series = (std::numbers::inv_sqrtpi / std::numbers::sqrt2) / t * (1.0 + seriesOf(t));
  return select(t > asymptotic, series, ratio);
}

Number erfcx(Number x) {
  Number a = abs(x), onRight = 2.0 * millsRatio(std::numbers::sqrt2 * a);
  Number near = atMost(a, 25);
  return select(x < 0.0, 2.0 * exp(near * near) - onRight, onRight);
}

// 2x·erfcx(x) − 2/√π cancels for large x.
Number erfcxSlope(Number x) {
  constexpr double density = 2 * std::numbers::inv_sqrtpi;
  Number t = std::numbers::sqrt2 * x;
  Number difference = 2.0 * (atLeast(x, -25) * erfcx(x)) - density;
  return select(t > asymptotic, density * seriesOf(t), difference);
}

Number erf(Number x) {
  Number inside = x * polynomial(erfF64, x * x);
  Number outside = 1.0 - 2.0 * lowerTail(std::numbers::sqrt2 * x);
  return select(abs(x) < 1.0, inside, copysign(outside, x));
}

} // namespace xphi::compiler
