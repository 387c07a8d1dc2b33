// Writes a derivative in terms of the function's output: tanh' is (1 − y)(1 + y).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_INOUTPUT_H
#define XPHI_COMPILER_PASSES_INOUTPUT_H

#include "mlir/IR/Builders.h"

namespace xphi::compiler {

/// Whether `value` is computed from `input`.
bool dependsOn(mlir::Value value, mlir::Value input);

/// `value`, a function of `input`, written in `y` where `output` is what y stands for. Null if it
/// cannot be.
mlir::Value writeInOutput(mlir::Value value, mlir::Value output, mlir::Value y, mlir::Value input,
                          mlir::OpBuilder &builder);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_INOUTPUT_H
