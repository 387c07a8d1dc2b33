// Derive: the derivative of a function, by one forward sweep of tangents for each order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules stand with the operations (dialect/Derivatives.cpp); here is only the order of the
// sweep. It goes branch by branch, since a select's tangent selects between tangents: no NaN leaks
// from the branch not taken. Sums of tangents are marked: they are what a derivative's error is
// measured against.
#include "dialect/Algebra.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_DROPCUSTOMGRADIENTS
#include "XphiPasses.h.inc"

#define GEN_PASS_DEF_DERIVE
#include "XphiPasses.h.inc"

namespace {

// The tangent of what `function` returns along one of its arguments, or null for zero.
Value tangentOfResult(func::FuncOp function, unsigned variable) {
  Operation *terminator = function.front().getTerminator();
  OpBuilder builder(terminator);
  llvm::DenseMap<Value, Value> tangents;
  tangents[function.getArgument(variable)] = Algebra(builder, function.getLoc()).constant(1);

  auto isThere = [](Value tangent) { return bool(tangent); };
  llvm::SmallVector<Operation *> operations;
  for (Operation &op : function.front().without_terminator())
    operations.push_back(&op);
  for (Operation *op : operations) {
    auto differentiable = dyn_cast<Differentiable>(op);
    if (!differentiable)
      continue;
    llvm::SmallVector<Value> incoming;
    for (Value operand : op->getOperands())
      incoming.push_back(tangents.lookup(operand));
    if (llvm::none_of(incoming, isThere))
      continue;
    Operation *before = terminator->getPrevNode();
    Value tangent = differentiable.differentiate(builder, incoming);
    if (!tangent)
      continue;
    tangents[op->getResult(0)] = tangent;
    if (isa<AddOp, SubOp, MulOp>(op) && llvm::all_of(incoming, isThere))
      if (Operation *sum = tangent.getDefiningOp();
          isa_and_nonnull<AddOp, SubOp>(sum) && before->isBeforeInBlock(sum))
        sum->setAttr(slopesName, builder.getUnitAttr());
  }
  return tangents.lookup(terminator->getOperand(0));
}

struct Derive : impl::DeriveBase<Derive> {
  using Base::Base;

  void runOnOperation() final {
    func::FuncOp function = getOperation();
    Operation *terminator = function.front().getTerminator();
    for (unsigned i = 0; i < order; ++i) {
      Value tangent = tangentOfResult(function, variable);
      if (!tangent) {
        OpBuilder builder(terminator);
        tangent = Algebra(builder, function.getLoc()).constant(0);
      }
      terminator->setOperand(0, tangent);
    }
  }
};

struct DropCustomGradients : impl::DropCustomGradientsBase<DropCustomGradients> {

  void runOnOperation() final {
    for (auto op : llvm::make_early_inc_range(getOperation().getOps<CustomGradientOp>())) {
      op.getResult().replaceAllUsesWith(op.getValue());
      op.erase();
    }
    for (auto op : getOperation().getOps<SignOp>())
      op.removeCornerAttr();
  }
};

} // namespace

} // namespace xphi::compiler
