// From the xphi dialect back to the language: how a derivative is shown to its author.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_IMPORT_RAISETOTEXT_H
#define XPHI_COMPILER_IMPORT_RAISETOTEXT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace xphi::compiler {

/// The function's body as one expression of the language in its inputs and parameters, with the
/// fewest parentheses. A value used more than once, and longer than a call of one name, becomes a
/// `let`.
std::string raiseToText(mlir::func::FuncOp function);

/// A value of the function in the same way, without `let`, "…" for parts that are long.
std::string excerpt(mlir::func::FuncOp function, mlir::Value value);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_IMPORT_RAISETOTEXT_H
