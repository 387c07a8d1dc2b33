// The table of a function that rises, or falls, so that results do.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/SegmentFit.h"
#include "approx/TableSegment.h"
#include "approx/TaylorModel.h"

#include <functional>
#include <optional>
#include <vector>

namespace xphi::compiler {

/// Whether values at some points rise, or fall; the function need not do so everywhere.
std::optional<bool> directionOf(const SmoothFunction &f);

/// A power of two below the slope of f at 0, or not much above; 0 if there is none.
float lineAtZero(const SmoothFunction &f, const Fit &fit, View view);

/// Whether results that are to rise, or fall, may do otherwise more than hardly ever.
bool mayStepBack(const Fit &fit, std::optional<bool> rises);

/// Whether tⁿc₀ may come last: where nothing but the rounding of p may put results out of order,
/// and zeros keep their sign.
bool mayBeOrderedProduct(const Fit &fit);

void fillTable(Fit &fit, const std::vector<Segment> &found);

/// By other centres of a segment, where the floats beside a border are not in order, or an end of
/// the table is not in order with the exact evaluation beyond it. Whether they all are then.
bool mendBorders(const SmoothFunction &f, Fit &fit, std::vector<Segment> &found,
                 const std::function<TableSegment(unsigned)> &segmentOf, bool rises);

/// As an ordered product, if results are in order so, and right. Whether they are.
bool orderProduct(const SmoothFunction &f, Fit &fit, std::vector<Segment> &found,
                  const std::function<TableSegment(unsigned)> &segmentOf, bool rises,
                  double mostUlps);

} // namespace xphi::compiler
