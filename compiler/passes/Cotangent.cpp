// Cotangent: a slope becomes what backward gives, its product with the incoming gradient.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// That goes into choices, where they may be zero, and in front of a last factor that comes late
// (analysis/ErrorEstimate.h).
#include "dialect/Algebra.h"
#include "dialect/ExactForm.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedParts.h"
#include "lowering/SpecialInputs.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_COTANGENT
#include "XphiPasses.h.inc"

namespace {

bool isZero(Value value) { return rationalValue(value) == Rational(0); }

class GradientProduct {
public:
  GradientProduct(func::FuncOp function, Value dy, OpBuilder &builder) : dy(dy), builder(builder) {
    for (Operation &op : function.front().without_terminator()) {
      const auto operands = op.getOperands();
      if (isa<SelectOp>(op)) {
        const auto choices = operands.drop_front();
        if (llvm::any_of(choices, [&](Value each) { return mayBeZero(each); }))
          zeros.insert(op.getResult(0));
        if (mayBeZero(op.getResult(0)) ||
            llvm::any_of(choices, [&](Value each) { return apart.contains(each); }))
          apart.insert(op.getResult(0));
      } else if (isa<NegOp>(op) ? apart.contains(operands[0]) : op.hasAttr(lateName)) {
        apart.insert(op.getResult(0));
      }
    }
    Value slope = function.front().getTerminator()->getOperand(0);
    if (slope.getDefiningOp<SelectOp>() && mayBeZero(slope))
      nothing = zeroOrNan(function);
  }

  // Where a choice is zero, dy = inf gives zero, as in PyTorch: nothing passes there, but NaN. Not
  // through Algebra: dy·1 is dy, but a slope that is zero throughout stays a product.
  Value of(Value slope) {
    if (Value known = products.lookup(slope))
      return known;
    Operation *last = slope.getDefiningOp();
    Value product;
    if (!apart.contains(slope))
      product = make<MulOp>(slope, dy);
    else if (auto choice = dyn_cast<SelectOp>(last))
      product = builder.createOrFold<SelectOp>(slope.getLoc(), choice.getCondition(),
                                               ofChosen(choice.getThenValue()),
                                               ofChosen(choice.getElseValue()));
    else if (isa<NegOp>(last))
      product = make<NegOp>(of(last->getOperand(0)));
    else
      product = isa<MulOp>(last) ? before<MulOp>(*last) : before<DivOp>(*last);
    return products[slope] = product;
  }

private:
  template <class Op> Value before(Operation &last) {
    Value product = make<Op>(of(last.getOperand(0)), last.getOperand(1));
    Operation *made = product.getDefiningOp();
    if (last.hasAttr(finiteName) && isa_and_nonnull<Op>(made))
      made->setAttr(finiteName, builder.getUnitAttr());
    return product;
  }

  template <class Op, class... Operands> Value make(Operands... operands) {
    return builder.createOrFold<Op>(dy.getLoc(), operands...);
  }

  Value ofChosen(Value slope) {
    if (!isZero(slope))
      return of(slope);
    return nothing ? nothing : slope;
  }

  bool mayBeZero(Value value) const { return zeros.contains(exactValue(value)) || isZero(value); }

  // Zero, but NaN where dy is, at less cost than what LowerToBody adds to a function that loses a
  // NaN: one comparison, which serves for two inputs. So not where x is lost, too.
  Value zeroOrNan(func::FuncOp function) {
    for (BlockArgument input : function.getArguments())
      if (input != dy && function.getArgAttr(input.getArgNumber(), inputName) &&
          !input.getType().isInteger(1) && !propagatesNan(function, input))
        return {};
    Location location = dy.getLoc();
    Value zero = ConstantOp::create(builder, location, "0");
    return MinOp::create(builder, location, AbsOp::create(builder, location, dy), zero);
  }

  const Value dy;
  OpBuilder &builder;
  Value nothing; ///< what stands for a zero that was chosen; null for itself
  llvm::DenseSet<Value> zeros, apart;
  llvm::DenseMap<Value, Value> products;
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
    Value slope = terminator->getOperand(0);
    const Operation *last = slope.getDefiningOp();
    terminator->setOperand(
        0, GradientProduct(function, function.getArgument(position), builder).of(slope));
    // What the gradient went in front of is not needed, nor are its guards. Where it has none it
    // may stay: what else is made of a guarded product would be chosen alone then, and its guard
    // with it, by one operation more.
    const llvm::DenseSet<Operation *> needed = neededBesideFits(function);
    const bool areGuarded = llvm::any_of(function.front(), [&](Operation &op) {
      return op.hasAttr(finiteName) && !needed.contains(&op);
    });
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
      if (isOpTriviallyDead(&op) && (areGuarded || &op == last))
        op.erase();
  }
};

} // namespace

} // namespace xphi::compiler
