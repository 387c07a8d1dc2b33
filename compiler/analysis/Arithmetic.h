// Results that arithmetic alone may give.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_ARITHMETIC_H
#define XPHI_COMPILER_ANALYSIS_ARITHMETIC_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Whether the result may be one that needs no elementary function: such a one may lie in the
/// middle between two elements, which no number of bits decides, but that nothing was lost does.
bool mayBeArithmetic(mlir::func::FuncOp function);

/// Whether there is nothing but arithmetic, choices and jumps: in f64 each is rounded once.
bool isArithmetic(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_ARITHMETIC_H
