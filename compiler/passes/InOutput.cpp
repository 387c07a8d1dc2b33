// Identities such as tanh' = (1 − tanh)(1 + tanh), and pieces that the sign of y tells apart.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/InOutput.h"

#include "dialect/Algebra.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

enum class Sign { Unknown, Positive, NotNegative, NotPositive, Negative };

Sign negated(Sign sign) {
  switch (sign) {
  case Sign::Positive:
    return Sign::Negative;
  case Sign::NotNegative:
    return Sign::NotPositive;
  case Sign::NotPositive:
    return Sign::NotNegative;
  case Sign::Negative:
    return Sign::Positive;
  case Sign::Unknown:
    break;
  }
  return Sign::Unknown;
}

// The sign of `value` where `known` has the sign given.
Sign signOf(Value value, Value known, Sign given) {
  if (value == known)
    return given;
  if (std::optional<double> constant = constantValue(value))
    return *constant > 0 ? Sign::Positive : *constant < 0 ? Sign::Negative : Sign::NotNegative;
  Operation *op = value.getDefiningOp();
  if (!op)
    return Sign::Unknown;
  if (isa<Expm1Op, TanhOp, SinhOp, AsinhOp, AtanOp, ErfOp, CbrtOp, Log1pOp>(op))
    return signOf(op->getOperand(0), known, given);
  if (isa<ExpOp, Exp2Op, SigmoidOp, SoftplusOp, CoshOp>(op))
    return Sign::Positive;
  if (isa<NegOp>(op))
    return negated(signOf(op->getOperand(0), known, given));
  if (isa<MulOp, DivOp>(op)) {
    Sign a = signOf(op->getOperand(0), known, given), b = signOf(op->getOperand(1), known, given);
    if (a == Sign::Positive)
      return b;
    if (b == Sign::Positive)
      return a;
    if (b == Sign::Negative)
      return negated(a);
    return a == Sign::Negative ? negated(b) : Sign::Unknown;
  }
  return Sign::Unknown;
}

// Some part of the forward function equals an expression in y: it starts with the whole, and goes
// on with what a line, such as 2 * part + 1, is made from. Fails by giving a null Value.
class InOutput {
public:
  InOutput(OpBuilder &builder, Location location, Value input)
      : builder(builder), a(builder, location), input(input) {}

  // `value` where `part` is `y`.
  Value write(Value value, Value part, Value y) {
    if (!dependsOn(value, input))
      return value;
    if (value == part)
      return y;
    Operation *op = value.getDefiningOp();
    if (!op)
      return {};
    if (auto select = dyn_cast<SelectOp>(op))
      if (auto piece = part.getDefiningOp<SelectOp>();
          piece && piece.getCondition() == select.getCondition())
        return writePieces(select, piece, y);
    if (Value known = identity(op, part, y))
      return known;
    if (Value inner = throughAffine(value, part, y))
      return inner;
    // Every operand by itself.
    IRMapping operands;
    for (Value operand : op->getOperands()) {
      Value written = write(operand, part, y);
      if (!written)
        return {};
      operands.map(operand, written);
    }
    return builder.clone(*op, operands)->getResult(0);
  }

private:
  // The part is a line in something else: go on with that.
  Value throughAffine(Value value, Value part, Value y) {
    Operation *op = part.getDefiningOp();
    if (!op || op->getNumOperands() == 0 || op->getNumOperands() > 2)
      return {};
    if (isa<NegOp>(op))
      return write(value, op->getOperand(0), a.neg(y));
    if (op->getNumOperands() != 2)
      return {};
    Value l = op->getOperand(0), r = op->getOperand(1);
    bool left = dependsOn(l, input), right = dependsOn(r, input);
    if (left == right)
      return {};
    auto factor = constantValue(left ? r : l);
    return llvm::TypeSwitch<Operation *, Value>(op)
        .Case([&](AddOp) {
          return left ? write(value, l, a.sub(y, r)) : write(value, r, a.sub(y, l));
        })
        .Case([&](SubOp) {
          return left ? write(value, l, a.add(y, r)) : write(value, r, a.sub(l, y));
        })
        .Case([&](MulOp) -> Value {
          if (!factor || *factor == 0)
            return {};
          return left ? write(value, l, a.div(y, r)) : write(value, r, a.div(y, l));
        })
        .Case([&](DivOp) -> Value {
          return left && factor && *factor != 0 ? write(value, l, a.mul(y, r)) : Value();
        })
        .Default([](Operation *) { return Value(); });
  }

  // Derivatives that the function itself gives: part = f(v), op = g(v).
  Value identity(Operation *op, Value part, Value y) {
    Operation *f = part.getDefiningOp();
    if (!f)
      return {};
    if (auto compare = dyn_cast<CompareOp>(op))
      return clampedComparison(compare, f, y);
    if (op->getNumOperands() != 1 || f->getNumOperands() != 1)
      return {};
    Value v = f->getOperand(0), u = op->getOperand(0);
    auto one = [&] { return a.constant(1); };
    auto isNegative = [&] {
      auto negation = u.getDefiningOp<NegOp>();
      return negation && negation.getOperand() == v;
    };
    if (isa<SigmoidOp>(f) && isa<SigmoidOp>(op) && isNegative())
      return a.sub(one(), y);
    if (u != v)
      return {};
    if (isa<SigmoidOp>(f) && isa<LogisticPdfOp>(op))
      return a.mul(y, a.sub(one(), y));
    if (isa<TanhOp>(f) && isa<Sech2Op>(op))
      return a.mul(a.sub(one(), y), a.add(one(), y));
    if (isa<Expm1Op>(f) && isa<ExpOp>(op))
      return a.add(y, one());
    if (isa<SoftplusOp>(f) && isa<SigmoidOp>(op))
      return a.neg(a.make<Expm1Op>(a.neg(y)));
    if (isa<SinhOp>(f) && isa<CoshOp>(op))
      return a.make<SqrtOp>(a.add(a.square(y), one()));
    return {};
  }

  // max(v, c) > c exactly if v > c; min alike. In between, too: clamps nest.
  Value clampedComparison(CompareOp compare, Operation *f, Value y) {
    if (!isa<MaxOp, MinOp>(f))
      return {};
    Value v = f->getOperand(0), c = f->getOperand(1);
    bool isMax = isa<MaxOp>(f);
    if (compare.getLhs() == v && compare.getRhs() == c &&
        compare.getPredicate() == (isMax ? Predicate::Greater : Predicate::Less))
      return a.compare(compare.getPredicate(), y, c);
    return {};
  }

  // Both have the same pieces: y must tell which one it is.
  Value writePieces(SelectOp value, SelectOp part, Value y) {
    auto condition = part.getCondition().getDefiningOp<CompareOp>();
    if (!condition || constantValue(condition.getRhs()) != 0.0)
      return {};
    Value v = condition.getLhs();
    bool strict = condition.getPredicate() == Predicate::Greater;
    if (!strict && condition.getPredicate() != Predicate::GreaterEqual)
      return {};
    Sign above = signOf(part.getThenValue(), v, strict ? Sign::Positive : Sign::NotNegative);
    Sign below = signOf(part.getElseValue(), v, strict ? Sign::NotPositive : Sign::Negative);
    bool tells =
        strict ? above == Sign::Positive && (below == Sign::NotPositive || below == Sign::Negative)
               : (above == Sign::NotNegative || above == Sign::Positive) && below == Sign::Negative;
    if (!tells)
      return {};
    Value first = write(value.getThenValue(), part.getThenValue(), y);
    Value second = first ? write(value.getElseValue(), part.getElseValue(), y) : Value();
    if (!second)
      return {};
    return a.select(a.compare(condition.getPredicate(), y, condition.getRhs()), first, second);
  }

  OpBuilder &builder;
  Algebra a;
  Value input;
};

} // namespace

bool dependsOn(Value value, Value input) {
  llvm::SmallVector<Value> pending{value};
  llvm::DenseSet<Value> seen;
  while (!pending.empty()) {
    Value next = pending.pop_back_val();
    if (next == input)
      return true;
    if (Operation *op = next.getDefiningOp(); op && seen.insert(next).second)
      pending.append(op->operand_begin(), op->operand_end());
  }
  return false;
}

Value writeInOutput(Value value, Value output, Value y, Value input, OpBuilder &builder) {
  return InOutput(builder, value.getLoc(), input).write(value, output, y);
}

} // namespace xphi::compiler
