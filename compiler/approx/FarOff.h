// Whether a segment is seen to have no fit before its model is made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/PairFit.h"
#include "approx/SegmentFit.h"
#include "approx/TaylorModel.h"

#include <optional>
#include <utility>

namespace xphi::compiler {

/// A segment of a table that is asked for.
struct WantedSegment {
  unsigned entry;
  std::pair<int, View> place;
  double radius;
  std::optional<Zero> zero; ///< if one is known
};

/// Whether a polynomial of the highest degree is off by more than may be, by the first of Taylor's
/// coefficients at the segment's middle. What these leave out is not known, so it is no proof: a
/// quarter more than may be off is let through. Nothing is told where there may be a zero.
bool isFarOff(const SmoothFunction &f, Fit fit, const WantedSegment &segment, unsigned mostDegree,
              const FitLimits &limits, PairTolerance ofPairs);

/// Of a table none of whose segments is; so it is of shorter ones.
struct NoneFarOff {
  Fit::Form form = {};
  float step = 0;
  unsigned mostDegree = 0;

  bool holds(const Fit &fit, unsigned most) const {
    return fit.form == form && fit.step <= step && most >= mostDegree;
  }
};

} // namespace xphi::compiler
