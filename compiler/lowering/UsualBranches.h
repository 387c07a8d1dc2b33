// Choices that parameters alone decide: f32 has what they choose by default.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// if alpha > 0 then … else … is one of two functions for a whole call. Where one of them needs f64
// or wide numbers all of it did, though nearly every call is of the other one. So that is all that
// f32 evaluates, and where parameters choose otherwise all lanes are outside.
#ifndef XPHI_COMPILER_LOWERING_USUALBRANCHES_H
#define XPHI_COMPILER_LOWERING_USUALBRANCHES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// On a function's result: so it is.
inline constexpr llvm::StringLiteral usualBranchesName = "xphi.usual_branches";

/// Whether there are such choices.
bool mayTakeUsualBranches(mlir::func::FuncOp function);

/// The number of the operand that is chosen by default, of a choice of which f32 has no other; else
/// 0.
unsigned usualOperand(mlir::Operation &op);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_USUALBRANCHES_H
