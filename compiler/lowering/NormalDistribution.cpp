// The normal distribution and the error function, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Φ(−t) = exp(−t²/2)·N(t)/D(t) for t ≥ 0: the exponential carries the tail, the rational is tame.
#include "lowering/NormalDistribution.h"

#include "approx/Coefficients.h"
#include "lowering/Exponential.h"

#include <cmath>
#include <numbers>

using namespace xphi::compiler::coefficients;

namespace xphi::compiler {
namespace {

// exp(−x²/2) = 2^k·P(r) up to a factor near 1 that N/D and the density's coefficients hold. With a
// step of few bits, r = x² + k·step is one fma: exact but for its own small rounding, though x²
// itself may be a hundred.
struct Gauss {
  Number value, rounded; // 2^k is in the low bits of `rounded`
};

Gauss gaussF32Of(Number x) {
  const Numbers &n = *x.numbers;
  Number rounded = fma(x * x, n.constant(gaussLog2e), n.constant(roundF32));
  Number kSteps = fma(rounded, n.constant(gaussStep), n.constant(gaussStepRound));
  return {polynomial(gaussF32, fma(x, x, kSteps)), rounded};
}

// Φ(−t), t = |x|
Number lowerTail(Number x) {
  Number t = abs(x);
  if (x.numbers->isDouble()) {
    t = atMost(t, 40);
    Number ratio = polynomial(tailF64Numerator, t) / polynomial(tailF64Denominator, t);
    return exp(-0.5 * (t * t)) * ratio;
  }
  auto [value, rounded] = gaussF32Of(x);
  Number ratio = polynomial(tailF32Numerator, t) / polynomial(tailF32Denominator, t);
  return scaleByLowBits(ratio * value, rounded);
}

} // namespace

Number normalCdf(Number x) {
  Number tail = lowerTail(x);
  return select(x > 0.0, 1.0 - tail, tail);
}

Number normalPdf(Number x) {
  if (x.numbers->isDouble())
    return std::numbers::inv_sqrtpi / std::numbers::sqrt2 * exp(-0.5 * (x * x));
  auto [value, rounded] = gaussF32Of(x);
  return scaleByLowBits(polynomial(densityF32, x * x) * value, rounded);
}

Number erf(Number x) {
  Number inside = x * polynomial(erfF64, x * x);
  Number outside = 1.0 - 2.0 * lowerTail(std::numbers::sqrt2 * x);
  return select(abs(x) < 1.0, inside, copysign(outside, x));
}

} // namespace xphi::compiler
