// GatherParameters: what depends on parameters alone becomes one factor, which is computed once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// (x·α·f(x))/γ becomes (x·f(x))·(α/γ), and f·u + g·u becomes (f + g)·u: what is left is a function
// of the inputs, and the only product that may leave the range of f32 is the last. (α·x)·f + γ·x
// becomes x·(α·f + γ), whose terms may have one sign where x has both. All that is made
// of parameters is marked `uniform`: it is the same for all elements, so it is evaluated in
// f64 and rounded once, at no cost (lowering/UniformValues.h).
#include "dialect/Algebra.h"
#include "lowering/UniformValues.h"
#include "passes/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_GATHERPARAMETERS
#include "XphiPasses.h.inc"

namespace {

struct Factors {
  llvm::SmallVector<Value, 4> over, under;
};

class Gatherer {
public:
  explicit Gatherer(func::FuncOp function) : function(function) {}

  void run() {
    // A sum of which a factor was taken out may be a factor itself.
    constexpr int rounds = 2;
    for (int round = 0; round < rounds; ++round) {
      gatherProducts();
      eraseUnused();
      IRRewriter rewriter(function.getContext());
      DominanceInfo dominance(function);
      eliminateCommonSubExpressions(rewriter, dominance, function);
      takeOutOfSums();
      takeInputsOut();
      eraseUnused();
    }
  }

private:
  bool isUniform(Value value) const { return isUniformValue(value); }
  bool isFixed(Value value) const { return constantValue(value) || isUniform(value); }

  // A product that is no factor of another alone.
  bool isRoot(Operation &op) const {
    if (!isa<MulOp, DivOp>(op) || isFixed(op.getResult(0)))
      return false;
    for (Operation *each = &op; each->hasOneUse();) {
      each = *each->user_begin();
      if (isa<MulOp, DivOp>(each))
        return false;
      if (!isa<NegOp>(each))
        break;
    }
    return true;
  }

  void takeApart(Value value, bool isInverted, bool isRoot) {
    Operation *op = value.getDefiningOp();
    const bool isOpen = op && (isRoot || op->hasOneUse());
    if (isFixed(value)) {
      (isInverted ? fixed.under : fixed.over).push_back(value);
    } else if (isOpen && isa<MulOp, DivOp>(op)) {
      takeApart(op->getOperand(0), isInverted, false);
      takeApart(op->getOperand(1), isInverted != isa<DivOp>(op), false);
    } else if (isOpen && isa<NegOp>(op)) {
      isNegative = !isNegative;
      takeApart(op->getOperand(0), isInverted, false);
    } else {
      (isInverted ? varying.under : varying.over).push_back(value);
    }
  }

  void gatherProducts() {
    for (Operation &op : llvm::make_early_inc_range(function.front().without_terminator())) {
      if (!isRoot(op))
        continue;
      varying = fixed = {};
      isNegative = false;
      takeApart(op.getResult(0), false, true);
      const auto parameters = llvm::count_if(llvm::concat<Value>(fixed.over, fixed.under),
                                             [&](Value each) { return isUniform(each); });
      const size_t all = fixed.over.size() + fixed.under.size(),
                   varies = varying.over.size() + varying.under.size();
      if (parameters == 0 || (varies == 1 && all == 1 && !isNegative))
        continue;
      op.getResult(0).replaceAllUsesWith(gathered(op));
    }
  }

  Value gathered(Operation &op) {
    OpBuilder builder(&op);
    Algebra algebra(builder, op.getLoc());
    auto product = [&](ArrayRef<Value> factors) {
      Value result;
      for (Value each : factors)
        result = result ? MulOp::create(builder, op.getLoc(), result, each).getResult() : each;
      return result;
    };
    auto over = [&](Value a, Value b) {
      return b ? DivOp::create(builder, op.getLoc(), a, b).getResult() : a;
    };
    Value factor = product(fixed.over), divisor = product(fixed.under);
    if (factor) {
      factor = over(factor, divisor);
      divisor = {};
    }
    if (isNegative) {
      Value &signOf = factor ? factor : divisor;
      signOf = NegOp::create(builder, op.getLoc(), signOf);
    }
    Value result = product(varying.over);
    if (!result)
      return over(factor ? factor : over(algebra.constant(Rational(1)), divisor),
                  product(varying.under));
    result = over(result, product(varying.under));
    return factor ? MulOp::create(builder, op.getLoc(), result, factor).getResult()
                  : over(result, divisor);
  }

  void takeOutOfSums() {
    for (Operation &op : llvm::make_early_inc_range(function.front().without_terminator())) {
      if (!isa<AddOp, SubOp>(op))
        continue;
      auto a = op.getOperand(0).getDefiningOp<MulOp>(), b = op.getOperand(1).getDefiningOp<MulOp>();
      if (!a || !b || !a->hasOneUse() || !b->hasOneUse())
        continue;
      OpBuilder builder(&op);
      for (Value common : a->getOperands()) {
        if (!isUniform(common))
          continue;
        Value rest = without(common, b, builder);
        if (!rest)
          continue;
        Operation *sum = builder.clone(op);
        sum->setOperands({a.getRhs() == common ? a.getLhs() : a.getRhs(), rest});
        op.getResult(0).replaceAllUsesWith(
            MulOp::create(builder, op.getLoc(), sum->getResult(0), common));
        break;
      }
    }
  }

  void takeInputsOut() {
    for (Operation &op : llvm::make_early_inc_range(function.front().without_terminator())) {
      if (!isa<AddOp, SubOp>(op))
        continue;
      const std::optional<MultipleOfInput> a = multipleOf(op.getOperand(0)),
                                           b = multipleOf(op.getOperand(1));
      // Of multiples alone the sum is one, and nothing has a sign.
      if (!a || !b || a->input != b->input || !(a->other || b->other))
        continue;
      OpBuilder builder(&op);
      const auto rest = [&](const MultipleOfInput &each) {
        return each.other ? MulOp::create(builder, op.getLoc(), each.other, each.factor).getResult()
                          : each.factor;
      };
      Operation *sum = builder.clone(op);
      sum->setOperands({rest(*a), rest(*b)});
      sum->moveBefore(&op);
      op.getResult(0).replaceAllUsesWith(
          MulOp::create(builder, op.getLoc(), a->input, sum->getResult(0)));
    }
  }

  /// (factor·input)·other, of a factor made of parameters; without the last where it is null.
  struct MultipleOfInput {
    Value input, factor, other;
  };
  std::optional<MultipleOfInput> multipleOf(Value term) const {
    auto product = term.getDefiningOp<MulOp>();
    if (!product)
      return std::nullopt;
    for (const unsigned i : {0u, 1u}) {
      Value one = product->getOperand(i), other = product->getOperand(1 - i);
      if (isUniform(one) && isa<BlockArgument>(other) && !isUniform(other))
        return MultipleOfInput{other, one, {}};
    }
    for (const unsigned i : {0u, 1u})
      if (auto multiple = multipleOf(product->getOperand(i)); multiple && !multiple->other)
        return MultipleOfInput{multiple->input, multiple->factor, product->getOperand(1 - i)};
    return std::nullopt;
  }

  /// The product's other operand; or, where an operand is a product of `common` and another
  /// parameter, what is left, if one of the product's factors is multiplied by that already, as it
  /// is in the slope of (c·x)·f(b·(c·x)). Null where there is no such factor.
  static Value without(Value common, MulOp product, OpBuilder &builder) {
    for (const unsigned i : {1, 0}) {
      Value factor = product->getOperand(i), other = product->getOperand(1 - i);
      if (factor == common)
        return other;
      auto parameters = factor.getDefiningOp<MulOp>();
      auto factors = other.getDefiningOp<MulOp>();
      if (!parameters || !factors || !other.hasOneUse() ||
          !llvm::is_contained(parameters->getOperands(), common))
        continue;
      Value left = parameters->getOperand(parameters.getLhs() == common ? 1 : 0);
      for (const unsigned j : {0, 1})
        if (Value made = productOf(factors->getOperand(j), left, product))
          return MulOp::create(builder, product.getLoc(), made, factors->getOperand(1 - j));
    }
    return {};
  }

  /// One that there is before `place`; null if there is none.
  static Value productOf(Value a, Value b, Operation *place) {
    for (Operation *user : a.getUsers())
      if (isa<MulOp>(user) && llvm::is_contained(user->getOperands(), b) &&
          user->isBeforeInBlock(place))
        return user->getResult(0);
    return {};
  }

  void eraseUnused() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
      if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty())
        op.erase();
  }

  func::FuncOp function;
  Factors varying, fixed;
  bool isNegative = false;
};

// In f32, too.
bool isExact(Operation &op) {
  return isa<NegOp, AbsOp>(op) && isa<BlockArgument>(op.getOperand(0));
}

struct GatherParameters : impl::GatherParametersBase<GatherParameters> {

  void runOnOperation() final {
    Gatherer(getOperation()).run();
    for (Operation &op : getOperation().front().without_terminator())
      if (isUniformValue(op.getResult(0)) && !isExact(op))
        op.setAttr(uniformName, UnitAttr::get(&getContext()));
  }
};

} // namespace

} // namespace xphi::compiler
