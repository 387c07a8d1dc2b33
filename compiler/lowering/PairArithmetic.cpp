// Exact sums and products of two floats, and what follows from them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/PairArithmetic.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "lowering/Power.h"
#include "lowering/UniformValues.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

bool isPairOperation(Operation *op) {
  if (isa<MinOp, MaxOp>(op))
    return llvm::all_of(op->getOperands(), [](Value value) {
      return isa<BlockArgument>(value) || constantValue(value);
    });
  return isa<ConstantOp, AddOp, SubOp, MulOp, DivOp, NegOp>(op);
}

// How many operations lead to a pair, but for a change of sign; nothing for what is none.
static std::optional<unsigned> pairSize(Value value) {
  constexpr unsigned most = 4;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
    const bool isNumber = !value.getType().isInteger(1) &&
                          !function.getArgAttr(argument.getArgNumber(), cotangentName);
    return isNumber ? std::optional(0u) : std::nullopt;
  }
  Operation *op = value.getDefiningOp();
  if (op->hasAttr(uniformName))
    return 0;
  if (!isPairOperation(op))
    return std::nullopt;
  unsigned size = !isa<ConstantOp, NegOp>(op);
  for (Value operand : op->getOperands()) {
    const std::optional<unsigned> more = pairSize(operand);
    if (!more || (size += *more) > most)
      return std::nullopt;
  }
  return size;
}

bool isPair(Value value) { return pairSize(value).has_value(); }

// Where digits are few and a rounding may come before a function, one number does.
static bool roundingsMatter(Operation *op) {
  auto function = op->getParentOfType<func::FuncOp>();
  const PromiseAttr promise = function ? promised(function) : PromiseAttr();
  return !promise || !promise.getSlack();
}

// Whether the terms of each sum are floats, or one of them a sum or product of two.
static bool cancelsExactly(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || isLeaf(value) || constantValue(value))
    return true;
  auto isFloat = [](Value term) {
    const std::optional<double> number = constantValue(term);
    return isa<BlockArgument>(term) || (number && double(float(*number)) == *number);
  };
  if (isa<AddOp, SubOp>(op)) {
    Value a = op->getOperand(0), b = op->getOperand(1);
    return (isFloat(a) && (isFloat(b) || isExactPair(b))) || (isFloat(b) && isExactPair(a));
  }
  return llvm::all_of(op->getOperands(), cancelsExactly);
}

Value baseInPairs(PowOp power) {
  Value base = power.getLhs();
  if (auto magnitude = base.getDefiningOp<AbsOp>())
    base = magnitude.getOperand();
  const bool hasForm = hasFormInF32(power) && isPair(base) && roundingsMatter(power);
  return hasForm ? base : Value();
}

// A sine near a multiple of π is as little as any part of its argument.
bool takesPair(Operation *op) {
  if (auto power = dyn_cast<PowOp>(op))
    return bool(baseInPairs(power));
  const bool hasForm =
      (isa<SinOp, CosOp>(op) && cancelsExactly(op->getOperand(0))) ||
      ((isa<ExpOp, Expm1Op, SigmoidOp, SoftplusOp, LogisticPdfOp, TanhOp, Sech2Op, NormalPdfOp>(
            op) ||
        op->hasAttr(tabledName)) &&
       roundingsMatter(op));
  return hasForm && !isLeaf(op->getOperand(0)) && isPair(op->getOperand(0));
}

bool isExactPair(Value value) {
  Operation *op = value.getDefiningOp();
  return isa_and_nonnull<AddOp, SubOp, MulOp>(op) &&
         llvm::all_of(op->getOperands(), llvm::IsaPred<BlockArgument>);
}

bool comparesPairs(CompareOp compare) {
  auto isSimple = [](Value value) {
    return isa<BlockArgument>(value) || constantValue(value) || isExactPair(value);
  };
  return (isExactPair(compare.getLhs()) || isExactPair(compare.getRhs())) &&
         isSimple(compare.getLhs()) && isSimple(compare.getRhs());
}

NumberPair PairArithmetic::evaluate(Value value) {
  Pair pair = of(value);
  return {pair.high, pair.low.value_or(numbers.constant(0))};
}

NumberPair PairArithmetic::evaluateLoosely(Value value) {
  const Pair any = ofOperation(value), pair = any.isSum ? normalised(any) : any;
  return {pair.high, pair.low.value_or(numbers.constant(0))};
}

PairArithmetic::Pair PairArithmetic::of(Value value) {
  Pair pair = ofOperation(value);
  return pair.isLoose ? normalised(pair) : pair;
}

PairArithmetic::Pair PairArithmetic::ofOperation(Value value) {
  if (std::optional<double> constant = constantValue(value)) {
    const double high = float(*constant), low = *constant - high;
    return {numbers.constant(high),
            low == 0 ? std::nullopt : std::optional(numbers.constant(double(float(low))))};
  }
  Operation *op = value.getDefiningOp();
  if (isLeaf(value))
    return leafOf(value);
  auto operand = [&](unsigned i) { return of(op->getOperand(i)); };
  auto negated = [](Pair pair) {
    return Pair{-pair.high, pair.low ? std::optional(-*pair.low) : std::nullopt, pair.isLoose,
                pair.isExact, pair.isSum};
  };
  // What a tiny product lacks counts where a factor makes it large again, as a does x·x in a·(x·x).
  auto mayEnlarge = [&](Value value, const Pair &pair, Value factor) {
    constexpr double mild = 0x1p20; // of which a few make nothing large
    return smallest == 0 && pair.low && !constantValue(value) &&
           !(std::abs(constantValue(factor).value_or(HUGE_VAL)) <= mild);
  };
  auto isOfCall = [&](unsigned i) { return isUniformValue(op->getOperand(i)); };
  return llvm::TypeSwitch<Operation *, Pair>(op)
      .Case([&](AddOp) { return sum(operand(0), operand(1)); })
      .Case([&](SubOp) { return sum(operand(0), negated(operand(1))); })
      .Case([&](MulOp) {
        const Pair a = operand(0), b = operand(1), result = product(a, b);
        if (mayEnlarge(op->getOperand(0), a, op->getOperand(1)))
          doubt((abs(a.high) < least) & (abs(result.high) > least));
        if (mayEnlarge(op->getOperand(1), b, op->getOperand(0)))
          doubt((abs(b.high) < least) & (abs(result.high) > least));
        return result;
      })
      .Case([&](DivOp) { return quotient(operand(0), operand(1)); })
      .Case([&](MinOp) { return extreme(operand(0), operand(1), true, isOfCall(1)); })
      .Case([&](MaxOp) { return extreme(operand(0), operand(1), false, isOfCall(1)); })
      .Case([&](NegOp) { return negated(ofOperation(op->getOperand(0))); });
}

// Knuth's sum in six operations. Where inexact terms cancel, the digits they lack come to the fore:
// 2^-45 of the terms are 2^-35 of the sum, of which the functions that take it make 100 times as
// much. A product and a float lose nothing there.
PairArithmetic::Pair PairArithmetic::sum(Pair a, Pair b) {
  Number high = a.high + b.high, other = high - a.high,
         low = (a.high - (high - other)) + (b.high - other);
  if (!a.low && !b.low)
    return {high, low, false, true};
  const bool losesNothing = (!a.low && b.isExact) || (a.isExact && !b.low);
  doubt(abs(high) < (losesNothing ? 0x1p-20 : 0x1p-10) * abs(a.high));
  for (const std::optional<Number> &rest : {a.low, b.low})
    if (rest)
      low = low + *rest;
  return {high, low, true, false, true};
}

PairArithmetic::Pair PairArithmetic::product(Pair a, Pair b) {
  Number high = a.high * b.high, low = fma(a.high, b.high, -high);
  if (smallest > 0)
    doubtSmall(high, (a.high == 0.0) | (b.high == 0.0));
  if (!a.low && !b.low)
    return {high, low, false, true};
  if (a.low)
    low = fma(*a.low, b.high, low);
  if (b.low)
    low = fma(a.high, *b.low, low);
  return {high, low, true};
}

PairArithmetic::Pair PairArithmetic::quotient(Pair a, Pair b) { return product(a, reciprocal(b)); }

PairArithmetic::Pair PairArithmetic::reciprocal(Pair b) {
  Number reciprocal = 1.0 / b.high, rest = fma(-reciprocal, b.high, numbers.constant(1));
  if (b.low)
    rest = fma(-reciprocal, *b.low, rest);
  // What is left of a dividend of `least` times this is a float.
  constexpr double leastDivisor = 0x1p-20, mostDivisor = 0x1p100;
  Number divisor = abs(b.high);
  doubt(
      ~((numbers.constant(leastDivisor) <= divisor) & (divisor <= numbers.constant(mostDivisor))));
  return {reciprocal, rest * reciprocal};
}

// Of two floats that are equal the one to take has a low part, if any, as a constant may. NaN stays
// NaN.
PairArithmetic::Pair PairArithmetic::extreme(Pair a, Pair b, bool isSmaller, bool isOfCall) {
  Mask wins = isSmaller ? b.high < a.high : b.high > a.high;
  const Number none = numbers.constant(0), ofA = a.low.value_or(none), ofB = b.low.value_or(none);
  if (a.low || b.low)
    wins = wins | ((a.high == b.high) & (isSmaller ? ofB < ofA : ofB > ofA));
  if (isOfCall) // asked before the loop
    doubt(isNan(b.high));
  else
    wins = wins | isNan(b.high);
  const bool isExact = !a.low && !b.low;
  return {select(wins, b.high, a.high),
          isExact ? std::nullopt : std::optional(select(wins, ofB, ofA))};
}

PairArithmetic::Pair PairArithmetic::normalised(Pair pair) {
  Number sum = copysign(pair.high + *pair.low, pair.high); // of zero, too
  return {sum, *pair.low - (sum - pair.high), false, pair.isExact};
}

void PairArithmetic::doubtSmall(Number result, Mask isZero) {
  doubt((abs(result) < smallest) & ~isZero);
}

void PairArithmetic::doubt(Mask lanes) { doubtful = doubtful ? *doubtful | lanes : lanes; }

} // namespace xphi::compiler
