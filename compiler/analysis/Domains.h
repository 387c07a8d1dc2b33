// The inputs for which a value is used: a piece of a function only has to be right on its piece.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_DOMAINS_H
#define XPHI_COMPILER_ANALYSIS_DOMAINS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <limits>

namespace xphi::compiler {

struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  double leastMagnitude() const;
  double mostMagnitude() const;
};

/// Works backwards from the result: what stands in one branch of a select is used only where the
/// condition chooses that branch. Comparisons of an argument with a constant are understood.
class Domains {
public:
  explicit Domains(mlir::func::FuncOp function);

  /// The values of `argument` for which the result of `op` is used, from above. Empty (low > high)
  /// if there are none.
  Interval of(mlir::Operation *op, mlir::BlockArgument argument) const;

  /// In what interval the value lies where the result of `user` is used, if it is arithmetic; else
  /// all numbers.
  Interval rangeOf(mlir::Value value, mlir::Operation &user, unsigned depth = 0) const;

private:
  using Box = llvm::SmallVector<Interval, 4>; // an interval for each argument

  void use(mlir::Value value, const Box &box);

  llvm::DenseMap<mlir::Operation *, Box> boxes;
  unsigned arguments;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_DOMAINS_H
