// Simplify: the same function with fewer operations, as a person would write it down.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every rule is an identity of real numbers. Signs and constants move outwards so that they meet
// and cancel; equal terms and factors are joined. Unused operations go by dead-code elimination.
#include "dialect/Algebra.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

bool isNegation(Value value) { return value.getDefiningOp<NegOp>() != nullptr; }

// a + (−b) → a − b, a·(−b) → −(a·b) and their kin: built again through Algebra.
template <class Op> struct MoveSignOut : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Value a = op.getLhs(), b = op.getRhs();
    if (!isNegation(a) && !isNegation(b))
      return failure();
    Algebra algebra(rewriter, op.getLoc());
    if constexpr (std::is_same_v<Op, AddOp>) {
      rewriter.replaceOp(op, algebra.add(a, b));
    } else if constexpr (std::is_same_v<Op, SubOp>) {
      if (!isNegation(b)) // −a − b has no shorter form
        return failure();
      rewriter.replaceOp(op, algebra.sub(a, b));
    } else if constexpr (std::is_same_v<Op, MulOp>) {
      rewriter.replaceOp(op, algebra.mul(a, b));
    } else {
      rewriter.replaceOp(op, algebra.div(a, b));
    }
    return success();
  }
};

// −(a − b) → b − a
struct NegatedDifference : OpRewritePattern<NegOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(NegOp op, PatternRewriter &rewriter) const override {
    auto difference = op.getOperand().getDefiningOp<SubOp>();
    if (!difference)
      return failure();
    rewriter.replaceOpWithNewOp<SubOp>(op, difference.getRhs(), difference.getLhs());
    return success();
  }
};

ConstantOp constantFactor(MulOp product) {
  return product ? product.getRhs().getDefiningOp<ConstantOp>() : ConstantOp();
}

// a·(b·c) → (a·b)·c for a constant c, and c₁·c₂ folds.
struct MoveConstantOut : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    for (auto [one, other] : {std::pair(op.getLhs(), op.getRhs()), {op.getRhs(), op.getLhs()}}) {
      auto inner = other.getDefiningOp<MulOp>();
      ConstantOp constant = constantFactor(inner);
      if (!constant)
        continue;
      Algebra algebra(rewriter, op.getLoc());
      if (one.getDefiningOp<ConstantOp>())
        rewriter.replaceOp(op, algebra.mul(inner.getLhs(), algebra.mul(one, constant)));
      else
        rewriter.replaceOp(op, algebra.mul(algebra.mul(one, inner.getLhs()), constant));
      return success();
    }
    return failure();
  }
};

// a + a → 2a, and a + (a − b) → 2a − b
struct JoinEqualTerms : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op, PatternRewriter &rewriter) const override {
    Algebra algebra(rewriter, op.getLoc());
    if (op.getLhs() == op.getRhs()) {
      rewriter.replaceOp(op, algebra.mul(op.getLhs(), algebra.constant(2)));
      return success();
    }
    for (auto [one, other] : {std::pair(op.getLhs(), op.getRhs()), {op.getRhs(), op.getLhs()}}) {
      auto difference = other.getDefiningOp<SubOp>();
      if (!difference || difference.getLhs() != one)
        continue;
      rewriter.replaceOp(op,
                         algebra.sub(algebra.mul(one, algebra.constant(2)), difference.getRhs()));
      return success();
    }
    return failure();
  }
};

// a·sign(a) → |a|
struct JoinSign : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    for (auto [one, other] : {std::pair(op.getLhs(), op.getRhs()), {op.getRhs(), op.getLhs()}})
      if (auto sign = other.getDefiningOp<SignOp>(); sign && sign.getOperand() == one) {
        rewriter.replaceOpWithNewOp<AbsOp>(op, one);
        return success();
      }
    return failure();
  }
};

// (a + b) − b → a
struct CancelTerm : OpRewritePattern<SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SubOp op, PatternRewriter &rewriter) const override {
    auto sum = op.getLhs().getDefiningOp<AddOp>();
    if (!sum || (sum.getLhs() != op.getRhs() && sum.getRhs() != op.getRhs()))
      return failure();
    rewriter.replaceOp(op, sum.getLhs() == op.getRhs() ? sum.getRhs() : sum.getLhs());
    return success();
  }
};

// a·(a·b) → a²·b, so that powers are computed once and factors can be found.
struct JoinPowers : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    for (auto [one, other] : {std::pair(op.getLhs(), op.getRhs()), {op.getRhs(), op.getLhs()}}) {
      auto inner = other.getDefiningOp<MulOp>();
      if (!inner || one.getDefiningOp<ConstantOp>())
        continue;
      if (inner.getLhs() == inner.getRhs() || (inner.getLhs() != one && inner.getRhs() != one))
        continue;
      Value rest = inner.getLhs() == one ? inner.getRhs() : inner.getLhs();
      Algebra algebra(rewriter, op.getLoc());
      rewriter.replaceOp(op, algebra.mul(algebra.square(one), rest));
      return success();
    }
    return failure();
  }
};

// a·c ± b·c → (a ± b)·c, where c is no constant: one product less, and one sum that can be exact.
template <class Op> struct TakeFactorOut : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto a = op.getLhs().template getDefiningOp<MulOp>();
    auto b = op.getRhs().template getDefiningOp<MulOp>();
    if (!a || !b || a == b)
      return failure();
    for (auto [common, rest] : {std::pair(a.getLhs(), a.getRhs()), {a.getRhs(), a.getLhs()}}) {
      if (common.template getDefiningOp<ConstantOp>())
        continue;
      if (b.getLhs() != common && b.getRhs() != common)
        continue;
      Value other = b.getLhs() == common ? b.getRhs() : b.getLhs();
      Algebra algebra(rewriter, op.getLoc());
      Value sum = std::is_same_v<Op, AddOp> ? algebra.add(rest, other) : algebra.sub(rest, other);
      rewriter.replaceOp(op, algebra.mul(sum, common));
      return success();
    }
    return failure();
  }
};

struct Simplify : PassWrapper<Simplify, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Simplify)
  StringRef getArgument() const final { return "xphi-simplify"; }
  StringRef getDescription() const final { return "Fold, join equal terms, remove repetition"; }

  LogicalResult initialize(MLIRContext *context) final {
    RewritePatternSet rules(context);
    rules.add<MoveSignOut<AddOp>, MoveSignOut<SubOp>, MoveSignOut<MulOp>, MoveSignOut<DivOp>,
              NegatedDifference, MoveConstantOut, JoinEqualTerms, JoinPowers, JoinSign, CancelTerm,
              TakeFactorOut<AddOp>, TakeFactorOut<SubOp>>(context);
    patterns = std::move(rules);
    return success();
  }

  void runOnOperation() final {
    // Equal subexpressions must be one value before equal terms can be seen, and joining terms
    // makes new equal subexpressions: two rounds reach the fixed point in practice.
    for (int round = 0; round < 2; ++round) {
      removeRepetition();
      if (failed(applyPatternsGreedily(getOperation(), patterns)))
        return signalPassFailure();
    }
    removeRepetition();
  }

  void removeRepetition() {
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

  FrozenRewritePatternSet patterns;
};

} // namespace

std::unique_ptr<Pass> createSimplifyPass() { return std::make_unique<Simplify>(); }

} // namespace xphi::compiler
