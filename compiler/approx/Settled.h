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

} // namespace xphi::compiler
