// Which parts of a function are evaluated by a fit, and what then still needs its own operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fitted part is marked on the operation that gives its value, and, where the fit is of no input
// itself but of `beta * x` or the like, so is the operation that gives that. In f32 the fit stands
// for all that leads there; every other way to evaluate passes the marks by.
#ifndef XPHI_COMPILER_LOWERING_FITTEDPARTS_H
#define XPHI_COMPILER_LOWERING_FITTEDPARTS_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>

namespace xphi::compiler {

/// What the mark says.
struct FittedPart {
  unsigned fit;        ///< among those of the program
  mlir::Value of;      ///< an argument of the function, or arithmetic of arguments and constants
  mlir::Value nonzero; ///< an operand of that which must not be zero; null if none
  double ulps;         ///< of a result, at most (approx/Fit.h)
  double least;        ///< the magnitude of results, where that is bounded away from zero
  bool isNearest;      ///< the nearest element follows from the result, as Fit.h says
  Fit::Ties ties;      ///< of those results
};

void markFitted(mlir::Operation *op, const FittedPart &part);
std::optional<FittedPart> fittedPart(mlir::Operation *op);
/// Takes all marks away.
void dropFits(mlir::func::FuncOp function);

/// Whether the result, but for the incoming gradient, is a fit of which all elements were tried.
bool isNearestFit(mlir::func::FuncOp function);
/// Of such a result.
Fit::Ties tiesOf(mlir::func::FuncOp function);

/// The operations that the result needs while fits stand for their parts, and pairs of floats for
/// what some functions are of.
llvm::DenseSet<mlir::Operation *> neededBesideFits(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_FITTEDPARTS_H
