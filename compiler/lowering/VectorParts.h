// Vectors in parts, where a function takes fewer lanes than there are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_VECTORPARTS_H
#define XPHI_COMPILER_LOWERING_VECTORPARTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// So many lanes of a vector from `first` on; of anything else, itself.
mlir::Value someLanes(mlir::OpBuilder &builder, mlir::Location location, mlir::Value vector,
                      unsigned first, unsigned count);
/// Vectors one after the other.
mlir::Value concatenated(mlir::OpBuilder &builder, mlir::Location location,
                         llvm::ArrayRef<mlir::Value> vectors);

/// What a function of so many lanes takes, beside one that takes `types`.
llvm::SmallVector<mlir::Type> typesOfLanes(mlir::TypeRange types, unsigned lanes);

/// A function of `lanes` lanes behind one of a part of them, which it calls for each part. That one
/// itself, if it has as many.
mlir::func::FuncOp emitOfParts(mlir::func::FuncOp part, unsigned lanesOfPart, unsigned lanes);

/// The results of a function of `lanes` lanes for arguments of a multiple of that, where the mask
/// holds; elsewhere those, or `others`. A part in which it holds nowhere is not computed. An i64 is
/// the index of the first lane.
llvm::SmallVector<mlir::Value> callInParts(mlir::OpBuilder &builder, mlir::Location location,
                                           mlir::func::FuncOp function, mlir::ValueRange arguments,
                                           mlir::Value mask, mlir::ValueRange others,
                                           unsigned lanes);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_VECTORPARTS_H
