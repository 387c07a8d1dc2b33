// Functions of arrays of f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// By a fit, if there is one; arithmetic in f64 where what that loses is little; all else in pairs
// of doubles.
#ifndef XPHI_COMPILER_PASSES_DOUBLEEVALUATION_H
#define XPHI_COMPILER_PASSES_DOUBLEEVALUATION_H

#include "approx/DoubleFit.h"
#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace xphi::compiler {

struct ToDouble {
  Number value;
  Mask doubtful; ///< the lanes that are left to wide numbers
};

/// As `output` is stored, which may be shorter. `arguments` are f64.
ToDouble evaluateToDouble(mlir::func::FuncOp function, char output,
                          const std::vector<DoubleFit> &fits, const Numbers &f32,
                          const Numbers &f64, mlir::ValueRange arguments);

/// Of arrays of f32: the lanes in doubt in f64 once more in pairs of doubles, behind a branch,
/// since wide numbers take a thousand times as long. What those leave to them is left.
ToDouble decideInPairs(const ToDouble &known, mlir::func::FuncOp function, char output,
                       const Numbers &f32, mlir::ValueRange arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_DOUBLEEVALUATION_H
