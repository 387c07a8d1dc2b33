// One division or root in place of two of which each lane needs one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_SHAREDIVISIONS_H
#define XPHI_COMPILER_PASSES_SHAREDIVISIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Where what is made of one division counts only in lanes in which a condition holds, and of
/// another only where it does not, operands are chosen first, and divided once. No lane gets other
/// bits. The same of roots, which take twice as long.
void shareDivisions(mlir::func::FuncOp body);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_SHAREDIVISIONS_H
