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

/// Where the polynomial of each lane is looked up.
struct Place {
  Number t;          ///< |x| or x, held at the ends of the table
  mlir::Value index; ///< of the segment, in the low bits
  Number rounded;    ///< 1.5·2²³ + t in steps
};
/// Where lanes beyond an end are left to the exact evaluation whatever comes out, t need not be
/// held there: of the index only the low bits count.
Place placeOf(const Fit &fit, Number x, bool isHeldAtAllEnds = true);
/// The lanes beyond an end behind which the function has not settled; null if there are none.
std::optional<Mask> lanesBeyond(const Fit &fit, Number x);
/// Of pairs, those next to a zero away from 0; null if there is none.
std::optional<Mask> lanesNearZero(const Fit &fit, Number x);
/// rest for x ≥ 0, −rest for x < 0
Number withSignOf(Number x, Number rest);
/// Of a row of a table, by segment.
Number lookUp(const Fit &fit, const float *row, const Place &place);
/// Of a row of so many entries, as many as segmentsFor tells.
Number lookUp(unsigned entries, const float *row, const Place &place);
/// How many segments a look-up of this many lanes tells apart; 0 if the machine has none.
unsigned segmentsFor(unsigned lanes);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_FITTEDFUNCTION_H
