// Functions of a kernel that are the same, as the gradients in both terms of a sum are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_ALIKEFUNCTIONS_H
#define XPHI_COMPILER_PASSES_ALIKEFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace xphi::compiler {

/// The first of the functions that gives what the i-th does and is stored as that is; each has a
/// kind of output for each result. What is evaluated of both is one more value behind a branch,
/// which no later pass finds to be the other's.
size_t firstAlike(size_t i, llvm::ArrayRef<mlir::func::FuncOp> functions, llvm::StringRef outputs,
                  const llvm::MapVector<llvm::StringRef, mlir::func::FuncOp> &byDefault);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_ALIKEFUNCTIONS_H
