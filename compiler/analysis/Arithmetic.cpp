// What leads to the result, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Arithmetic.h"

#include "dialect/Constants.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

bool mayBeArithmetic(func::FuncOp whole) {
  const ExactForm exact(whole);
  func::FuncOp function = exact.function();
  llvm::DenseMap<Value, bool> may;
  for (BlockArgument argument : function.getArguments())
    may[argument] = true;
  for (Operation &op : function.front().without_terminator()) {
    auto each = [&](Value operand) { return may.lookup(operand); };
    bool &result = may[op.getResult(0)];
    if (constantValue(op.getResult(0)))
      result = true;
    else if (isa<SelectOp, MinOp, MaxOp>(op))
      result = llvm::any_of(op.getOperands().take_back(2), each);
    else
      result = isa<AddOp, SubOp, MulOp, DivOp, NegOp, AbsOp, PowOp>(op) &&
               llvm::all_of(op.getOperands(), each);
  }
  return may.lookup(function.front().getTerminator()->getOperand(0));
}

bool isArithmetic(func::FuncOp whole) {
  const ExactForm exact(whole);
  func::FuncOp function = exact.function();
  return llvm::all_of(function.front().without_terminator(), [](Operation &op) {
    if (constantValue(op.getResult(0)))
      return true;
    if (isa<PowOp>(op)) {
      constexpr double mostFactors = 3;
      const double exponent = constantValue(op.getOperand(1)).value_or(NAN);
      return std::fabs(exponent) <= mostFactors && exponent == std::floor(exponent);
    }
    return isa<AddOp, SubOp, MulOp, DivOp, NegOp, AbsOp, SqrtOp, SelectOp, MinOp, MaxOp, CompareOp,
               AndOp, OrOp, NotOp, SignOp, StepOp, FloorOp, CeilOp, RoundOp>(op);
  });
}

} // namespace xphi::compiler
