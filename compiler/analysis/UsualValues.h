// What arguments of functions are for common inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_USUALVALUES_H
#define XPHI_COMPILER_ANALYSIS_USUALVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Standard deviations of inputs that are common; beyond, f64 takes a vector in thirty.
inline constexpr double farInput = 2.9;

/// Of arithmetic of a few operations (PairArithmetic.h): where the first input in it is x, all
/// others are 1, and parameters what `parameterOf` says.
double usualValue(mlir::Value value, double x,
                  llvm::function_ref<double(mlir::BlockArgument)> parameterOf);

/// With the defaults of parameters that the function's arguments are marked with, else 1.
double usualValue(mlir::Value value, double x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_USUALVALUES_H
