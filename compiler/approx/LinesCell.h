// What operations are off by over one cell of floats, at most.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/LinesProof.h"
#include "approx/StepRange.h"
#include "compiler/truth/ArbBall.h"

#include <optional>

namespace xphi::compiler {

/// Floats of one sign, not so many that a ball of them reaches zero.
struct LinesCell {
  LinesCell(float low, float high);

  float low, high;
  reference::ArbBall all;
  double middle, radius;
  int side;               ///< of zero: 1 or −1
  int smallestExponent;   ///< of a float in it; at least that of the least normal number
  bool isDropped = false; ///< by the element's random bits
};

struct CellBound {
  std::optional<double> ulps = {}; ///< in ulp; nothing where a choice is not decided, or too little
                                   ///< is known
  bool isOfAnotherKind = false;    ///< numbers are no quotients of polynomials
  std::optional<unsigned> open = {}; ///< the step that goes more than one way on the cell
};

CellBound boundByQuotients(const Lines &lines, const LinesTruth &truth, const LinesCell &cell);
CellBound boundBySeries(const Lines &lines, const LinesTruth &truth, const LinesCell &cell);
/// Of two inputs, of which the other has this sign, or is 0.
CellBound boundWithOther(const Lines &lines, const LinesTruth &truth, const LinesCell &cell,
                         int sign);

/// Between which numbers the result comes out, of one input; nothing where that is not told.
std::optional<StepRange> rangeOver(const Lines &lines, const LinesTruth &truth,
                                   const LinesCell &cell);

} // namespace xphi::compiler
