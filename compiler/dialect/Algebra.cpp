// Builds xphi operations the way one writes mathematics, folding as it goes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Algebra.h"

using namespace mlir;

namespace xphi::compiler {

static Value negated(Value value) {
  auto op = value.getDefiningOp<NegOp>();
  return op ? op.getOperand() : Value();
}

Value Algebra::add(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  if (Value inner = negated(b))
    return sub(a, inner);
  if (Value inner = negated(a))
    return sub(b, inner);
  return make<AddOp>(a, b);
}

Value Algebra::sub(Value a, Value b) {
  if (!b)
    return a;
  if (!a)
    return neg(b);
  if (Value inner = negated(b))
    return add(a, inner);
  return make<SubOp>(a, b);
}

Value Algebra::mul(Value a, Value b) {
  if (!a || !b)
    return {};
  if (Value inner = negated(a))
    return neg(mul(inner, b));
  if (Value inner = negated(b))
    return neg(mul(a, inner));
  if (rationalValue(a) == Rational(-1))
    return neg(b);
  if (rationalValue(b) == Rational(-1))
    return neg(a);
  return make<MulOp>(a, b);
}

Value Algebra::div(Value a, Value b) {
  if (!a)
    return {};
  if (Value inner = negated(a))
    return neg(div(inner, b));
  if (Value inner = negated(b))
    return neg(div(a, inner));
  return make<DivOp>(a, b);
}

Value Algebra::neg(Value a) {
  if (!a)
    return {};
  if (Value inner = negated(a))
    return inner;
  if (auto difference = a.getDefiningOp<SubOp>())
    return sub(difference.getRhs(), difference.getLhs());
  return make<NegOp>(a);
}

Value Algebra::select(Value condition, Value a, Value b) {
  if (!a && !b)
    return {};
  if (!a)
    a = constant(0);
  if (!b)
    b = constant(0);
  return make<SelectOp>(condition, a, b);
}

static bool isZero(Value value) { return rationalValue(value) == Rational(0); }
static Value nullIfZero(Value value) { return isZero(value) ? Value() : value; }

// Whether some branch of the choice, also of one within it, is nothing.
static bool hasEmptyBranch(SelectOp choice) {
  return llvm::any_of(ArrayRef<Value>{choice.getThenValue(), choice.getElseValue()},
                      [](Value branch) {
                        auto inner = branch.getDefiningOp<SelectOp>();
                        return isZero(branch) || (inner && hasEmptyBranch(inner));
                      });
}

// Whether a sum of choices can be nothing altogether.
static bool isSumOfChoices(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<AddOp, SubOp, NegOp>(op))
    return false;
  return llvm::all_of(op->getOperands(), [](Value term) {
    auto choice = term.getDefiningOp<SelectOp>();
    return choice ? hasEmptyBranch(choice) : isSumOfChoices(term);
  });
}

// On a choice: where it is zero it may be nothing, though no branch says so.
static constexpr llvm::StringLiteral mayBeNothing = "xphi.may_be_nothing";

Value Algebra::flatWhere(Value condition, Value tangent) {
  Value flat = select(condition, Value(), tangent);
  if (auto choice = flat ? flat.getDefiningOp<SelectOp>() : SelectOp())
    choice->setAttr(mayBeNothing, builder.getUnitAttr());
  return flat;
}

Value Algebra::isInfinite(Value value) {
  Value size = make<AbsOp>(value), infinity = make<ConstantOp>(llvm::StringRef("inf"));
  return make<NotOp>(compare(Predicate::Less, size, infinity));
}

Value Algebra::onTangent(Value tangent, llvm::function_ref<Value(Value)> function) {
  auto choice = tangent ? tangent.getDefiningOp<SelectOp>() : SelectOp();
  if (tangent && (isSumOfChoices(tangent) || (choice && choice->hasAttr(mayBeNothing)))) {
    // Nothing instead of 0·∞; elsewhere a zero has derivatives of its own.
    Value value = function(tangent), isZero = compare(Predicate::Equal, tangent, constant(0));
    return value ? flatWhere(make<AndOp>(isZero, isInfinite(value)), value) : Value();
  }
  if (!choice || !hasEmptyBranch(choice))
    return function(tangent);
  auto part = [&](Value value) { return isZero(value) ? Value() : onTangent(value, function); };
  return select(choice.getCondition(), part(choice.getThenValue()), part(choice.getElseValue()));
}

Value Algebra::addTangents(Value a, Value b) {
  auto first = a ? a.getDefiningOp<SelectOp>() : SelectOp();
  auto second = b ? b.getDefiningOp<SelectOp>() : SelectOp();
  if (!first || !second || first.getCondition() != second.getCondition())
    return add(a, b);
  auto sum = [&](Value p, Value q) { return addTangents(nullIfZero(p), nullIfZero(q)); };
  return select(first.getCondition(), sum(first.getThenValue(), second.getThenValue()),
                sum(first.getElseValue(), second.getElseValue()));
}

std::optional<Rational> rationalValue(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  return constant ? constant.rational() : std::nullopt;
}

} // namespace xphi::compiler
