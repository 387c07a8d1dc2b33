// Fits of functions of one input of few bits with no more coefficients than these bits need.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A result need not be near the truth, only round to the right element; so there are bounds for
// each of the 65,536 inputs, far wider than an f32's error, and a polynomial of low degree between
// them. Which element is right is known from a fit for f32, with its proved bound, and where that
// lies too close to the middle between two elements from the truth.
#pragma once

#include "approx/Fit.h"
#include "approx/TaylorModel.h"

namespace xphi::compiler {

/// Of the same form, within these limits, for `limits.elements`, of a format of IEEE 754. Every
/// input was tried in the very operations of the code. Where the result is a factor it is within
/// 2^-8 ulp of an element, too.
std::optional<Fit> cheaperFit(const Fit &accurate, const SmoothFunction &function,
                              const FitLimits &limits);

} // namespace xphi::compiler
