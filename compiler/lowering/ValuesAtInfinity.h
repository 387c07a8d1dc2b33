// What a function of one input is where that is infinite, told when it is compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_VALUESATINFINITY_H
#define XPHI_COMPILER_LOWERING_VALUESATINFINITY_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace xphi::compiler {

struct ValuesAtInfinity {
  float negative, positive;
  /// What they are multiplied with: the incoming gradient, or null.
  mlir::BlockArgument factor;
};

/// What wide numbers come to (lowering/WideEvaluation.h). Nothing where more than one input and the
/// incoming gradient matter.
std::optional<ValuesAtInfinity> valuesAtInfinity(mlir::func::FuncOp function);

/// `value`, and these in the lanes in which the input among these arguments is infinite.
mlir::Value withLimits(const ValuesAtInfinity &limits, Number value,
                       mlir::ArrayRef<mlir::Value> arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_VALUESATINFINITY_H
