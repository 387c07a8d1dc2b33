// The exponential and what shares its reduction, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_EXPONENTIAL_H
#define XPHI_COMPILER_LOWERING_EXPONENTIAL_H

#include "lowering/Exponent.h"

namespace xphi::compiler {

Number exp(Number x);
/// factor·exp(x), with little more than one rounding.
Number timesExp(Number factor, Number x);
/// exp(x) − 1, with small relative error near 0 too.
Number expm1(Number x);

Number tanh(Number x);
/// 1/(1 + e^−x) in f32, for |x| up to 80 unless it is `ofAny`, with AVX2. The denominator is
/// rounded once and the quotient once, so that no result steps back.
Number logisticF32(Number x, bool ofAny);
/// The same of what is no float, for |x| up to 80.
Number logisticF32(const Exponent &x);

/// In f32, for |x| up to 80.
Number exp(const Exponent &x);
/// 2^24·eˣ, and 0 where eˣ rounds to 0; for x up to 70.
Number raisedExp(const Exponent &x);
/// 2^-24·x for x ≥ 0, rounded to a subnormal number where it is one. No operation of floats gives
/// or takes such a number: on many processors that takes a hundred cycles.
Number lowered(Number x);
/// The same, and the least normal number in place of what is smaller.
Number loweredToNormal(Number x);
/// For x up to 80.
Number expm1(NumberPair x);
/// For any finite x.
Number tanh(NumberPair x);

/// x·2^k for an x in the normal range, where k stands in the low bits of `rounded`, a sum with the
/// rounding constant of its type. The result must be in the normal range too.
Number scaleByLowBits(Number x, Number rounded);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_EXPONENTIAL_H
