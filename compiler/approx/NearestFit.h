// Fits of functions of one input of few bits: each of its results rounds to the nearest element.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"
#include "approx/TaylorModel.h"

namespace xphi::compiler {

/// Tries every input. Where a result lies so close to the middle between two elements that its
/// error decides wrongly, the segment's lowest coefficients are moved by some units in the last
/// place until none does; where that does not help, near zero, these inputs are left to the exact
/// evaluation (Fit::firstNearest). False if that is not enough.
bool makeNearest(Fit &fit, const SmoothFunction &function, const FitLimits::Elements &elements);

} // namespace xphi::compiler
