// Where NaN is passed on or lost, and where infinity meets zero or infinity.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/SpecialInputs.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/Growth.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseSet.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Every value that depends on this argument, itself included.
llvm::DenseSet<Value> dependents(func::FuncOp function, Value argument) {
  llvm::DenseSet<Value> values{argument};
  for (Operation &op : function.front().without_terminator())
    if (llvm::any_of(op.getOperands(), [&](Value operand) { return values.contains(operand); }))
      values.insert(op.getResult(0));
  return values;
}

bool takesInfinity(Operation &op) {
  auto function = dyn_cast<FunctionOfOne>(op);
  return function && llvm::is_contained({FunctionFacts::Growth::Line, FunctionFacts::Growth::Sign},
                                        function.facts().growth);
}

// Whether infinity in this input can meet zero or infinity and make NaN, where the function has a
// limit. With another input there is no limit: 0·∞ stays what it is.
bool mayMeetIndeterminate(func::FuncOp function, BlockArgument input) {
  const llvm::DenseSet<Value> onThis = dependents(function, input);
  llvm::DenseSet<Value> onOthers;
  for (BlockArgument argument : function.getArguments())
    if (argument != input && function.getArgAttr(argument.getArgNumber(), inputName))
      onOthers.insert_range(dependents(function, argument));
  for (Operation &op : function.front().without_terminator()) {
    if (!onThis.contains(op.getResult(0)))
      continue;
    bool all =
        llvm::all_of(op.getOperands(), [&](Value operand) { return onThis.contains(operand); });
    if (isa<MulOp>(op) && op.getOperand(0) == op.getOperand(1))
      continue; // ∞² is ∞
    if (isa<MulOp>(op)) {
      Value other = op.getOperand(onThis.contains(op.getOperand(0)) ? 1 : 0);
      std::optional<double> factor = constantValue(other);
      if (all || (!onOthers.contains(other) && (!factor || *factor == 0)))
        return true;
    } else if (isa<AddOp, SubOp, DivOp>(op)) {
      if (all)
        return true;
    } else if (!isa<SelectOp, CompareOp, MinOp, MaxOp, AndOp, OrOp, NotOp>(op) &&
               !takesInfinity(op)) {
      return true;
    }
  }
  return false;
}

} // namespace

bool propagatesNan(func::FuncOp whole, BlockArgument input) {
  const ExactForm exact(whole);
  func::FuncOp function = exact.function();
  llvm::DenseSet<Value> nan{exact.of(input)};
  auto isNan = [&](Value value) { return nan.contains(value); };
  // A comparison with NaN fails.
  auto fails = [&](Value condition) {
    auto compare = condition.getDefiningOp<CompareOp>();
    return compare && compare.getPredicate() != Predicate::NotEqual &&
           (isNan(compare.getLhs()) || isNan(compare.getRhs()));
  };
  for (Operation &op : function.front().without_terminator()) {
    if (isa<CompareOp, AndOp, OrOp, NotOp, PowOp>(op))
      continue;
    auto select = dyn_cast<SelectOp>(op);
    if (select ? isNan(select.getElseValue()) &&
                     (isNan(select.getThenValue()) || fails(select.getCondition()))
               : llvm::any_of(op.getOperands(), isNan))
      nan.insert(op.getResult(0));
  }
  return isNan(function.front().getTerminator()->getOperand(0));
}

// Two arguments take one comparison: their sum is NaN where either is.
Number keepNan(func::FuncOp function, Number result, ArrayRef<Value> arguments, bool isQuiet) {
  const Numbers &n = *result.numbers;
  llvm::SmallVector<Number> lost;
  for (BlockArgument input : function.getArguments())
    if (function.getArgAttr(input.getArgNumber(), inputName) && !input.getType().isInteger(1) &&
        !propagatesNan(function, input))
      lost.push_back(n.wrap(arguments[input.getArgNumber()]));
  for (unsigned i = 0; i < lost.size(); i += 2) {
    const bool isLast = i + 1 == lost.size();
    Number a = lost[i], b = isLast ? a : lost[i + 1];
    Mask either{&n, arith::CmpFOp::create(n.builder, n.location, arith::CmpFPredicate::UNO, a.value,
                                          b.value)};
    result = select(either, isLast && !isQuiet ? a : a + b, result);
  }
  return result;
}

llvm::SmallVector<unsigned> limitedInputs(func::FuncOp whole) {
  const ExactForm exact(whole);
  func::FuncOp function = exact.function();
  llvm::SmallVector<unsigned> limited;
  if (!hasLimit(function))
    return limited;
  for (BlockArgument argument : function.getArguments()) {
    if (isGrowing(function, argument) && mayMeetIndeterminate(function, argument))
      limited.push_back(argument.getArgNumber());
  }
  return limited;
}

// A logarithm of 2^500 is infinite (Elementary.cpp).
double standInForInfinity(func::FuncOp function) {
  bool hasLogarithm = llvm::any_of(function.front().without_terminator(), [](Operation &op) {
    auto function = dyn_cast<FunctionOfOne>(op);
    return function && function.facts().growth == FunctionFacts::Growth::Logarithm &&
           !constantValue(op.getResult(0));
  });
  double degree = growthOfResult(function).degree;
  return hasLogarithm || (degree != 0 && std::abs(degree) < 0.94) ? 0x1p500 : 0x1p160;
}

} // namespace xphi::compiler
