// The zeros away from 0 of a function whose table is made, as its segments' models show them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/SegmentFit.h"
#include "approx/TaylorModel.h"

#include <optional>
#include <utility>
#include <vector>

namespace xphi::compiler {

class TableZeros {
public:
  /// Of a table of this step and order; its segments reach so far from their middles.
  TableZeros(const SmoothFunction &f, const Fit &fit, double radius)
      : f(f), step(double(fit.step)), order(double(fit.order)), radius(radius) {}

  /// The one in the segment, if it is known.
  std::optional<Zero> in(std::pair<int, View> segment) const;
  /// Whether a known one is in the segment, or in one next to it.
  bool isNear(std::pair<int, View> segment) const {
    return within(segment, 1.5 * step).has_value();
  }
  /// That a model has one there, which may be seen from the next segment, too. False where no table
  /// can be made so.
  bool add(double zero, Fit &fit, bool mayBeNear);

private:
  /// By number: of those that are no farther from the segment's middle.
  std::optional<std::size_t> within(std::pair<int, View> segment, double distance) const;

  const SmoothFunction &f;
  const double step, order, radius;
  std::vector<double> zeros, beside;
};

} // namespace xphi::compiler
