// How the values of a function grow, and whether they oscillate, where its inputs are infinite.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Growth is an exponent: d of a value that grows as x^d. Nothing here is about signs or factors.
#ifndef XPHI_COMPILER_LOWERING_GROWTH_H
#define XPHI_COMPILER_LOWERING_GROWTH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <limits>

namespace xphi::compiler {

struct Growth {
  static constexpr double without = -std::numeric_limits<double>::infinity();
  static constexpr double beyond = std::numeric_limits<double>::infinity();

  double degree = 0;  ///< a good guess, where logarithms and exponentials count as constants
  double most = 0;    ///< certainly not exceeded
  bool exact = false; ///< it grows as x^most, neither less nor more
  bool fixed = false; ///< it does not depend on the inputs
  /// Growth of the part that has no limit, as sin(x) has none, from above.
  double oscillation = without;

  bool oscillates() const { return oscillation != without; }
};

/// Whether the argument is an input that may be infinite: no parameter, mask or incoming gradient.
bool isGrowing(mlir::func::FuncOp function, mlir::BlockArgument argument);

/// The growth of what the function returns.
Growth growthOfResult(mlir::func::FuncOp function);

/// Whether the function tends to something, be it infinity, where an input is infinite.
bool hasLimit(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_GROWTH_H
