// Sums, products, min and max with constants are taken off, from the outside in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/Thresholds.h"

#include "dialect/Algebra.h"
#include "dialect/Comparison.h"

#include <utility>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Whether a float compares with the nearest double as it does with the number.
bool isToldByDouble(const Rational &bound) {
  const double nearest = bound.toDouble();
  return bound.isDouble() || double(float(nearest)) != nearest;
}

struct Threshold {
  Value value;
  Predicate predicate;
  Rational bound;

  /// One operation less; false where there is none that can be taken off.
  bool takeOff() {
    Operation *op = value.getDefiningOp();
    if (auto negative = dyn_cast_if_present<NegOp>(op))
      return becomes(negative.getOperand(), -bound, true);
    if (!isa_and_nonnull<AddOp, SubOp, MulOp, DivOp, MinOp, MaxOp>(op))
      return false;
    const std::optional<Rational> left = rationalValue(op->getOperand(0)),
                                  right = rationalValue(op->getOperand(1));
    if (left.has_value() == right.has_value())
      return false;
    const Rational &constant = left ? *left : *right;
    Value other = op->getOperand(left ? 1 : 0);
    if (isa<AddOp>(op))
      return becomes(other, bound - constant, false);
    if (isa<SubOp>(op))
      return left ? becomes(other, constant - bound, true)
                  : becomes(other, bound + constant, false);
    if (isa<MinOp, MaxOp>(op)) {
      const Rational distance = isa<MaxOp>(op) ? bound - constant : constant - bound;
      return !distance.isZero() && !distance.isNegative() && becomes(other, bound, false);
    }
    if (constant.isZero() || (isa<DivOp>(op) && left))
      return false;
    return becomes(other, isa<MulOp>(op) ? bound / constant : bound * constant,
                   constant.isNegative());
  }

private:
  bool becomes(Value other, Rational newBound, bool isMirrored) {
    value = other;
    bound = std::move(newBound);
    if (isMirrored)
      predicate = mirrored(predicate);
    return true;
  }
};

struct MoveConstants : OpRewritePattern<CompareOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CompareOp op, PatternRewriter &rewriter) const override {
    const std::optional<Rational> bound = rationalValue(op.getRhs());
    if (!bound)
      return failure();
    Threshold threshold{op.getLhs(), op.getPredicate(), *bound};
    constexpr unsigned longest = 256; // digits of a bound
    while (threshold.bound.bits() <= longest && threshold.takeOff())
      ;
    if (threshold.value == op.getLhs() || !isToldByDouble(threshold.bound))
      return failure();
    Value number = ConstantOp::create(rewriter, op.getLoc(), threshold.value.getType(),
                                      rewriter.getStringAttr(threshold.bound.fraction()));
    rewriter.replaceOpWithNewOp<CompareOp>(op, op.getType(), threshold.predicate, threshold.value,
                                           number);
    return success();
  }
};

} // namespace

void addThresholds(RewritePatternSet &patterns) {
  patterns.add<MoveConstants>(patterns.getContext());
}

} // namespace xphi::compiler
