// Functions that give one of their inputs or a constant, on elements of 16 bits as they are stored.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_CHOSENELEMENTS_H
#define XPHI_COMPILER_LOWERING_CHOSENELEMENTS_H

#include "lowering/ElementWords.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// The body of a kernel of such functions, with this name, in front of them, if they compare
/// inputs with constants only. Operands and results are of these kinds, as passes/LowerToBody.cpp
/// has them, and so many elements are taken at once. False where there is none.
bool emitOfElements(mlir::StringRef name, mlir::ArrayRef<mlir::func::FuncOp> functions,
                    mlir::StringRef kinds, mlir::StringRef outputs, unsigned lanes);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_CHOSENELEMENTS_H
