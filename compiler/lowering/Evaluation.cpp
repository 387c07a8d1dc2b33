// Straight code for the operations of a function of reals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Evaluation.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "lowering/Elementary.h"
#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {

MulOp fusedProduct(Operation &sum) {
  for (unsigned i : {1u, 0u})
    if (auto product = sum.getOperand(i).getDefiningOp<MulOp>();
        product && product->hasOneUse() && !fittedPart(product) &&
        !constantValue(product.getResult())) // which is rounded once, its factors are not
      return product;
  return {};
}

Evaluation::Evaluation(func::FuncOp function, const Numbers &numbers, ValueRange arguments,
                       ArrayRef<Fit> fits)
    : numbers(numbers), function(function), fits(fits) {
  values.map(function.getArguments(), arguments);
}

Number Evaluation::run(llvm::function_ref<void(Operation &)> after) {
  const llvm::DenseSet<Operation *> needed =
      fits.empty() ? llvm::DenseSet<Operation *>() : neededBesideFits(function);
  for (Operation &op : function.front().without_terminator()) {
    if (!fits.empty() && !needed.contains(&op))
      continue;
    values.map(op.getResult(0), evaluate(op));
    if (after)
      after(op);
  }
  return of(function.front().getTerminator()->getOperand(0));
}

Value Evaluation::condition() {
  Operation *terminator = function.front().getTerminator();
  return terminator->getNumOperands() == 2 ? values.lookup(terminator->getOperand(1)) : Value();
}

Value Evaluation::evaluate(Operation &op) {
  if (std::optional<double> constant = constantValue(op.getResult(0)))
    return numbers.constant(*constant).value;
  if (std::optional<FittedPart> part = fittedPart(&op); part && !fits.empty())
    return fitted(op, *part).value;
  auto operand = [&](unsigned i) { return of(op.getOperand(i)); };
  return llvm::TypeSwitch<Operation *, Value>(&op)
      .Case<AddOp, SubOp>([&](auto) { return sum(op).value; })
      .Case<MulOp, DivOp>([&](auto) { return product(op).value; })
      .Case([&](PowOp) {
        return power(operand(0), operand(1), constantValue(op.getOperand(1))).value;
      })
      .Case([&](LogAddExpOp) { return logAddExp(operand(0), operand(1)).value; })
      .Case([&](MinOp) { return extreme(operand(1) < operand(0), op).value; })
      .Case([&](MaxOp) { return extreme(operand(1) > operand(0), op).value; })
      .Case([&](SelectOp s) {
        return select(maskOf(s.getCondition()), operand(1), operand(2)).value;
      })
      .Case([&](CompareOp c) { return compare(c).value; })
      .Case([&](AndOp) { return (maskOf(op.getOperand(0)) & maskOf(op.getOperand(1))).value; })
      .Case([&](OrOp) { return (maskOf(op.getOperand(0)) | maskOf(op.getOperand(1))).value; })
      .Case([&](NotOp) { return (~maskOf(op.getOperand(0))).value; })
      .Default([&](Operation *) { return elementaryFunction(op).value; });
}

Number Evaluation::fitted(Operation &op, const FittedPart &part) {
  const Fit &fit = fits[part.fit];
  const auto argument = dyn_cast<BlockArgument>(part.of);
  if (!argument)
    return fittedOfPair(op, part, fit);
  FittedValue result = evaluateFit(fit, of(argument));
  if (result.outside)
    leaveOutside(*result.outside);
  // Where every element was tried small ones are right as well.
  const bool isTried = fit.isNearest || !op.hasAttr(normalName);
  const float first = std::max({isTried ? 0 : fit.firstNormal, fit.firstNearest, fit.smallest});
  Number x = of(argument);
  for (const float each : fit.exceptions)
    leaveOutside(abs(x) == double(each));
  if (first > 0) {
    Mask isZero = x == 0.0;
    leaveOutside(~isZero & (abs(x) < double(first)));
  }
  // Infinity has its limit where the fit is all there is, or is left outside.
  auto isGradient = [&](Value value) {
    auto factor = dyn_cast<BlockArgument>(value);
    return factor && function.getArgAttr(factor.getArgNumber(), cotangentName);
  };
  const bool isAll = llvm::all_of(op.getUsers(), [&](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() ||
           (isa<MulOp>(user) && llvm::any_of(user->getOperands(), isGradient));
  });
  if (isAll || (fit.below == Fit::Beyond::Exact && fit.above == Fit::Beyond::Exact))
    bounded.push_back(argument);
  return result.value;
}

// What is infinite or no number is left outside where the fit ends, and where it has not settled to
// a constant. So are infinite arguments then, but those that are divided by.
Number Evaluation::fittedOfPair(Operation &op, const FittedPart &part, const Fit &fit) {
  double smallest = 0;
  if (fit.order > 0)
    smallest = std::max({PairArithmetic::least, double(fit.smallest),
                         op.hasAttr(normalName) ? double(fit.firstNormal) : 0.0});
  auto numberOf = [&](Value argument) { return of(argument); };
  PairArithmetic arithmetic(numbers, numberOf, smallest);
  const NumberPair u = arithmetic.evaluate(part.of);
  FittedValue result = evaluateFit(fit, u);
  for (const std::optional<Mask> &lanes : {result.outside, arithmetic.doubtful})
    if (lanes)
      leaveOutside(*lanes);
  if (part.nonzero)
    leaveOutside(of(part.nonzero) == 0.0);
  Operation *last = part.of.getDefiningOp();
  const bool ends = fit.below == Fit::Beyond::Exact && fit.above == Fit::Beyond::Exact,
             isConstant = fit.below == Fit::Beyond::Constant &&
                          fit.above == Fit::Beyond::Constant && fit.form != Fit::Form::Ramp &&
                          fit.form != Fit::Form::Fall,
             isOneOperation = llvm::all_of(last->getOperands(), llvm::IsaPred<BlockArgument>);
  const bool isChecked = !ends && !(isConstant && isOneOperation);
  if (isChecked)
    leaveOutside(~(abs(u.high) <= numbers.constant(std::numeric_limits<float>::max())));
  if ((ends || isChecked) && isOneOperation)
    for (unsigned i = 0; i < (isa<DivOp>(last) ? 1u : 2u); ++i)
      bounded.push_back(last->getOperand(i));
  return result.value;
}

Number Evaluation::product(Operation &op) {
  const bool isQuotient = isa<DivOp>(op);
  Number a = of(op.getOperand(0)), b = of(op.getOperand(1)), result = isQuotient ? a / b : a * b;
  if (!op.hasAttr(normalName) || numbers.isDouble())
    return result;
  using Limits = std::numeric_limits<float>;
  Number size = abs(result);
  Mask zero = a == 0.0;
  if (!isQuotient)
    zero = zero | (b == 0.0);
  leaveOutside(
      ~((numbers.constant(Limits::min()) <= size & size <= numbers.constant(Limits::max())) |
        (zero & (result == 0.0))));
  return result;
}

Number Evaluation::sum(Operation &op) {
  const bool subtract = isa<SubOp>(op);
  if (MulOp product = fusedProduct(op)) {
    const bool isRight = op.getOperand(1) == product.getResult();
    Number b = of(product.getLhs()), c = of(product.getRhs()), a = of(op.getOperand(!isRight));
    if (subtract && isRight)
      b = -b;
    return fma(b, c, subtract && !isRight ? -a : a);
  }
  Number a = of(op.getOperand(0)), b = of(op.getOperand(1)), result = subtract ? a - b : a + b;
  if (op.hasAttr(normalName) && !numbers.isDouble()) {
    leaveOutside(~(abs(result) <= numbers.constant(std::numeric_limits<float>::max())));
    boundTerms(op);
  }
  return result;
}

// min or max: the second operand where it `wins`; NaN if either is.
Number Evaluation::extreme(Mask wins, Operation &op) {
  Number a = of(op.getOperand(0)), b = of(op.getOperand(1));
  if (std::isnan(constantValue(op.getOperand(1)).value_or(NAN)))
    wins = wins | isNan(b);
  return select(wins, b, a);
}

// By the digits that a product or sum loses, where what a float keeps of it is equal.
Mask Evaluation::compareExactly(CompareOp op) {
  auto numberOf = [&](Value argument) { return of(argument); };
  PairArithmetic arithmetic(numbers, numberOf, PairArithmetic::least);
  const NumberPair a = arithmetic.evaluate(op.getLhs()), b = arithmetic.evaluate(op.getRhs());
  if (arithmetic.doubtful)
    leaveOutside(*arithmetic.doubtful);
  for (auto [value, number] : {std::pair(op.getLhs(), a.high), std::pair(op.getRhs(), b.high)})
    if (isExactPair(value))
      leaveOutside(~(abs(number) <= numbers.constant(std::numeric_limits<float>::max())));
  const Mask equal = a.high == b.high;
  switch (op.getPredicate()) {
  case Predicate::Less:
    return (a.high < b.high) | (equal & (a.low < b.low));
  case Predicate::LessEqual:
    return (a.high < b.high) | (equal & (a.low <= b.low));
  case Predicate::Greater:
    return (a.high > b.high) | (equal & (a.low > b.low));
  case Predicate::GreaterEqual:
    return (a.high > b.high) | (equal & (b.low <= a.low));
  case Predicate::Equal:
    return equal & (a.low == b.low);
  case Predicate::NotEqual:
    return ~(equal & (a.low == b.low));
  }
  llvm_unreachable("every predicate has a case");
}

Mask Evaluation::compare(CompareOp op) {
  if (!numbers.isDouble() && comparesPairs(op))
    return compareExactly(op);
  static constexpr arith::CmpFPredicate predicates[] = {
      arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE, arith::CmpFPredicate::OGT,
      arith::CmpFPredicate::OGE, arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE};
  return {&numbers, arith::CmpFOp::create(numbers.builder, numbers.location,
                                          predicates[unsigned(op.getPredicate())],
                                          of(op.getLhs()).value, of(op.getRhs()).value)};
}

Number Evaluation::elementaryFunction(Operation &op) {
  Number x = of(op.getOperand(0));
  if (auto domain = op.getAttrOfType<FloatAttr>(domainName); domain && !numbers.isDouble()) {
    leaveOutside(~(abs(x) <= numbers.constant(domain.getValueAsDouble())));
    bounded.push_back(op.getOperand(0));
    if (Operation *sum = op.getOperand(0).getDefiningOp(); sum && isa<AddOp, SubOp>(sum))
      boundTerms(*sum);
  }
  Number result = elementary(&op, x);
  if (auto apart = op.getAttrOfType<FloatAttr>(apartName); apart && !numbers.isDouble()) {
    constexpr double faraway = 2.5; // where they do not cancel any more
    leaveOutside((abs(result) < apart.getValueAsDouble()) & (abs(x) < faraway));
  }
  return result;
}

// Where a sum is finite both terms are.
void Evaluation::boundTerms(Operation &sum) {
  bounded.append(sum.operand_begin(), sum.operand_end());
}

void Evaluation::leaveOutside(Mask lanes) { outside = outside ? *outside | lanes : lanes; }

} // namespace xphi::compiler
