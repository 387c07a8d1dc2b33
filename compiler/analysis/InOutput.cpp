// Identities such as tanh' = (1 − tanh)(1 + tanh), and pieces that the sign of y tells apart.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/InOutput.h"

#include "dialect/Algebra.h"

#include "mlir/IR/IRMapping.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

// The sign of a number as it was rounded: one that is `strict` is no zero, which takes more than
// that the real number is none.
struct Sign {
  int sign = 0; // 0: unknown
  bool strict = false;

  Sign operator-() const { return {-sign, strict}; }
  Sign loose() const { return {sign, false}; }
};

// The sign of `value` where that of `known` is given.
Sign signOf(Value value, Value known, Sign given) {
  if (value == known)
    return given;
  if (std::optional<double> constant = constantValue(value))
    return {*constant < 0 ? -1 : 1, std::abs(*constant) >= std::numeric_limits<float>::min()};
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  auto of = [&](unsigned i) { return signOf(op->getOperand(i), known, given); };
  if (isa<CoshOp>(op)) // which does not underflow
    return {1, true};
  if (auto function = dyn_cast<FunctionOfOne>(op)) {
    const FunctionFacts::Sign sign = function.facts().sign;
    if (sign == FunctionFacts::Sign::OfArgument)
      return of(0).loose();
    if (sign == FunctionFacts::Sign::Positive)
      return {1, false};
  }
  if (isa<NegOp>(op))
    return -of(0);
  if (isa<AddOp>(op)) {
    Sign a = of(0), b = of(1);
    return a.sign == b.sign ? Sign{a.sign, a.strict || b.strict} : Sign();
  }
  if (isa<MulOp, DivOp>(op)) {
    Sign a = of(0), b = of(1);
    // Only what makes larger cannot underflow.
    auto grows = [&](Value factor) {
      std::optional<double> number = constantValue(factor);
      return number && (isa<MulOp>(op) ? std::abs(*number) >= 1 : std::abs(*number) <= 1);
    };
    bool strict = (a.strict && grows(op->getOperand(1))) ||
                  (isa<MulOp>(op) && b.strict && grows(op->getOperand(0)));
    return {a.sign * b.sign, strict};
  }
  return {};
}

// The largest float that is not above.
double roundedDown(double value) {
  float nearest = float(value);
  return nearest <= value ? nearest : std::nextafter(nearest, -HUGE_VALF);
}

// Some part of the forward function, and what y says of it.
struct Known {
  Value part, y;
  // Y is the part, rounded once; or it has the part's sign at least.
  bool isRounded = true, hasSign = true;
  // How large a number stood beside the part when y was rounded, in units of the part.
  double offset = 0;
};

// Beyond this y has fewer digits of the part than the promise of Keep::Output.
constexpr double mostOffset = 1;
constexpr double leastFactor = 0x1p-100, mostFactor = 0x1p100;

// Some part of the forward function equals an expression in y: it starts with the whole, and goes
// on with what a line, such as 2 * part + 1, is made from. Fails by giving a null Value.
class InOutput {
public:
  InOutput(OpBuilder &builder, Location location, Value input)
      : builder(builder), a(builder, location), input(input) {}

  // `value` in terms of what is known.
  Value write(Value value, const Known &known) {
    if (!dependsOn(value, input))
      return value;
    if (value == known.part)
      return known.offset <= mostOffset ? known.y : Value();
    Operation *op = value.getDefiningOp();
    if (!op)
      return {};
    if (auto select = dyn_cast<SelectOp>(op))
      if (auto piece = known.part.getDefiningOp<SelectOp>();
          piece && piece.getCondition() == select.getCondition())
        return writePieces(select, piece, known);
    if (Value same = identity(op, known))
      return same;
    if (Value inner = throughAffine(value, known))
      return inner;
    // What jumps must not meet what was rounded.
    auto function = dyn_cast<FunctionOfOne>(op);
    if (isa<CompareOp>(op) || (function && function.facts().jumps()))
      return {};
    // Every operand by itself.
    IRMapping operands;
    for (Value operand : op->getOperands()) {
      Value written = write(operand, known);
      if (!written)
        return {};
      operands.map(operand, written);
    }
    return builder.clone(*op, operands)->getResult(0);
  }

private:
  // The part is a line in something else: go on with that.
  Value throughAffine(Value value, const Known &known) {
    Operation *op = known.part.getDefiningOp();
    if (!op || op->getNumOperands() == 0 || op->getNumOperands() > 2)
      return {};
    Known inner = known;
    if (isa<NegOp>(op)) {
      inner.part = op->getOperand(0);
      inner.y = a.neg(known.y);
      return write(value, inner);
    }
    if (op->getNumOperands() != 2)
      return {};
    Value l = op->getOperand(0), r = op->getOperand(1), y = known.y;
    bool left = dependsOn(l, input), right = dependsOn(r, input);
    std::optional<double> constant = constantValue(left ? r : l);
    if (left == right || !constant)
      return {};
    inner.part = left ? l : r;
    inner.isRounded = false;
    if (isa<AddOp, SubOp>(op)) {
      inner.y = isa<AddOp>(op) ? a.sub(y, left ? r : l) : left ? a.add(y, r) : a.sub(l, y);
      inner.hasSign = false;
      inner.offset += std::abs(*constant);
      return write(value, inner);
    }
    const double factor = std::abs(isa<DivOp>(op) ? 1 / *constant : *constant);
    if (!isa<MulOp, DivOp>(op) || (isa<DivOp>(op) && !left) ||
        !(leastFactor <= factor && factor <= mostFactor))
      return {};
    inner.y = isa<DivOp>(op) ? a.mul(y, r) : a.div(y, left ? r : l);
    inner.hasSign = known.hasSign && factor >= 1;
    inner.offset /= factor;
    return write(value, inner);
  }

  // Derivatives that the function itself gives: part = f(v), op = g(v).
  Value identity(Operation *op, const Known &known) {
    Operation *f = known.part.getDefiningOp();
    if (!f)
      return {};
    if (auto compare = dyn_cast<CompareOp>(op))
      return clampedComparison(compare, f, known);
    if (op->getNumOperands() != 1 || f->getNumOperands() != 1 || known.offset > mostOffset)
      return {};
    Value v = f->getOperand(0), u = op->getOperand(0), y = known.y;
    auto one = [&] { return a.constant(1); };
    auto isNegative = [&] {
      auto negation = u.getDefiningOp<NegOp>();
      return negation && negation.getOperand() == v;
    };
    if (isa<SigmoidOp>(f) && isa<SigmoidOp>(op) && isNegative())
      return a.sub(one(), y);
    if (u != v)
      return {};
    // Of a float y − y² and 1 − y² are rounded once, by an fma; of what was rounded before, factors
    // keep more.
    const bool isFloat = isa<BlockArgument>(y);
    if (isa<SigmoidOp>(f) && isa<LogisticPdfOp>(op))
      return isFloat ? a.sub(y, a.square(y)) : a.mul(y, a.sub(one(), y));
    if (isa<TanhOp>(f) && isa<Sech2Op>(op))
      return isFloat ? a.sub(one(), a.square(y)) : a.mul(a.sub(one(), y), a.add(one(), y));
    if (isa<Expm1Op>(f) && isa<ExpOp>(op))
      return a.add(y, one());
    if (isa<SoftplusOp>(f) && isa<SigmoidOp>(op))
      return a.neg(a.make<Expm1Op>(a.neg(y)));
    if (isa<SinhOp>(f) && isa<CoshOp>(op))
      return a.make<SqrtOp>(a.add(a.square(y), one()));
    return {};
  }

  // max(v, c) > c exactly if v > c; min alike. In between, too: clamps nest. The bound was rounded
  // as it became y: rounded upwards it is also y where v is the next float above c.
  Value clampedComparison(CompareOp compare, Operation *f, const Known &known) {
    if (!isa<MaxOp, MinOp>(f))
      return {};
    Value v = f->getOperand(0), c = f->getOperand(1);
    bool isMax = isa<MaxOp>(f);
    if (compare.getLhs() != v || compare.getRhs() != c ||
        compare.getPredicate() != (isMax ? Predicate::Greater : Predicate::Less) ||
        !isExactFloat(v))
      return {};
    std::optional<double> bound = constantValue(c);
    if (!bound && !isa<BlockArgument>(c))
      return {};
    if (!known.isRounded && !(known.hasSign && bound == 0.0))
      return {};
    if (bound &&
        (isMax ? float(*bound) != roundedDown(*bound) : -float(*bound) != roundedDown(-*bound)))
      return {};
    return a.compare(compare.getPredicate(), known.y, c);
  }

  // Both have the same pieces: y must tell which one it is.
  Value writePieces(SelectOp value, SelectOp part, const Known &known) {
    auto condition = part.getCondition().getDefiningOp<CompareOp>();
    if (!condition || !known.hasSign || constantValue(condition.getRhs()) != 0.0)
      return {};
    Value v = condition.getLhs();
    bool strict = condition.getPredicate() == Predicate::Greater;
    if ((!strict && condition.getPredicate() != Predicate::GreaterEqual) || !isExactFloat(v))
      return {};
    Sign above = signOf(part.getThenValue(), v, {1, strict});
    Sign below = signOf(part.getElseValue(), v, {-1, !strict});
    auto has = [](Value piece, Sign sign, int wanted) {
      return sign.sign == wanted || rationalValue(piece) == Rational(0);
    };
    if (!has(part.getThenValue(), above, 1) || !has(part.getElseValue(), below, -1) ||
        !(strict ? above.strict : below.strict))
      return {};
    Known thenKnown = known, elseKnown = known;
    thenKnown.part = part.getThenValue();
    elseKnown.part = part.getElseValue();
    Value first = write(value.getThenValue(), thenKnown);
    Value second = first ? write(value.getElseValue(), elseKnown) : Value();
    if (!second)
      return {};
    return a.select(a.compare(condition.getPredicate(), known.y, condition.getRhs()), first,
                    second);
  }

  OpBuilder &builder;
  Algebra a;
  Value input;
};

} // namespace

bool isExactFloat(Value value) {
  if (isa<BlockArgument>(value))
    return true;
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    double nearest = constant.nearest();
    std::optional<Rational> exact = constant.rational();
    return double(float(nearest)) == nearest && (!exact || exact->isDouble());
  }
  if (auto select = dyn_cast<SelectOp>(op))
    return isExactCondition(select.getCondition()) && isExactFloat(select.getThenValue()) &&
           isExactFloat(select.getElseValue());
  return isa<NegOp, AbsOp, MinOp, MaxOp, SignOp, StepOp, FloorOp, CeilOp, RoundOp>(op) &&
         llvm::all_of(op->getOperands(), isExactFloat);
}

bool isExactCondition(Value condition) {
  Operation *op = condition.getDefiningOp();
  if (isa_and_nonnull<AndOp, OrOp, NotOp>(op))
    return llvm::all_of(op->getOperands(), isExactCondition);
  if (isa_and_nonnull<DroppedOp>(op))
    return true;
  auto compare = dyn_cast_or_null<CompareOp>(op);
  return compare && llvm::all_of(compare->getOperands(), [](Value side) {
           return constantValue(side) || isExactFloat(side);
         });
}

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
  return InOutput(builder, value.getLoc(), input).write(value, {output, y});
}

} // namespace xphi::compiler
