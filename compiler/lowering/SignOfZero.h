// The sign of a zero that a function has at zero.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_SIGNOFZERO_H
#define XPHI_COMPILER_LOWERING_SIGNOFZERO_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// A zero of the input's zero has the sign that the function has just beside it, as a fit gives it,
/// and not that of the operations: where one target has a fit and another none, both have the same
/// bits. Of a function of one input, in f64; where it is flat or has no number there, the sign is
/// left as it is.
Number withSignBesideZero(mlir::func::FuncOp function, Number value, mlir::ValueRange arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_SIGNOFZERO_H
