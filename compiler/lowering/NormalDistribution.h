// The normal distribution and the error function, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_NORMALDISTRIBUTION_H
#define XPHI_COMPILER_LOWERING_NORMALDISTRIBUTION_H

#include "lowering/PairArithmetic.h"

namespace xphi::compiler {

/// Φ(x), with small relative error in the lower tail too.
Number normalCdf(Number x);
/// In f32 with 16 lanes, for |x| up to MillsSegments::end.
Number normalCdf(NumberPair x);
/// φ(x) = exp(−x²/2)/√(2π)
Number normalPdf(Number x);
/// In f32, for |x| up to 13.
Number normalPdf(NumberPair x);
/// x·Φ(x); in f32 more exact than the product of both.
Number gelu(Number x);
/// In f64 only.
Number erf(Number x);

/// Φ(−t)·exp(t²/2) for t ≥ 0, which is Mills' ratio over √(2π). In f64 only.
Number millsRatio(Number t);
/// exp(x²)·erfc(x), and its derivative. In f64 only; below −25 both stay what they are there.
Number erfcx(Number x);
Number erfcxSlope(Number x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_NORMALDISTRIBUTION_H
