// The code of a fit of pairs: a result as two floats, or the nearest float and where that is open.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_PAIRFUNCTION_H
#define XPHI_COMPILER_LOWERING_PAIRFUNCTION_H

#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <vector>

namespace xphi::compiler {

/// The result of a function of one input that has a fit of pairs, times the incoming gradient if
/// there is one, rounded once. What may be NaN, an infinity or smaller than 2^-95, but for products
/// with 0, may be outside. Nothing for any other function.
std::optional<FittedValue> evaluateNearest(mlir::func::FuncOp function,
                                           const std::vector<Fit> &fits, const Numbers &f32,
                                           mlir::ValueRange arguments);

struct FittedTerm {
  NumberPair value;
  Number error;                ///< at most, beside Fit::ulps, in units of `allowed`; of any sign
  std::optional<Mask> outside; ///< the lanes in which the value is not to be used
};
/// Of a fit that is for terms. `x.low` is nothing where x is a float.
FittedTerm evaluateTerm(const Fit &fit, PairArithmetic::Pair x, double allowed);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_PAIRFUNCTION_H
