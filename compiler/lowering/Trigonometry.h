// Trigonometric functions and their inverses, as straight code in f64; sine and cosine in f32, too.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_TRIGONOMETRY_H
#define XPHI_COMPILER_LOWERING_TRIGONOMETRY_H

#include "lowering/PairArithmetic.h"

namespace xphi::compiler {

/// Exact reduction for arguments up to 2^130; NaN beyond, where there is no limit. In f32 up to
/// 2^13.
Number sin(Number x);
Number cos(Number x);
/// In f32.
Number sin(NumberPair x);
Number cos(NumberPair x);

Number tan(Number x);

/// NaN outside [-1, 1].
Number asin(Number x);
Number acos(Number x);
Number atan(Number x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_TRIGONOMETRY_H
