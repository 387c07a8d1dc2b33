// A function of reals, evaluated in wide numbers: the last rung, one lane at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Wide numbers (wide/Wide.h) have 512 bits and exponents of 320, so they neither overflow nor, for
// arguments that are floats, cancel. They live in memory; each operation is a call of the library
// of wide numbers, which is linked to the kernel.
#ifndef XPHI_COMPILER_LOWERING_WIDEEVALUATION_H
#define XPHI_COMPILER_LOWERING_WIDEEVALUATION_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// The incoming gradient, where all of the function is multiplied by it; null elsewhere. Where it
/// is chosen instead (dy or 0), it is an operand like any other.
mlir::BlockArgument cotangentOf(mlir::func::FuncOp function);

/// Whether the library of wide numbers has all that the function needs.
bool canBeWide(mlir::func::FuncOp function);

/// Replaces `value` by the function's value in wide numbers, rounded to f64 (to odd, where that is
/// to be rounded once more), in the lanes of `where`. `arguments` are what stands for the
/// function's: lanes of f64 each. Functions that this needs are put into the module.
Number replaceByWide(mlir::func::FuncOp function, Number value, Mask where,
                     mlir::ValueRange arguments, bool toOdd);

/// The same behind a branch, taken where any lane is `doubtful`.
Number replaceDoubtful(mlir::func::FuncOp function, Number value, Mask doubtful,
                       mlir::ValueRange arguments, bool toOdd);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_WIDEEVALUATION_H
