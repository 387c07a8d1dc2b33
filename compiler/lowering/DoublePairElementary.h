// Elementary functions of pairs of doubles, as pairs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each is within 2^-66 of itself, 2^-64 of waves and 2^-62 of the normal distribution, and of what
// is named beside it: that is checked, not proved (DoublePairsTest holds every function against Arb
// at doubles of every binade). What the argument is off by is another matter
// (lowering/SlopeBounds.h).
#ifndef XPHI_COMPILER_LOWERING_DOUBLEPAIRELEMENTARY_H
#define XPHI_COMPILER_LOWERING_DOUBLEPAIRELEMENTARY_H

#include "lowering/DoublePairs.h"

#include <optional>

namespace xphi::compiler::pairs {

/// Of an elementary xphi operation with one operand; nothing for those that have no such form.
std::optional<FunctionValue> elementary(mlir::Operation *op, NumberPair x);
/// log(eᵃ + eᵇ).
FunctionValue logAddExp(NumberPair a, NumberPair b);
/// log x, for normal numbers x > 0.
FunctionValue log(NumberPair x);
FunctionValue exp(NumberPair x);

} // namespace xphi::compiler::pairs

#endif // XPHI_COMPILER_LOWERING_DOUBLEPAIRELEMENTARY_H
