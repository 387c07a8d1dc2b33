// Folds identities and constants; constants are exact, and so is what they fold to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 0·x is not folded: x may be no number, and then neither is the product.
#include "dialect/XphiDialect.h"

#include <cstdlib>
#include <limits>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {

std::optional<Rational> ConstantOp::rational() { return Rational::parse(getValue()); }

double ConstantOp::nearest() {
  if (std::optional<Rational> exact = rational())
    return exact->toDouble();
  if (getValue() == "pi")
    return std::numbers::pi;
  return getValue() == "e" ? std::numbers::e : std::numeric_limits<double>::infinity();
}

static std::optional<Rational> number(Attribute attribute) {
  if (auto value = dyn_cast_or_null<StringAttr>(attribute))
    return Rational::parse(value);
  return std::nullopt;
}

static OpFoldResult constant(Operation *op, const Rational &value) {
  return StringAttr::get(op->getContext(), value.fraction());
}

// Whether a fraction of so many binary digits is still worth writing down. Longer ones stay
// expressions: repeated squares would double in length with each.
static bool isShort(unsigned long bits) { return bits <= 4096; }

static bool areShort(const std::optional<Rational> &a, const std::optional<Rational> &b) {
  return a && b && isShort(a->bits() + b->bits());
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (a && a->isZero())
    return getRhs();
  if (b && b->isZero())
    return getLhs();
  return areShort(a, b) ? constant(*this, *a + *b) : OpFoldResult();
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (b && b->isZero())
    return getLhs();
  return areShort(a, b) ? constant(*this, *a - *b) : OpFoldResult();
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (a && *a == Rational(1))
    return getRhs();
  if (b && *b == Rational(1))
    return getLhs();
  return areShort(a, b) ? constant(*this, *a * *b) : OpFoldResult();
}

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  auto a = number(adaptor.getLhs()), b = number(adaptor.getRhs());
  if (b && *b == Rational(1))
    return getLhs();
  return areShort(a, b) && !b->isZero() ? constant(*this, *a / *b) : OpFoldResult();
}

OpFoldResult PowOp::fold(FoldAdaptor adaptor) {
  auto base = number(adaptor.getLhs()), exponent = number(adaptor.getRhs());
  if (exponent && *exponent == Rational(1))
    return getLhs();
  if (exponent && exponent->isZero())
    return constant(*this, 1);
  // Not of zero, whose negative powers are infinite; small, so that constants stay readable.
  auto whole = exponent ? exponent->integer(16) : std::nullopt;
  return base && !base->isZero() && whole && isShort(base->bits() * std::abs(*whole))
             ? constant(*this, power(*base, *whole))
             : OpFoldResult();
}

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (auto a = number(adaptor.getOperand()))
    return constant(*this, -*a);
  if (auto inner = getOperand().getDefiningOp<NegOp>())
    return inner.getOperand();
  return {};
}

static bool areSame(Value a, Value b) {
  auto p = a.getDefiningOp<ConstantOp>(), q = b.getDefiningOp<ConstantOp>();
  return a == b || (p && q && p.getValue() == q.getValue());
}

// Choices within choices come from `kink` clauses at the corners of min and max.
OpFoldResult SelectOp::fold(FoldAdaptor) {
  if (areSame(getThenValue(), getElseValue()))
    return getThenValue();
  auto then = getThenValue().getDefiningOp<SelectOp>(),
       otherwise = getElseValue().getDefiningOp<SelectOp>();
  // The same condition again is decided.
  if (then && then.getCondition() == getCondition()) {
    getThenValueMutable().assign(then.getThenValue());
    return getResult();
  }
  if (otherwise && otherwise.getCondition() == getCondition()) {
    getElseValueMutable().assign(otherwise.getElseValue());
    return getResult();
  }
  // u == v gives what the inner choice gives there anyway.
  auto equal = getCondition().getDefiningOp<CompareOp>();
  auto inner = otherwise ? otherwise.getCondition().getDefiningOp<CompareOp>() : CompareOp();
  if (!equal || !inner || equal.getPredicate() != Predicate::Equal)
    return {};
  auto compares = [&](Value a, Value b) {
    return areSame(equal.getLhs(), a) && areSame(equal.getRhs(), b);
  };
  if (!compares(inner.getLhs(), inner.getRhs()) && !compares(inner.getRhs(), inner.getLhs()))
    return {};
  bool holds = llvm::is_contained({Predicate::Equal, Predicate::LessEqual, Predicate::GreaterEqual},
                                  inner.getPredicate());
  Value there = holds ? otherwise.getThenValue() : otherwise.getElseValue();
  return areSame(there, getThenValue()) ? OpFoldResult(otherwise.getResult()) : OpFoldResult();
}

} // namespace xphi::compiler
