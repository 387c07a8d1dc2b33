// Comparisons of functions of one input, as the sign of their difference.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A rounding of either side may decide `x < sin(x)`, which f32, and mostly f64, cannot tell. A fit
// of x - sin(x) errs by a part of itself, and so has its sign.
#ifndef XPHI_COMPILER_PASSES_COMPAREDPARTS_H
#define XPHI_COMPILER_PASSES_COMPAREDPARTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"

namespace xphi::compiler {

/// Whether more is done than arithmetic, comparisons and choices.
bool isElementary(mlir::Operation &op);

/// What a fit may err by that is asked for its sign: far less than half of itself.
inline constexpr double ulpsOfSign = 1024;

/// Whether nothing becomes of it but the sign that is asked for.
bool isOnlyCompared(mlir::Value value);

/// While it lives, comparisons in a function that no float decides compare a difference with 0.
/// Those that no fit stands for then are as they were.
class ComparedParts {
public:
  explicit ComparedParts(mlir::func::FuncOp function);
  ComparedParts(const ComparedParts &) = delete;
  ComparedParts &operator=(const ComparedParts &) = delete;
  ~ComparedParts();

private:
  mlir::func::FuncOp function;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_COMPAREDPARTS_H
