// From the result back to what fits are made out of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/FittedParts.h"

#include "dialect/Attributes.h"
#include "lowering/LogisticMean.h"
#include "lowering/PairArithmetic.h"
#include "lowering/UniformValues.h"
#include "lowering/UsualBranches.h"

using namespace mlir;

namespace xphi::compiler {

static_assert(int(FitTies::ToEven) == int(Fit::Ties::ToEven) &&
              int(FitTies::Up) == int(Fit::Ties::Up) && int(FitTies::None) == int(Fit::Ties::None));

// A fit makes pairs out of arguments and of what is made of parameters, so it needs no operation
// but one that must not be zero. Of the values that parameters choose from one may do.
llvm::DenseSet<Operation *> neededBesideFits(func::FuncOp function) {
  llvm::DenseSet<Operation *> needed;
  llvm::SmallVector<Operation *> waiting;
  auto need = [&](Value value) {
    if (Operation *before = value.getDefiningOp(); before && needed.insert(before).second)
      waiting.push_back(before);
  };
  for (Value result : function.front().getTerminator()->getOperands())
    need(result);
  while (!waiting.empty()) {
    Operation *op = waiting.pop_back_val();
    if (auto fitted = dyn_cast<FittedOp>(op)) {
      if (fitted.getNonzero())
        need(fitted.getNonzero());
    } else if (const unsigned alone = usualOperand(*op)) {
      need(op->getOperand(0));
      need(op->getOperand(alone));
    } else if (!takesPair(op) && !logisticMean(*op)) {
      llvm::for_each(op->getOperands(), need);
    }
  }
  return needed;
}

/// The argument of a minimum or maximum with what is made of parameters, if that and comparisons
/// are all that is made of it: an infinity that goes through is one of the result, too.
static Value heldArgument(Value value) {
  const auto holds = [](Operation *op) {
    return isa<MinOp, MaxOp>(op) && isUniformValue(op->getOperand(1));
  };
  Operation *op = value.getDefiningOp();
  if (!op || !holds(op) || !isa<BlockArgument>(op->getOperand(0)))
    return {};
  const bool isAll = llvm::all_of(op->getOperand(0).getUsers(), [&](Operation *user) {
    return isa<CompareOp>(user) ||
           (holds(user) && user->getOperand(0) == op->getOperand(0) &&
            user->getName() == op->getName() && user->getOperand(1) == op->getOperand(1));
  });
  return isAll ? op->getOperand(0) : Value();
}

llvm::SmallVector<Value> finiteWith(Operation &last) {
  const auto operands = isa<DivOp>(last) ? last.getOperands().take_front() : last.getOperands();
  if (llvm::all_of(last.getOperands(), isLeaf))
    return llvm::to_vector(ValueRange(operands));
  llvm::SmallVector<Value> held;
  for (Value each : operands)
    if (Value argument = isa<MulOp, AddOp, SubOp>(last) ? heldArgument(each) : Value())
      held.push_back(argument);
  return held;
}

static FittedOp nearestFit(func::FuncOp function) {
  Operation *last = function.front().getTerminator()->getOperand(0).getDefiningOp();
  if (auto product = dyn_cast_if_present<MulOp>(last))
    for (unsigned i : {0u, 1u}) {
      auto factor = dyn_cast<BlockArgument>(product->getOperand(i));
      if (factor && function.getArgAttr(factor.getArgNumber(), cotangentName))
        last = product->getOperand(1 - i).getDefiningOp();
    }
  auto fitted = dyn_cast_if_present<FittedOp>(last);
  return fitted && fitted.getNearest() ? fitted : FittedOp();
}

// Where every element was tried small ones are right as well, but as factors of an incoming
// gradient.
float firstTaken(FittedOp op, const Fit &fit) {
  const bool isTried =
      !op.getNormal() || (fit.isNearest && !said(op->getParentOfType<func::FuncOp>(), kernelName));
  return std::max({isTried ? 0 : fit.firstNormal, fit.firstNearest, fit.smallest});
}

bool isNearestFit(func::FuncOp function) { return bool(nearestFit(function)); }

Fit::Ties tiesOf(func::FuncOp function) {
  FittedOp fitted = nearestFit(function);
  return fitted ? Fit::Ties(fitted.getTies()) : Fit::Ties::ToEven;
}

} // namespace xphi::compiler
