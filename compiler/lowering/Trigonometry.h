// Trigonometric functions and their inverses, as straight code in f64; sine and cosine in f32, too.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_TRIGONOMETRY_H
#define XPHI_COMPILER_LOWERING_TRIGONOMETRY_H

#include "lowering/PairArithmetic.h"

#include <optional>

namespace xphi::compiler {

/// Exact reduction for arguments up to 2^130; NaN beyond, where there is no limit. In f32 up to
/// 2^13.
Number sin(Number x);
Number cos(Number x);
/// In f32.
Number sin(NumberPair x);
Number cos(NumberPair x);
/// In f32, for arguments up to 2^13 and what these lack, which may be two units in their last
/// place: with a smaller error.
Number fineSin(Number x, std::optional<Number> rest);
Number fineCos(Number x, std::optional<Number> rest);
/// The same to 0.22 · 2^-24 of the result, but for what the argument is off by.
NumberPair sinInPairs(NumberPair x);
NumberPair cosInPairs(NumberPair x);
/// Their squares, to 0.5 · 2^-24.
NumberPair sinSquaredInPairs(NumberPair x);
NumberPair cosSquaredInPairs(NumberPair x);

Number tan(Number x);

/// NaN outside [-1, 1].
Number asin(Number x);
Number acos(Number x);
Number atan(Number x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_TRIGONOMETRY_H
