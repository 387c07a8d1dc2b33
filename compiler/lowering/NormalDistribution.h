// The normal distribution and the error function, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_NORMALDISTRIBUTION_H
#define XPHI_COMPILER_LOWERING_NORMALDISTRIBUTION_H

#include "lowering/Numbers.h"

namespace xphi::compiler {

/// Φ(x), with small relative error in the lower tail too.
Number normalCdf(Number x);
/// φ(x) = exp(−x²/2)/√(2π)
Number normalPdf(Number x);
/// x·Φ(x); in f32 more exact than the product of both.
Number gelu(Number x);
/// In f64 only.
Number erf(Number x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_NORMALDISTRIBUTION_H
