// Whether f64 does for a function at every float, by its form alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_CONDITIONING_H
#define XPHI_COMPILER_ANALYSIS_CONDITIONING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace xphi::compiler {

/// Empty only if no sum can cancel, no function magnifies the error of its argument, no decision
/// hangs on a rounding, nothing leaves the range of f64 before the end, and infinities go through
/// as they are. Then the relative errors add up, to less than 2^-30, and the result rounds to one
/// that is off by half an ulp of f32 and a little. Else what is first in the way, in words.
std::string obstacleInF64(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_CONDITIONING_H
