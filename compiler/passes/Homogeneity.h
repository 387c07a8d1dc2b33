// On what alone a function of two numbers depends: their product or quotient.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_HOMOGENEITY_H
#define XPHI_COMPILER_PASSES_HOMOGENEITY_H

#include "dialect/XphiDialect.h"
#include "lowering/UniformValues.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <optional>

namespace xphi::compiler {

/// How a value changes where x is multiplied by c and `other` by 1/c, or by c: by a power of c, or
/// nothing is known. What does not change at all depends on x·other, or x/other, alone.
class Homogeneity {
public:
  Homogeneity(mlir::func::FuncOp function, mlir::Operation &variable) {
    const unsigned other = otherOperand(variable);
    degrees[variable.getOperand(1 - other)] = 1;
    degrees[variable.getOperand(other)] = mlir::isa<MulOp>(variable) ? -1 : 1;
    for (mlir::Operation &op : function.front().without_terminator())
      if (std::optional<int> degree = of(op)) {
        degrees[op.getResult(0)] = *degree;
        if ((mlir::isa<DivOp>(op) && degrees[op.getOperand(1)] != 0) ||
            llvm::any_of(op.getOperands(),
                         [&](mlir::Value each) { return divided.contains(each); }))
          divided.insert(op.getResult(0));
      }
  }

  /// Which operand of the product or quotient c is: a parameter, if one is.
  static unsigned otherOperand(mlir::Operation &op) {
    return mlir::isa<MulOp>(op) && isUniformValue(op.getOperand(0)) ? 0 : 1;
  }

  bool isConstant(mlir::Value value) const {
    const auto found = degrees.find(value);
    return found != degrees.end() && found->second == 0;
  }

  /// Whether the other operand must not be zero, since something is divided by a power of it.
  bool isDivided(mlir::Value value) const { return divided.contains(value); }

private:
  std::optional<int> of(mlir::Operation &op) const {
    if (mlir::isa<DroppedOp>(op)) // of the element's place, too
      return std::nullopt;
    llvm::SmallVector<int> operands;
    for (mlir::Value operand : op.getOperands()) {
      const auto found = degrees.find(operand);
      if (found == degrees.end())
        return std::nullopt;
      operands.push_back(found->second);
    }
    if (mlir::isa<MulOp>(op))
      return operands[0] + operands[1];
    if (mlir::isa<DivOp>(op))
      return operands[0] - operands[1];
    if (mlir::isa<NegOp>(op) || (mlir::isa<AddOp, SubOp>(op) && operands[0] == operands[1]))
      return operands[0];
    return llvm::all_of(operands, [](int degree) { return degree == 0; }) ? std::optional(0)
                                                                          : std::nullopt;
  }

  llvm::DenseMap<mlir::Value, int> degrees;
  llvm::DenseSet<mlir::Value> divided;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_HOMOGENEITY_H
