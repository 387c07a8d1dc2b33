// From the error of a segment's polynomial to that of the result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/SegmentFit.h"

#include <utility>

namespace xphi::compiler {

/// With n > 0 p is rounded, then multiplied; where it is added to a ramp or taken from a sum its
/// error counts as much as it is of the result: `ratio` is how much larger the table's side may be.
/// The last rounding counts whole: where the result comes to lie on the other side of a power of
/// two, its ulp is twice that of the truth. Beyond an end the function may still change by
/// `settledTo` units.
double ulpsOfResult(const Segment &segment, double ratio, const Fit &fit, const FitLimits &limits,
                    double settledTo);

/// What a held end adds to that, where the segment, which is number k seen so, serves for what is
/// beyond on its side. Opposite to the table of a ramp or a sum that part of it has come to
/// nothing.
double ulpsBeyond(const Fit &fit, std::pair<int, View> place, double settledTo);

} // namespace xphi::compiler
