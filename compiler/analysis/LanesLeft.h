// How many elements a function in pairs of floats leaves to the exact evaluation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_LANESLEFT_H
#define XPHI_COMPILER_ANALYSIS_LANESLEFT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// The share of them, of inputs of a normal distribution with the usual parameters, where
/// PairErrors knows the function and it has no fits: by its values in doubles at some hundred
/// inputs.
double shareLeft(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_LANESLEFT_H
