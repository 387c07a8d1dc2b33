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

//===- Signs that meet the slope of an absolute value
//-----------------------------------------------===//
//
// (sign(u)·g(|u|))' = sign(u)·g'(|u|)·sign(u)·u'. On both sides of u = 0 that is g'(|u|)·u', so it
// is so there, too, although sign(0)² is 0. Right only where one of the signs is the slope of |u|
// and so comes with u': where u stays zero, u' is zero.

namespace {

// A product of these: what two signs have in common.
using Core = llvm::SmallVector<Value>;

// value = quotient·sign(core) + rest; null is zero.
struct SignFactor {
  Value quotient, rest;
};

// A product, sign apart, and what it is divided by.
struct Factors {
  llvm::SmallVector<Value> above, below;
  bool isNegative = false;

  void add(Value u, unsigned &left) {
    Operation *op = left ? u.getDefiningOp() : nullptr;
    left -= left > 0;
    if (isa_and_nonnull<NegOp>(op)) {
      isNegative = !isNegative;
      add(op->getOperand(0), left);
    } else if (isa_and_nonnull<MulOp, DivOp>(op)) {
      add(op->getOperand(0), left);
      if (isa<MulOp>(op))
        add(op->getOperand(1), left);
      else
        below.push_back(op->getOperand(1));
    } else if (std::optional<Rational> number = rationalValue(u);
               number && *number != Rational(0)) {
      isNegative ^= number->isNegative();
    } else {
      above.push_back(u);
    }
  }
};

class SignFactors {
public:
  SignFactors(Algebra &algebra, const Core &core) : a(algebra), core(core) {}

  SignFactor of(Value value, bool corners) {
    left = mostVisited;
    return split(value, corners);
  }

private:
  // How far a product is looked through: derivatives of deep products stay linear in their size.
  static constexpr unsigned mostVisited = 48;

  SignFactor split(Value value, bool corners) {
    Operation *op = value ? value.getDefiningOp() : nullptr;
    if (!op || left == 0)
      return {{}, value};
    --left;
    if (auto sign = dyn_cast<SignOp>(op)) {
      if (corners && !sign.getCorner())
        return {{}, value};
      Value factor = signOver(op->getOperand(0));
      return factor ? SignFactor{factor, {}} : SignFactor{{}, value};
    }
    if (isa<NegOp>(op)) {
      SignFactor inner = split(op->getOperand(0), corners);
      return inner.quotient ? SignFactor{a.neg(inner.quotient), a.neg(inner.rest)}
                            : SignFactor{{}, value};
    }
    if (isa<AddOp, SubOp>(op)) {
      SignFactor l = split(op->getOperand(0), corners), r = split(op->getOperand(1), corners);
      if (!l.quotient && !r.quotient)
        return {{}, value};
      auto join = [&](Value p, Value q) { return isa<AddOp>(op) ? a.add(p, q) : a.sub(p, q); };
      return {join(l.quotient, r.quotient), join(l.rest, r.rest)};
    }
    if (isa<MulOp, DivOp>(op))
      for (unsigned i = 0; i < (isa<MulOp>(op) ? 2u : 1u); ++i)
        if (SignFactor inner = split(op->getOperand(i), corners); inner.quotient) {
          Value other = op->getOperand(1 - i);
          auto with = [&](Value part) {
            return isa<MulOp>(op) ? a.mul(part, other) : a.div(part, other);
          };
          return {with(inner.quotient), inner.rest ? with(inner.rest) : Value()};
        }
    return {{}, value};
  }

  // sign(u) / sign(core) where u is a product with the core in it.
  Value signOver(Value u) {
    Factors factors;
    factors.add(u, left);
    for (Value part : core) {
      auto found = llvm::find(factors.above, part);
      if (found == factors.above.end())
        return {};
      factors.above.erase(found);
    }
    factors.above.append(factors.below);
    Value result = a.constant(1);
    for (Value other : factors.above)
      result = a.mul(result, signOf(other));
    return factors.isNegative ? a.neg(result) : result;
  }

  Value signOf(Value other) {
    std::optional<Rational> number = rationalValue(other);
    return number ? a.constant(number->isNegative() ? -1 : 1) : a.make<SignOp>(other);
  }

  Algebra &a;
  const Core &core;
  unsigned left = 0;
};

// What the signs in a product are the signs of, each with all its factors.
void collectCores(Value value, llvm::SmallVectorImpl<Core> &cores, unsigned &left) {
  Operation *op = value.getDefiningOp();
  if (left == 0)
    return;
  --left;
  if (isa_and_nonnull<NegOp, MulOp, DivOp, AddOp, SubOp>(op)) {
    for (Value operand : op->getOperands())
      collectCores(operand, cores, left);
  } else if (isa_and_nonnull<SignOp>(op)) {
    Factors factors;
    factors.add(op->getOperand(0), left);
    cores.push_back(factors.above);
  }
}

// What a sign in the one and a sign in the other have in common: all of it, since of
// sign(b·u)·|b·u| with the core b the signs of u would be left, 0 at u = 0.
llvm::SmallVector<Core> commonCores(Value slope, Value tangent) {
  llvm::SmallVector<Core> cores, ofSlope, ofTangent;
  for (auto [value, found] : {std::pair(slope, &ofSlope), std::pair(tangent, &ofTangent)}) {
    unsigned left = 48;
    collectCores(value, *found, left);
  }
  for (const Core &one : ofSlope)
    for (Core rest : ofTangent) {
      Core common;
      for (Value factor : one)
        if (auto found = llvm::find(rest, factor); found != rest.end()) {
          common.push_back(factor);
          rest.erase(found);
        }
      if (!common.empty() && !llvm::is_contained(cores, common))
        cores.push_back(common);
    }
  return cores;
}

} // namespace

Value Algebra::cornerSign(Value x) {
  return SignOp::create(builder, location, x.getType(), x, /*corner=*/true);
}

Value Algebra::slopeTimes(Value slope, Value tangent) {
  if (!tangent)
    return {};
  for (const Core &core : commonCores(slope, tangent)) {
    SignFactors factors(*this, core);
    SignFactor t = factors.of(tangent, true);
    SignFactor s = t.quotient ? factors.of(slope, false) : SignFactor();
    if (!s.quotient)
      continue;
    Value product = mul(s.quotient, t.quotient);
    if (s.rest) {
      Value whole = core[0];
      for (Value factor : llvm::drop_begin(core))
        whole = mul(whole, factor);
      product = add(product, mul(s.rest, mul(t.quotient, cornerSign(whole))));
    }
    return add(product, mul(slope, t.rest));
  }
  return mul(slope, tangent);
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
static constexpr llvm::StringLiteral mayBeNothing = "may_be_nothing";

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
    Value value = function(tangent);
    if (!value || value == tangent)
      return value;
    Value isZero = compare(Predicate::Equal, tangent, constant(0));
    return flatWhere(make<AndOp>(isZero, isInfinite(value)), value);
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
