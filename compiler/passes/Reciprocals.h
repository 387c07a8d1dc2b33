// Products in place of divisions by constants, which take a fraction of the time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_RECIPROCALS_H
#define XPHI_COMPILER_PASSES_RECIPROCALS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Products with reciprocals in place of divisions by constants, all of them. False where there are
/// none.
bool takeReciprocals(mlir::func::FuncOp function);

/// The same where the function keeps its promise in f32 so, with no more guards.
void takeReciprocalsInF32(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_RECIPROCALS_H
