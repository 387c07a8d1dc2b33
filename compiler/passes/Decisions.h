// What must have been decided of a function before its code is made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A decision that got lost on the way would be made by default: silently, and perhaps wrong.
#ifndef XPHI_COMPILER_PASSES_DECISIONS_H
#define XPHI_COMPILER_PASSES_DECISIONS_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// What is missing, in words; empty if nothing is. `fits` are those of the program, `doubleFits`
/// how many of these it has.
llvm::StringRef undecided(mlir::func::FuncOp function, llvm::ArrayRef<Fit> fits,
                          std::size_t doubleFits);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_DECISIONS_H
