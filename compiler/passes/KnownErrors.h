// What is known of a function's errors by its form, where no code is needed for it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_KNOWNERRORS_H
#define XPHI_COMPILER_PASSES_KNOWNERRORS_H

#include "lowering/ErrorBounds.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Of the values whose bound is hardly ever too large when it is told by the form.
ErrorBounds::KnownErrors knownErrors(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_KNOWNERRORS_H
