// The code of a fit: look-ups by permutation, and one polynomial for all lanes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_FITTEDFUNCTION_H
#define XPHI_COMPILER_LOWERING_FITTEDFUNCTION_H

#include "approx/Fit.h"
#include "lowering/PairArithmetic.h"

#include <optional>

namespace xphi::compiler {

struct FittedValue {
  Number value;
  std::optional<Mask> outside; ///< the lanes in which the value is not to be used
};

/// In f32, at the number of lanes that a look-up of the machine has. NaN gives NaN.
FittedValue evaluateFit(const Fit &fit, Number x);
FittedValue evaluateFit(const Fit &fit, NumberPair x);

/// How many segments a look-up of this many lanes tells apart; 0 if the machine has none.
unsigned segmentsFor(unsigned lanes);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_FITTEDFUNCTION_H
