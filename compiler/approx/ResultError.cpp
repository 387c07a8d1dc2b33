// By form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/ResultError.h"

#include <algorithm>

namespace xphi::compiler {

double ulpsOfResult(const Segment &segment, double ratio, const Fit &fit, const FitLimits &limits,
                    double settledTo) {
  // What a pair or a power lacks is there, but for the rest of that.
  const double low = fit.isOfPair || fit.order > 1 ? 0.01 : 0,
               onTable = segment.relativeError + (fit.order > 0) + 1 + low;
  if (limits.leastResult > 0) // which may count on one side only
    ratio = std::max(ratio, 1.0);
  if (fit.form != Fit::Form::Ramp && fit.form != Fit::Form::Fall && fit.form != Fit::Form::Reflect)
    return onTable;
  // Of a pair what is added to the ramp was rounded before; beyond the table the ramp is all, and
  // its low part left out.
  if (fit.isOfPair && fit.form != Fit::Form::Reflect)
    return std::max({onTable, (segment.relativeError + 2) * ratio + 1 + low, 2.5 + settledTo});
  return std::max(onTable, (segment.relativeError + 1) * ratio + 1);
}

static bool isHeld(const Fit &fit, std::pair<int, View> place) {
  using enum Fit::Form;
  const auto [k, view] = place;
  switch (fit.form) {
  case TwoSided:
    return (k == fit.first && fit.below != Fit::Beyond::Exact) ||
           (k == fit.first + int(fit.segments) - 1 && fit.above != Fit::Beyond::Exact);
  case Halves:
    return k == int(fit.segments) / 2 - 1 &&
           (view == View::Left ? fit.below : fit.above) != Fit::Beyond::Exact;
  case Odd:
  case Even:
    return k == int(fit.segments) - 1 && fit.above != Fit::Beyond::Exact;
  default:
    return k == int(fit.segments) - 1 &&
           (view == View::Left ? fit.below : fit.above) != Fit::Beyond::Exact;
  }
}

double ulpsBeyond(const Fit &fit, std::pair<int, View> place, double settledTo) {
  using enum Fit::Beyond;
  if (!isHeld(fit, place))
    return 0;
  // The low part of a pair is left out.
  const bool isPower = fit.isOfPair && (fit.below == Power || fit.above == Power);
  return settledTo + (isPower ? fit.order : 0);
}

} // namespace xphi::compiler
