// What is drawn for elements, taken out of the functions of a kernel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_TAKENDRAWS_H
#define XPHI_COMPILER_PASSES_TAKENDRAWS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// A `dropped` of a kernel, which its functions have as one more argument.
struct Draw {
  mlir::OwningOpRef<mlir::func::FuncOp> operands; ///< returns p, seed and stream
  bool oneKey;                                    ///< seed and stream are those of all elements
};

/// Equal ones once.
llvm::SmallVector<Draw> takeDraws(mlir::ArrayRef<mlir::func::FuncOp> functions);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_TAKENDRAWS_H
