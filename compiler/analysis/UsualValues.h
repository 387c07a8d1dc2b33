// What arguments of functions are for common inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_USUALVALUES_H
#define XPHI_COMPILER_ANALYSIS_USUALVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace xphi::compiler {

/// Standard deviations of inputs that are common; beyond, f64 takes a vector in thirty.
inline constexpr double farInput = 2.9;

/// Of arithmetic of a few operations (PairArithmetic.h): where the first input in it is x, all
/// others are 1, and parameters what `parameterOf` says.
double usualValue(mlir::Value value, double x,
                  llvm::function_ref<double(mlir::BlockArgument)> parameterOf);

/// With the defaults of parameters that the function's arguments are marked with, else 1.
double usualValue(mlir::Value value, double x);

/// The i-th of normally distributed numbers that come evenly, others for each input.
double usualNumber(unsigned i, unsigned input);

/// An elementary function in doubles, to some digits; nothing of others than the usual ones.
std::optional<double> usualFunction(mlir::Operation &op, double x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_USUALVALUES_H
