// Which parts of a function are evaluated by a fit, and what then still needs its own operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fitted part is marked on the operation that gives its value. In f32 the fit stands for all that
// leads there; every other way to evaluate passes the mark by.
#ifndef XPHI_COMPILER_ANALYSIS_FITTEDPARTS_H
#define XPHI_COMPILER_ANALYSIS_FITTEDPARTS_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>
#include <vector>

namespace xphi::compiler {

/// What the mark says.
struct FittedPart {
  unsigned fit;      ///< among those of the program
  unsigned argument; ///< of the function: what the fit is of
  double ulps;       ///< Fit.h's
  double least;      ///< Fit.h's
};

std::optional<FittedPart> fittedPart(mlir::Operation *op);

/// The operations that the result needs while fits stand for their parts.
llvm::DenseSet<mlir::Operation *> neededBesideFits(mlir::func::FuncOp function);

/// Marks the largest parts that depend on one input and on no parameter, hold an elementary
/// function, and have a fit, which is put behind `fits`. An input of numbers is any argument that
/// is none of a parameter, a mask or the incoming gradient.
void fitParts(mlir::func::FuncOp function, const FitLimits &limits, std::vector<Fit> &fits);

/// Takes all marks away.
void dropFits(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_FITTEDPARTS_H
