// Bodies that take two elements for each f32 of a vector.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_HALVES_H
#define XPHI_COMPILER_LOWERING_HALVES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// A function of this name that takes and gives twice as many lanes as `half`: it gives the
/// elements with an even place to one call of that and the others to another. Two elements of 16
/// bits lie in one place of 32 bits, so they are told apart and joined by shifts and masks.
void emitOfHalves(mlir::func::FuncOp half, llvm::StringRef name);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_HALVES_H
