// Derive: the derivative of a function, by one forward sweep of tangents for each order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules stand with the operations (dialect/Derivatives.cpp); here is only the order of the
// sweep. It goes branch by branch, since a select's tangent selects between tangents: no NaN leaks
// from the branch not taken. Sums of tangents are marked: they are what a derivative's error is
// measured against.
#include "dialect/Algebra.h"
#include "dialect/ExactForm.h"
#include "lowering/SpecialInputs.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_COTANGENT
#include "XphiPasses.h.inc"

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

struct Cotangent : impl::CotangentBase<Cotangent> {

  void runOnOperation() final {
    func::FuncOp function = getOperation();
    unsigned position = 0;
    while (position < function.getNumArguments() && function.getArgAttr(position, inputName))
      ++position;
    OpBuilder builder(function.front().getTerminator());
    auto attributes =
        builder.getDictionaryAttr({builder.getNamedAttr(cotangentName, builder.getUnitAttr()),
                                   builder.getNamedAttr(inputName, builder.getStringAttr("dy"))});
    if (failed(function.insertArgument(position, RealType::get(&getContext()), attributes,
                                       function.getLoc())))
      return signalPassFailure();
    Operation *terminator = function.front().getTerminator();
    Value gradient = terminator->getOperand(0);
    Value dy = function.getArgument(position);
    Operation *last = gradient.getDefiningOp();
    const bool isChoice = isa_and_nonnull<SelectOp>(last) && hasZero(gradient);
    Value nothing = isChoice ? zeroOrNan(function, dy, builder) : Value();
    Value product = times(gradient, dy, nothing, builder);
    terminator->setOperand(0, product);
    if (Operation *unused = gradient.getDefiningOp(); unused && isOpTriviallyDead(unused))
      unused->erase();
  }

  // Where a choice is zero, dy = inf gives zero, as in PyTorch: nothing passes there, but NaN. Not
  // through Algebra: dy·1 is dy, but a gradient that is zero throughout stays a product.
  static Value times(Value gradient, Value dy, Value nothing, OpBuilder &builder) {
    auto choice = gradient.getDefiningOp<SelectOp>();
    if (!choice || !hasZero(gradient))
      return builder.createOrFold<MulOp>(gradient.getLoc(), gradient, dy);
    auto part = [&](Value value) {
      if (!isZero(value))
        return times(value, dy, nothing, builder);
      return nothing ? nothing : value;
    };
    Value then = part(choice.getThenValue()), otherwise = part(choice.getElseValue());
    return builder.createOrFold<SelectOp>(gradient.getLoc(), choice.getCondition(), then,
                                          otherwise);
  }

  // Zero, but NaN where dy is, at less cost than what LowerToBody adds to a function that loses a
  // NaN: one comparison, which serves for two inputs. So not where x is lost, too.
  static Value zeroOrNan(func::FuncOp function, Value dy, OpBuilder &builder) {
    for (BlockArgument input : function.getArguments())
      if (input != dy && function.getArgAttr(input.getArgNumber(), inputName) &&
          !input.getType().isInteger(1) && !propagatesNan(function, input))
        return {};
    Location location = dy.getLoc();
    Value zero = ConstantOp::create(builder, location, "0");
    return MinOp::create(builder, location, AbsOp::create(builder, location, dy), zero);
  }

  static bool isZero(Value value) { return rationalValue(value) == Rational(0); }

  static bool hasZero(Value value) {
    auto choice = exactValue(value).getDefiningOp<SelectOp>();
    return isZero(value) ||
           (choice && (hasZero(choice.getThenValue()) || hasZero(choice.getElseValue())));
  }
};

} // namespace

} // namespace xphi::compiler
