// x < sin(x) as x - sin(x) < 0, for as long as it takes to find a fit of that.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/ComparedParts.h"

#include "analysis/ErrorEstimate.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr llvm::StringLiteral comparedName = "compared";

bool isInput(func::FuncOp function, BlockArgument argument) {
  const unsigned i = argument.getArgNumber();
  return function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName) &&
         !argument.getType().isInteger(1);
}

// Whether both sides are functions of one input, and not of arithmetic alone. What is compared with
// 0 is a difference already.
bool comparesFunctions(func::FuncOp function, CompareOp compare) {
  if (constantValue(compare.getLhs()) == 0.0 || constantValue(compare.getRhs()) == 0.0)
    return false;
  llvm::SetVector<Value> reached;
  reached.insert_range(compare->getOperands());
  bool isOfFunction = false;
  BlockArgument input;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    Operation *op = reached[i].getDefiningOp();
    if (!op) {
      auto argument = cast<BlockArgument>(reached[i]);
      if (!isInput(function, argument) || (input && input != argument))
        return false;
      input = argument;
      continue;
    }
    if (isa<DroppedOp>(op))
      return false;
    isOfFunction |= isElementary(*op);
    reached.insert_range(op->getOperands());
  }
  return input && isOfFunction;
}

SubOp comparedDifference(CompareOp compare) {
  auto difference = exactValue(compare.getLhs()).getDefiningOp<SubOp>();
  return difference && difference->hasAttr(comparedName) ? difference : SubOp();
}

} // namespace

bool isElementary(Operation &op) {
  return !isa<ConstantOp, AddOp, SubOp, MulOp, DivOp, NegOp, MinOp, MaxOp, AbsOp, SignOp, StepOp,
              FloorOp, CeilOp, RoundOp, CompareOp, AndOp, OrOp, NotOp, SelectOp, CustomGradientOp>(
      op);
}

bool isOnlyCompared(Value value) {
  Operation *op = exactValue(value).getDefiningOp();
  return op && op->hasAttr(comparedName);
}

ComparedParts::ComparedParts(func::FuncOp function) : function(function) {
  OpBuilder builder(function.getContext());
  Value zero;
  llvm::DenseMap<std::pair<Value, Value>, Value> differences;
  for (auto compare : llvm::make_early_inc_range(function.getOps<CompareOp>())) {
    if (!comparesFunctions(function, compare))
      continue;
    if (!zero) {
      builder.setInsertionPointToStart(&function.front());
      zero = ConstantOp::create(builder, compare.getLoc(), compare.getLhs().getType(),
                                builder.getStringAttr("0"));
    }
    Value &difference = differences[{compare.getLhs(), compare.getRhs()}];
    if (!difference) {
      builder.setInsertionPoint(compare);
      auto made = SubOp::create(builder, compare.getLoc(), compare.getLhs(), compare.getRhs());
      made->setAttr(comparedName, builder.getUnitAttr());
      difference = made;
    }
    compare->setOperands({difference, zero});
  }
}

ComparedParts::~ComparedParts() {
  const bool isOfUse = isPromisedInF32(function);
  llvm::SetVector<Operation *> differences;
  for (auto compare : function.getOps<CompareOp>())
    if (SubOp difference = comparedDifference(compare)) {
      differences.insert(difference);
      if (!isOfUse || !compare.getLhs().getDefiningOp<FittedOp>())
        compare->setOperands(difference->getOperands());
    }
  for (Operation *difference : differences) {
    difference->removeAttr(comparedName);
    for (Operation *user : llvm::make_early_inc_range(difference->getUsers()))
      if (user->use_empty()) // its fit
        user->erase();
    if (difference->use_empty())
      difference->erase();
  }
}

} // namespace xphi::compiler
