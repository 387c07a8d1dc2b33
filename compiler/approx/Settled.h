// Where a function has settled: on one number, or on that times a power of x.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/TaylorModel.h"

#include <optional>

namespace xphi::compiler {

/// From where on f is one number, or that times a power of x, on one side.
struct Settled {
  std::optional<double> from;
  Fit::Beyond beyond = Fit::Beyond::Exact;

  Fit::Beyond beyondEnd(double end) const {
    return from && end >= *from ? beyond : Fit::Beyond::Exact;
  }
};

std::optional<double> valueAt(const SmoothFunction &f, double x);

/// Whether f(x)/|x|^power is one number at points beyond the end, but for such a part of it or, if
/// that is larger, of `least`.
bool isSettled(const SmoothFunction &f, double end, unsigned power, double part, double least);

/// Whether f(end), and f at points beyond, is at most `most·|x|^power`.
bool isNegligible(const SmoothFunction &f, double end, double most, unsigned power);

/// Makes an end of each end of the table behind which the function has not settled for certain, and
/// sets up to where it has; `settledTo`: units that it may still change by.
void proveSettled(const SmoothFunction &f, const FitLimits &limits, double settledTo, Fit &fit);

/// What stands beyond the ends, of results to be the nearest float: one float, or ±x; where it is
/// neither, an end remains.
void takeLimits(const SmoothFunction &f, double settledTo, Fit &fit);

} // namespace xphi::compiler
