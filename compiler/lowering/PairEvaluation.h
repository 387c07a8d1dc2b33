// A function whose sums may cancel, in pairs of floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_PAIREVALUATION_H
#define XPHI_COMPILER_LOWERING_PAIREVALUATION_H

#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <vector>

namespace xphi::compiler {

/// What a function gives that is marked to be evaluated in pairs: by a fit that is rounded to the
/// nearest float, or as pairs of terms, which PairErrors knows, rounded once at the end to what is
/// stored as `output`. Nothing for any other function.
std::optional<FittedValue> evaluateInPairs(mlir::func::FuncOp function,
                                           const std::vector<Fit> &fits, const Numbers &f32,
                                           mlir::ArrayRef<mlir::Value> arguments, char output);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_PAIREVALUATION_H
