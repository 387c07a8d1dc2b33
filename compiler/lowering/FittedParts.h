// Which operations of a function are still needed where parts are evaluated by fits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In f32 a fit stands for all that leads to its part; every other way to evaluate takes the part.
#ifndef XPHI_COMPILER_LOWERING_FITTEDPARTS_H
#define XPHI_COMPILER_LOWERING_FITTEDPARTS_H

#include "approx/Fit.h"
#include "dialect/XphiDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

namespace xphi::compiler {

/// Whether the result, but for the incoming gradient, is a fit of which all elements were tried.
bool isNearestFit(mlir::func::FuncOp function);
/// Of such a result.
Fit::Ties tiesOf(mlir::func::FuncOp function);

/// From this magnitude of its argument on, and at 0, a fit's results are good where it stands.
float firstTaken(FittedOp op, const Fit &fit);

/// The operations that the result needs while fits stand for their parts, and pairs of floats for
/// what some functions are of.
llvm::DenseSet<mlir::Operation *> neededBesideFits(mlir::func::FuncOp function);

/// Values that are finite where the result of this sum, product or quotient is, or whose infinities
/// count nowhere: those of an argument that is only compared, and held by what is made of
/// parameters.
llvm::SmallVector<mlir::Value> finiteWith(mlir::Operation &last);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_FITTEDPARTS_H
