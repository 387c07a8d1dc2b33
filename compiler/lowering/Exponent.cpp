// Lines are told by their form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Exponent.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "lowering/FittedFunction.h"
#include "lowering/UniformValues.h"

#include <cmath>
#include <utility>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// ±(x·factor + shift)
struct PartsOfLine {
  Value x, factor; ///< no factor: 1
  bool isDivided = false, isNegative = false;
  double shift = 0;
};

// Of constants a float and what that lacks have all digits, and a product with an input is a
// number.
bool isMild(double number) {
  const double size = std::fabs(number);
  return size >= 0x1p-40 && size <= 0x1p40;
}

bool isFactor(Value value) {
  const std::optional<double> constant = constantValue(value);
  return constant ? isMild(*constant) : isLeaf(value);
}

/// An argument, or what it is held to by another or a constant.
bool isInputInBounds(Value value) {
  auto isFloat = [](Value operand) {
    const std::optional<double> number = constantValue(operand);
    return isa<BlockArgument>(operand) || (number && double(float(*number)) == *number);
  };
  Operation *op = value.getDefiningOp();
  return !op ||
         (isa<MinOp, MaxOp>(op) && !isLeaf(value) && llvm::all_of(op->getOperands(), isFloat));
}

bool isParameter(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return false;
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return function.getArgAttr(argument.getArgNumber(), parameterName) != nullptr;
}

std::optional<PartsOfLine> partsOfLine(Value value) {
  if (isInputInBounds(value))
    return PartsOfLine{value, Value()};
  Operation *op = value.getDefiningOp();
  if (isLeaf(value))
    return std::nullopt;
  if (isa<NegOp>(op)) {
    auto parts = partsOfLine(op->getOperand(0));
    if (parts)
      parts->isNegative = !parts->isNegative;
    return parts;
  }
  if (isa<AddOp, SubOp>(op)) {
    const bool isFirst = constantValue(op->getOperand(0)).has_value(), subtracts = isa<SubOp>(op);
    const std::optional<double> shift = constantValue(op->getOperand(!isFirst));
    auto parts = shift ? partsOfLine(op->getOperand(isFirst)) : std::nullopt;
    if (!parts || parts->shift != 0)
      return std::nullopt;
    parts->isNegative = parts->isNegative != (subtracts && isFirst);
    parts->shift = (subtracts && !isFirst) != parts->isNegative ? -*shift : *shift;
    return parts;
  }
  if (!isa<MulOp, DivOp>(op))
    return std::nullopt;
  Value a = op->getOperand(0), b = op->getOperand(1);
  if (isa<MulOp>(op) && (!isInputInBounds(a) || (isParameter(a) && isInputInBounds(b))))
    std::swap(a, b);
  if (!isInputInBounds(a) || !isFactor(b))
    return std::nullopt;
  return PartsOfLine{a, b, isa<DivOp>(op)};
}

} // namespace

bool takesLine(Operation *op) {
  if (!isa<ExpOp, SigmoidOp, LogisticPdfOp, Sech2Op>(op) || !takesPair(op))
    return false;
  const auto parts = partsOfLine(op->getOperand(0));
  return parts && std::fabs(parts->shift) <= mostShift;
}

Exponent lineOf(Value argument, const Numbers &n, PairArithmetic &arithmetic) {
  const PartsOfLine parts = *partsOfLine(argument);
  const Number x = arithmetic.of(parts.x).high;
  PairArithmetic::Pair factor = parts.factor ? arithmetic.of(parts.factor)
                                             : PairArithmetic::Pair{n.constant(1), std::nullopt};
  if (parts.isDivided)
    factor = arithmetic.reciprocal(factor);
  Line line{x, factor.high, factor.low, std::nullopt};
  Number whole = x * line.k;
  if (parts.shift != 0) {
    const double high = std::nearbyint(parts.shift / unitOfShift) * unitOfShift;
    line.c = {n.constant(high), n.constant(parts.shift - high)};
    whole = fma(x, line.k, n.constant(parts.shift));
  }
  const Exponent result{whole, line};
  return parts.isNegative ? -result : result; // what is made of both is shared
}

// The sign goes to what is not the same for all elements.
Exponent Exponent::minusMagnitude() const {
  if (!line) { // that of −u is that of u, so that both have one exponential
    auto negative = high.value.getDefiningOp<arith::NegFOp>();
    auto negativeLow = low->value.getDefiningOp<arith::NegFOp>();
    if (negative && negativeLow)
      return Exponent(NumberPair{{high.numbers, negative.getOperand()},
                                 {high.numbers, negativeLow.getOperand()}})
          .minusMagnitude();
    return NumberPair{-abs(high), select(high > 0.0, -*low, *low)};
  }
  if (!line->c) {
    Line result{abs(line->x), -abs(line->k), std::nullopt, std::nullopt};
    if (line->kLow)
      result.kLow = -withSignOf(line->k, *line->kLow);
    return {-abs(high), result};
  }
  auto turned = [&](Number number) { return -withSignOf(high, number); };
  return {-abs(high), Line{turned(line->x), line->k, line->kLow,
                           NumberPair{turned(line->c->high), turned(line->c->low)}}};
}

Exponent Exponent::twice() const {
  if (!line)
    return NumberPair{2.0 * high, 2.0 * *low};
  Line result = *line;
  result.k = 2.0 * result.k;
  if (result.kLow)
    result.kLow = 2.0 * *result.kLow;
  if (result.c)
    result.c = NumberPair{2.0 * result.c->high, 2.0 * result.c->low};
  return {2.0 * high, result};
}

Exponent operator-(const Exponent &x) {
  if (!x.line)
    return NumberPair{-x.high, -*x.low};
  Line result = *x.line;
  result.k = -result.k;
  if (result.kLow)
    result.kLow = -*result.kLow;
  if (result.c)
    result.c = NumberPair{-result.c->high, -result.c->low};
  return {-x.high, result};
}

} // namespace xphi::compiler
