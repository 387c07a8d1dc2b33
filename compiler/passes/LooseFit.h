// Fits of results that are rounded to elements of few bits, and may be off by many units of f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_LOOSEFIT_H
#define XPHI_COMPILER_PASSES_LOOSEFIT_H

#include "approx/FitSearches.h"

#include "mlir/IR/Value.h"

#include <optional>
#include <string>

namespace xphi::compiler {

/// Of arrays of few bits, where a result may be off by `slack` units: the fit of the least degree
/// that reaches far enough.
std::optional<Fit> findLooseFit(FitSearches &searches, const std::string &text, double slack,
                                FitLimits limits, llvm::function_ref<bool(const Fit &)> reaches);

/// The same of the sum of two elements as it is rounded; nothing of another number.
std::optional<Fit> findFitOfSum(FitSearches &searches, const std::string &text, mlir::Value sum,
                                double slack, FitLimits limits,
                                llvm::function_ref<bool(const Fit &)> reaches);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_LOOSEFIT_H
