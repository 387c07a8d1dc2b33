// Finds the parts of a kernel that a fit evaluates, where that is faster.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_FITPARTS_H
#define XPHI_COMPILER_PASSES_FITPARTS_H

#include "approx/DoubleFit.h"
#include "approx/Fit.h"
#include "approx/FitSearches.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace xphi::compiler {

/// What a machine with so many lanes can look up; nothing where it cannot.
std::optional<FitLimits> fitLimits(unsigned lanes);

/// Marks the largest parts of the kernel's functions that depend on one input alone, hold an
/// elementary function, and have a fit, which is put behind `fits` (lowering/FittedParts.h). An
/// input of numbers is any argument that is none of a parameter, a mask or the incoming gradient.
/// In place of one input there may be a sum, product or quotient of inputs and parameters,
/// `parameters` giving their defaults, if common inputs do not lead beyond the ends of the fit. How
/// many ulp there are is said by the functions. Nothing is marked where f32 keeps the promise
/// without fits and is not slower. Where f32 does not do because terms may cancel,
/// the fits of a function that is marked so give pairs of floats, if these are cheaper than f64.
void fitParts(llvm::ArrayRef<mlir::func::FuncOp> kernel, FitLimits limits,
              const std::map<std::string, double> &parameters, FitSearches &searches,
              std::vector<Fit> &fits);

/// Marks the functions of one input, and of nothing else, whose result is to be the nearest float
/// and has a fit of pairs, and which are not exact in f32 already.
void fitNearest(llvm::ArrayRef<mlir::func::FuncOp> kernel, const FitLimits &limits,
                std::vector<Fit> &fits);

/// Marks the functions of one input, and of nothing else, that have a fit in doubles.
void fitInDoubles(llvm::ArrayRef<mlir::func::FuncOp> kernel, std::vector<DoubleFit> &fits);

/// A fit of an input itself that is all of a function's result.
struct FittedResult {
  unsigned fit;
  mlir::Operation *operation; ///< that is marked
};
/// Before the incoming gradient is added.
std::optional<FittedResult> fittedResult(mlir::func::FuncOp function);
/// From which |x| > 0 on the code uses it, between the ends of its table; after Approximate.
float leastFitted(const FittedResult &result, const Fit &fit);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_FITPARTS_H
