// The code of a fit in doubles: a row of the table for each lane, and Horner's rule.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_DOUBLEFUNCTION_H
#define XPHI_COMPILER_LOWERING_DOUBLEFUNCTION_H

#include "approx/DoubleFit.h"
#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <vector>

namespace xphi::compiler {

struct DoubleValue {
  Number value;
  Mask outside; ///< the lanes in which it is not to be used; NaN is among them
  double error; ///< of the others, at most, in 2^-53 of themselves
  bool ends;    ///< some numbers, other than the largest, are outside
};

/// The result of a function of one input that has a fit in doubles, times the incoming gradient if
/// there is one. Nothing for any other function. `arguments` are f64.
std::optional<DoubleValue> evaluateInDoubles(mlir::func::FuncOp function,
                                             const std::vector<DoubleFit> &fits, const Numbers &f64,
                                             mlir::ValueRange arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_DOUBLEFUNCTION_H
