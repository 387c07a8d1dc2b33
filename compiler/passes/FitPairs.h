// Fits that give pairs of floats, for sums that cancel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_FITPAIRS_H
#define XPHI_COMPILER_PASSES_FITPAIRS_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace xphi::compiler {

/// Of the functions that f32 does not do for, those get fits that give pairs of floats, put behind
/// `fits` by `fitPartsOf`, that PairErrors knows to evaluate so, if that is cheaper than f64. They
/// are marked, and have no other fits.
void fitPairs(llvm::ArrayRef<mlir::func::FuncOp> kernel, FitLimits limits, std::vector<Fit> &fits,
              llvm::function_ref<void(mlir::func::FuncOp, const FitLimits &)> fitPartsOf);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_FITPAIRS_H
