// Writes a derivative in terms of the function's output: tanh' is (1 − y)(1 + y).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_INOUTPUT_H
#define XPHI_COMPILER_ANALYSIS_INOUTPUT_H

#include "mlir/IR/Builders.h"

namespace xphi::compiler {

/// Whether `value` is computed from `input`.
bool dependsOn(mlir::Value value, mlir::Value input);

/// Whether a value is computed without any rounding, the inputs and parameters being floats.
bool isExactFloat(mlir::Value value);
/// Whether a condition is the same in every precision: it compares such values, with each other or
/// with constants.
bool isExactCondition(mlir::Value condition);

/// `value`, a function of `input`, written in `y` where `output` is what y stands for, rounded to
/// f32. Null if it cannot be: also where y may say nothing, since a bound is no float, a value
/// underflows, or what is added is much larger.
mlir::Value writeInOutput(mlir::Value value, mlir::Value output, mlir::Value y, mlir::Value input,
                          mlir::OpBuilder &builder);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_INOUTPUT_H
