// A segment as a part of a table: what it may leave out, and how far off results are then.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/SegmentFit.h"
#include "approx/TaylorModel.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace xphi::compiler {

/// The order of the zero that is divided out of segment k's models.
unsigned orderIn(const Fit &fit, int k);

/// Whether the segment, at an end, serves for what is beyond on its side. Opposite to the table of
/// a ramp or a sum that part of it has come to nothing.
bool isHeld(const Fit &fit, std::pair<int, View> place);

/// All segments' numbers, ever more closely spread.
std::vector<unsigned> spread(unsigned segments);

class TableSegment {
public:
  struct Side {
    double ratio;     ///< how much larger than results of the other side the table's may be
    double settledTo; ///< units that a function beyond an end may still change by
  };
  TableSegment(const Fit &fit, unsigned entry, std::pair<int, View> place, TaylorModel model,
               std::optional<Zero> zero, Side side, std::optional<bool> rises,
               const FitLimits &limits);

  bool isEnough(unsigned degree) const {
    const unsigned least = isNextToZero && isDivided; // a line that is the function needs no more
    return degree >= least && segment.isEnough(degree - least);
  }
  /// If results are to rise, or to fall, then if possible with a centre with which they do.
  Segment rounded(unsigned degree) const;
  /// With one centre or another, the first that are right and keep that order.
  std::vector<Segment> inOrder(unsigned degree, std::size_t most = SIZE_MAX) const;
  /// Of results, in ulp, beyond an end as well.
  double ulpsOf(const Segment &found) const;

private:
  bool isInOrder(const Segment &found) const;
  Segment roundedAt(unsigned degree, std::optional<double> place) const;
  double partJoined(const Segment &found, int sign) const;
  double ulpsWithin(const Segment &found) const;

  const Fit &fit;
  const unsigned entry;
  const std::pair<int, View> place;
  const bool isNextToZero; ///< where fit.slope is taken off
  const bool isDivided = fit.order > 0;
  const bool hasZero;
  const Side side;
  const std::optional<bool> rises; ///< in x
  const FitLimits &limits;
  const TaylorModel model;
  const double leastQuotient; ///< of f, over tⁿ, with that slope
  const SegmentFit segment;
};

} // namespace xphi::compiler
