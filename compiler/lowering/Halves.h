// Bodies that take more elements than a vector has f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_HALVES_H
#define XPHI_COMPILER_LOWERING_HALVES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// A function of this name that takes and gives twice as many lanes as `half`: it gives the
/// elements with an even place to one call of that and the others to another. Two elements of 16
/// bits lie in one place of 32 bits, so they are told apart and joined by shifts and masks.
void emitOfHalves(mlir::func::FuncOp half, llvm::StringRef name);

/// So many lanes of a vector from `first` on; of anything else, itself.
mlir::Value someLanes(mlir::OpBuilder &builder, mlir::Location location, mlir::Value vector,
                      unsigned first, unsigned count);
/// Vectors one after the other.
mlir::Value concatenated(mlir::OpBuilder &builder, mlir::Location location,
                         llvm::ArrayRef<mlir::Value> vectors);

/// The results of a function of `lanes` lanes for arguments of a multiple of that, where the mask
/// holds; elsewhere those, or `others`. A part in which it holds nowhere is not computed.
llvm::SmallVector<mlir::Value> callInParts(mlir::OpBuilder &builder, mlir::Location location,
                                           mlir::func::FuncOp function, mlir::ValueRange arguments,
                                           mlir::Value mask, mlir::ValueRange others,
                                           unsigned lanes);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_HALVES_H
