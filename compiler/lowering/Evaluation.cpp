// Straight code for the operations of a function of reals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Evaluation.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/Elementary.h"
#include "lowering/FittedFunction.h"
#include "lowering/FittedParts.h"
#include "lowering/LogisticMean.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/Power.h"
#include "lowering/PowerQuotient.h"
#include "lowering/UsualBranches.h"

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
        product && usersOf(product.getResult()).size() == 1 &&
        !constantValue(product.getResult())) // which is rounded once, its factors are not
      return product;
  return {};
}

Value exactFactor(Operation &product) {
  auto function = product.getParentOfType<func::FuncOp>();
  // Of one argument elements are tried, as operations have it (passes/TriedElements.h).
  if (!isa<MulOp, DivOp>(product) || function.getNumArguments() == 1 ||
      promised(function).getSlack() ||
      llvm::any_of(usersOf(product.getResult(0)), [&](Operation *user) {
        return isa<AddOp, SubOp>(user) && fusedProduct(*user) == &product;
      }))
    return {};
  for (unsigned i : {1u, 0u}) {
    Value pair = product.getOperand(i);
    Operation *op = pair.getDefiningOp();
    if (!op || !product.getOperand(1 - i).getDefiningOp<FittedOp>())
      continue;
    if (isa<MulOp>(product) && isa<AddOp, SubOp>(op) && isExactPair(pair))
      return pair;
    if ((isa<MulOp>(product) || i == 1) && op->hasAttr(uniformName))
      return pair;
  }
  return {};
}

/// The select that takes a value, or what is made of it alone, and for which condition; in the
/// other lanes it does not count.
static std::optional<std::pair<Operation *, bool>> choiceOf(Operation &op) {
  for (Operation *each = &op; each->hasOneUse(); each = *each->user_begin()) {
    OpOperand &use = *each->use_begin();
    if (isa<SelectOp>(use.getOwner()))
      return use.getOperandNumber() == 0
                 ? std::nullopt
                 : std::optional(std::pair(use.getOwner(), use.getOperandNumber() == 1));
    if (use.getOwner()->hasTrait<OpTrait::IsTerminator>())
      break;
  }
  return std::nullopt;
}

Evaluation::Evaluation(func::FuncOp function, const Numbers &numbers, ValueRange arguments,
                       ArrayRef<Fit> fits)
    : numbers(numbers), function(function), fits(fits) {
  values.map(function.getArguments(), arguments);
}

Number Evaluation::run(llvm::function_ref<void(Operation &)> after) {
  const bool isAllNeeded =
      numbers.isDouble() ||
      (fits.empty() && !said(function, usualBranchesName) && !hasLogisticMean(function));
  const llvm::DenseSet<Operation *> needed =
      isAllNeeded ? llvm::DenseSet<Operation *>() : neededBesideFits(function);
  if (!numbers.isDouble())
    for (BlockArgument argument : function.getArguments())
      if (auto most = function.getArgAttrOfType<FloatAttr>(argument.getArgNumber(), withinName)) {
        leaveOutside(~(abs(of(argument)) <= numbers.constant(most.getValueAsDouble())));
        bounded.push_back(argument);
      }
  for (Operation &op : function.front().without_terminator()) {
    if (!isAllNeeded && !needed.contains(&op))
      continue;
    values.map(op.getResult(0), evaluate(op));
    if (after)
      after(op);
  }
  for (const Doubt &doubt : doubts) {
    Mask isChosen = maskOf(doubt.choice->getOperand(0));
    leaveOutside(doubt.lanes & (doubt.isTaken ? isChosen : ~isChosen));
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
  if (op.hasAttr(uniformName) && !numbers.isDouble())
    return uniform(op).value;
  if (auto part = dyn_cast<FittedOp>(op))
    return fits.empty() ? values.lookup(part.getExact()) : fitted(part).value;
  if (const auto mean = numbers.isDouble() ? std::nullopt : logisticMean(op)) {
    bounded.push_back(mean->x);
    return evaluateMean(*mean, of(mean->x), of(mean->factor), outside).value;
  }
  auto operand = [&](unsigned i) { return of(op.getOperand(i)); };
  return llvm::TypeSwitch<Operation *, Value>(&op)
      .Case<AddOp, SubOp>([&](auto) { return sum(op).value; })
      .Case<MulOp, DivOp>([&](auto) { return product(op).value; })
      .Case([&](PowOp pow) { return power(pow).value; })
      .Case([&](LogAddExpOp) { return logAddExp(operand(0), operand(1)).value; })
      .Case([&](MinOp) { return extreme(operand(1) < operand(0), op).value; })
      .Case([&](MaxOp) { return extreme(operand(1) > operand(0), op).value; })
      .Case([&](SelectOp s) {
        const Mask condition = maskOf(s.getCondition());
        const unsigned alone = numbers.isDouble() ? 0 : usualOperand(op);
        if (!alone)
          return select(condition, operand(1), operand(2)).value;
        leaveOutside(alone == 1 ? ~condition : condition);
        return operand(alone).value;
      })
      .Case([&](CompareOp c) { return compare(c).value; })
      .Case([&](AndOp) { return (maskOf(op.getOperand(0)) & maskOf(op.getOperand(1))).value; })
      .Case([&](OrOp) { return (maskOf(op.getOperand(0)) | maskOf(op.getOperand(1))).value; })
      .Case([&](NotOp) { return (~maskOf(op.getOperand(0))).value; })
      .Default([&](Operation *) { return elementaryFunction(op).value; });
}

// What is used by others of its kind only is not used in f32.
Number Evaluation::uniform(Operation &op) {
  auto numberOf = [&](Value argument) { return of(argument); };
  UniformValues values(numbers, numberOf);
  if (llvm::any_of(op.getUsers(), [](Operation *user) { return !user->hasAttr(uniformName); }))
    leaveOutside(values.lacksDigits(op.getResult(0)));
  return values.pair(op.getResult(0)).high;
}

PairArithmetic::Pair Evaluation::leaf(Value value) {
  if (isa<BlockArgument>(value))
    return {of(value), std::nullopt};
  auto numberOf = [&](Value argument) { return of(argument); };
  UniformValues values(numbers, numberOf);
  const NumberPair pair = values.pair(value);
  const Mask isTiny = (abs(pair.high) < PairArithmetic::least) & ~(pair.high == 0.0);
  leaveOutside(values.lacksDigits(value) | isTiny);
  return {pair.high, pair.low};
}

// Infinities and what is no number are left outside in f32.
Number Evaluation::power(PowOp op) {
  const std::optional<double> constant = constantValue(op.getRhs());
  const IntegralPart part = integralPart(op.getRhs());
  if (numbers.isDouble())
    return compiler::power(of(op.getLhs()), of(op.getRhs()), constant, of(part.value),
                           part.isShifted);
  auto leafOf = [&](Value value) { return leaf(value); };
  auto inFewFloats = [&](Value value, double smallest) {
    PairArithmetic arithmetic(numbers, leafOf, smallest);
    const PairArithmetic::Pair pair = arithmetic.of(value);
    if (arithmetic.doubtful)
      leaveOutside(*op, *arithmetic.doubtful);
    return FewFloats{pair.high, pair.low};
  };
  const FewFloats exponent = inFewFloats(op.getRhs(), 0);
  std::optional<Parity> parity;
  if (constant) { // its float may be an integer where it is none
    const bool isInteger = *constant == std::floor(*constant);
    parity = parityOf(numbers.constant(isInteger ? std::fmod(*constant, 2) : 0.5), false);
  } else if (isa<BlockArgument>(part.value)) {
    parity = parityOf(of(part.value), part.isShifted);
  }
  FewFloats base{numbers.constant(0), std::nullopt};
  if (Value pair = baseInPairs(op)) {
    base = inFewFloats(pair, PairArithmetic::least);
    if (isa<BlockArgument>(pair) && !choiceOf(*op))
      bounded.push_back(pair);
    if (pair != op.getLhs())
      base = {abs(base.high),
              base.low ? std::optional(withSignOf(base.high, *base.low)) : std::nullopt};
  } else {
    base.high = of(op.getLhs());
  }
  const PowerResult result = powerInF32(base, exponent, parity);
  leaveOutside(*op, result.outside);
  return result.value;
}

Number Evaluation::fitted(FittedOp op) {
  const Fit &fit = fits[op.getFit()];
  const auto argument = dyn_cast<BlockArgument>(op.getVariable());
  if (!argument)
    return fittedOfPair(op, fit);
  FittedValue result = evaluateFit(fit, of(argument));
  if (result.outside)
    leaveOutside(*result.outside);
  const float first = firstTaken(op, fit);
  Number x = of(argument);
  for (const float each : fit.exceptions)
    leaveOutside(abs(x) == double(each));
  if (first > 0)
    leaveOutside(~(x == 0.0) & (abs(x) < double(first)));
  // Infinity has its limit where the fit is all there is, or is left outside.
  const bool isAll = llvm::all_of(op->getUsers(), [&](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() ||
           (isa<MulOp>(user) && llvm::any_of(user->getOperands(), isIncomingGradient));
  });
  if (isAll || (std::isfinite(fit.lowest()) && std::isfinite(fit.highest())))
    bounded.push_back(argument);
  return result.value;
}

// What is infinite or no number is left outside where the fit ends, and where it has not settled to
// a constant. So are infinite arguments then, but those that are divided by.
Number Evaluation::fittedOfPair(FittedOp op, const Fit &fit) {
  double smallest = 0;
  if (fit.order > 0)
    smallest = std::max({PairArithmetic::least, double(fit.smallest),
                         op->hasAttr(normalName) ? double(fit.firstNormal) : 0.0});
  auto leafOf = [&](Value value) { return leaf(value); };
  PairArithmetic arithmetic(numbers, leafOf, smallest);
  const NumberPair u = arithmetic.evaluate(op.getVariable());
  // Of elements of few bits the sum as it is rounded may do.
  FittedValue result = fit.isOfPair ? evaluateFit(fit, u) : evaluateFit(fit, u.high);
  for (const std::optional<Mask> &lanes : {result.outside, arithmetic.doubtful})
    if (lanes)
      leaveOutside(*lanes);
  if (op.getNonzero())
    leaveOutside(of(op.getNonzero()) == 0.0);
  Operation *last = op.getVariable().getDefiningOp();
  if (fit.order > 0 && op->hasAttr(normalName) && !isa<MulOp, DivOp>(last))
    leaveOutside(~(u.high == 0.0) & (abs(u.high) < double(fit.firstNormal)));
  const bool ends = std::isfinite(fit.lowest()) && std::isfinite(fit.highest()),
             isConstant = fit.below == Fit::Beyond::Constant &&
                          fit.above == Fit::Beyond::Constant && fit.form != Fit::Form::Ramp &&
                          fit.form != Fit::Form::Fall,
             isOneOperation = llvm::all_of(last->getOperands(), isLeaf);
  // What overflows is infinite, and no number where a pair had to be added up.
  const bool isChecked = !ends && !(isConstant && isOneOperation && isExactPair(op.getVariable()));
  if (isChecked)
    leaveOutside(~(abs(u.high) <= numbers.constant(std::numeric_limits<float>::max())));
  if (ends || isChecked)
    llvm::append_range(bounded, finiteWith(*last));
  return result.value;
}

Number Evaluation::product(Operation &op) {
  const bool isQuotient = isa<DivOp>(op);
  Value pair = numbers.isDouble() ? Value() : exactFactor(op);
  const bool mayBeOwn = isQuotient && !numbers.isDouble() && hasOwnQuotients(function);
  const auto ordered = mayBeOwn ? orderedQuotient(op) : std::nullopt;
  const auto power = mayBeOwn && !ordered ? powerQuotient(op) : std::nullopt;
  Number a = of(op.getOperand(0)), b = of(op.getOperand(1)),
         result = pair         ? productWithPair(op, pair)
                  : ordered    ? quotientInOrder(op, *ordered)
                  : power      ? evaluatePower(a, of(power->sum), of(power->root), b)
                  : isQuotient ? quotient(a, b, op.getOperand(1))
                               : a * b;
  if (op.hasAttr(finiteName) && !numbers.isDouble())
    leaveOutside(op, ~(abs(result) <= numbers.constant(std::numeric_limits<float>::max())));
  if (!op.hasAttr(normalName) || numbers.isDouble())
    return result;
  if (const std::optional<UniformFactor> factor = uniformFactor(op)) {
    const Number size = abs(of(factor->value));
    const Mask isBetween =
        (numbers.constant(factor->least) <= size) & (size <= numbers.constant(factor->most));
    leaveOutside(~(isBetween | (size == 0.0)));
    return result;
  }
  // The range is tested by integers, in one comparison, and so are two magnitudes for zero.
  OpBuilder &builder = numbers.builder;
  constexpr int64_t leastNormal = 0x0080'0000, infinity = 0x7f80'0000;
  const Number size = abs(result);
  // Where the other factor is the same, a constant, or made of parameters, it is no infinity, which
  // would make NaN of a zero.
  Operation *second = op.getOperand(1).getDefiningOp();
  const bool isAlone = (!isQuotient && a.value == b.value) ||
                       (second && second->hasAttr(uniformName)) ||
                       constantValue(op.getOperand(1)).value_or(0) != 0;
  Number zero = abs(a);
  if (!isAlone && !isQuotient)
    zero = select(abs(b) < zero, abs(b), zero);
  Value bits = arith::BitcastOp::create(builder, numbers.location, numbers.bitsType(), size.value),
        above = arith::SubIOp::create(builder, numbers.location, bits,
                                      numbers.bitsConstant(leastNormal)),
        isNormal = arith::CmpIOp::create(builder, numbers.location, arith::CmpIPredicate::ult,
                                         above, numbers.bitsConstant(infinity - leastNormal));
  const Mask isZero = isAlone ? a == 0.0 : zero + size == 0.0;
  leaveOutside(op, ~Mask{&numbers, isNormal} & ~isZero);
  return result;
}

Number Evaluation::productWithPair(Operation &op, Value pair) {
  auto fit = op.getOperand(pair == op.getOperand(0)).getDefiningOp<FittedOp>();
  Number factor = of(fit.getResult());
  NumberPair exact{factor, factor};
  if (pair.getDefiningOp()->hasAttr(uniformName)) {
    auto numberOf = [&](Value argument) { return of(argument); };
    UniformValues values(numbers, numberOf);
    leaveOutside(isa<DivOp>(op) ? values.reciprocalLacksDigits(pair) : values.lacksDigits(pair));
    exact = isa<DivOp>(op) ? values.reciprocal(pair) : values.pair(pair);
  } else {
    auto leafOf = [&](Value value) { return leaf(value); };
    exact = PairArithmetic(numbers, leafOf, /*smallest=*/0).evaluate(pair);
  }
  Number result = fma(factor, exact.high, factor * exact.low);
  // What an infinite sum has lost is no number; and where the product is beyond the largest float,
  // that with the second float may be infinite as well, of the other sign.
  leaveOutside(~(abs(result) <= numbers.constant(std::numeric_limits<float>::max())));
  // A zero has the sign of the product, which that with the second float need not have.
  return fit.getLeast().isZero() ? select(factor == 0.0, factor * exact.high, result) : result;
}

// Of elements of few bits nobody sees a unit of f32, and what is made of parameters is divided by
// once for all of them.
Number Evaluation::quotient(Number a, Number b, Value divisor) {
  Operation *op = divisor.getDefiningOp();
  if (numbers.isDouble() || !promised(function).getSlack() || !op || !op->hasAttr(uniformName))
    return a / b;
  auto numberOf = [&](Value argument) { return of(argument); };
  UniformValues values(numbers, numberOf);
  leaveOutside(values.reciprocalLacksDigits(divisor));
  return a * values.reciprocal(divisor).high;
}

Number Evaluation::quotientInOrder(Operation &op, const OrderedQuotient &quotient) {
  const OrderedOperands operands{of(op.getOperand(0)), of(quotient.size), of(quotient.constant),
                                 quotient.factor ? std::optional(of(quotient.factor))
                                                 : std::nullopt};
  if (!quotient.isFixed())
    leaveOutside(outsideOrdered(operands));
  return evaluateOrdered(quotient, operands);
}

Number Evaluation::sum(Operation &op) {
  const bool subtract = isa<SubOp>(op);
  if (MulOp product = fusedProduct(op)) {
    const bool isRight = op.getOperand(1) == product.getResult();
    Number b = of(product.getLhs()), c = of(product.getRhs()), a = of(op.getOperand(!isRight));
    if (subtract)
      (isRight ? b : a) = -(isRight ? b : a);
    Number result = fma(b, c, a);
    guardSum(op, a, result);
    return result;
  }
  Number a = of(op.getOperand(0)), b = of(op.getOperand(1)), result = subtract ? a - b : a + b;
  guardSum(op, a, result);
  return result;
}

// Terms have one sign where one is on the right side of 0 and the sum no nearer to that.
void Evaluation::guardSum(Operation &op, Number term, Number sum) {
  if (!op.hasAttr(normalName) || numbers.isDouble())
    return;
  Number most = numbers.constant(std::numeric_limits<float>::max()), zero = numbers.constant(0);
  auto sign = op.getAttrOfType<IntegerAttr>(signName);
  const bool isFiniteAnyhow = sign && sign.getInt() == 0;
  if (isFiniteAnyhow && choiceOf(op)) // else it tells that its terms are
    return guardWhole(op, sum);
  if (!sign || isFiniteAnyhow)
    leaveOutside(op, ~(abs(sum) <= most));
  else if (sign.getInt() > 0)
    leaveOutside(op, ~((zero <= term) & (term <= sum) & (sum <= most)));
  else
    leaveOutside(op, ~((term <= zero) & (sum <= term) & (-most <= sum)));
  guardWhole(op, sum);
  if (!choiceOf(op))
    boundTerms(op);
}

/// Whether it may be zero where it has a form in f32 and its argument is in the domain of that.
static bool mayBeZero(Value value) {
  Operation *op = value.getDefiningOp();
  const auto fast = op && op->hasAttr(domainName) ? fastFunction(op) : std::nullopt;
  return !fast || !(fast->least > 0);
}

void Evaluation::guardWhole(Operation &op, Number sum) {
  if (!op.hasAttr(wholeName))
    return;
  MulOp product = fusedProduct(op);
  // One comparison each, which a mask that there is takes part in.
  const Number b = of(product.getLhs()), c = of(product.getRhs());
  Mask isSmall = abs(sum) < double(std::numeric_limits<float>::min());
  if (mayBeZero(product.getLhs()))
    isSmall = isSmall & ~(b == 0.0);
  if (c.value != b.value && mayBeZero(product.getRhs()))
    isSmall = isSmall & ~(c == 0.0);
  leaveOutside(op, isSmall);
}

// min or max: the second operand where it `wins`; NaN if either is.
Number Evaluation::extreme(Mask wins, Operation &op) {
  Number a = of(op.getOperand(0)), b = of(op.getOperand(1));
  if (std::isnan(constantValue(op.getOperand(1)).value_or(NAN))) {
    if (!numbers.isDouble() && evaluationOf(function).getNumbers() == EvaluatedIn::Guarded &&
        isUniformValue(op.getOperand(1))) // asked before the loop
      leaveOutside(isNan(b));
    else
      wins = wins | isNan(b);
  }
  return select(wins, b, a);
}

Mask comparePairs(Predicate predicate, NumberPair a, NumberPair b) {
  const Mask equal = a.high == b.high;
  switch (predicate) {
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

// By the digits that a product or sum loses.
Mask Evaluation::compareExactly(CompareOp op) {
  auto leafOf = [&](Value value) { return leaf(value); };
  PairArithmetic arithmetic(numbers, leafOf, PairArithmetic::least);
  const NumberPair a = arithmetic.evaluate(op.getLhs()), b = arithmetic.evaluate(op.getRhs());
  if (arithmetic.doubtful)
    leaveOutside(*arithmetic.doubtful);
  for (auto [value, number] : {std::pair(op.getLhs(), a.high), std::pair(op.getRhs(), b.high)})
    if (isExactPair(value))
      leaveOutside(~(abs(number) <= numbers.constant(std::numeric_limits<float>::max())));
  return comparePairs(op.getPredicate(), a, b);
}

// A comparison with what is no float as one with a float.
static std::pair<Predicate, std::optional<double>> asFloats(Predicate predicate,
                                                            std::optional<double> bound) {
  if (!bound || double(float(*bound)) == *bound || std::isnan(*bound))
    return {predicate, bound};
  const float near = float(*bound);
  const bool isAbove = double(near) > *bound;
  const double above = isAbove ? near : std::nextafter(near, HUGE_VALF),
               below = isAbove ? std::nextafter(near, -HUGE_VALF) : near;
  switch (predicate) {
  case Predicate::Less:
  case Predicate::LessEqual:
    return {Predicate::LessEqual, below};
  case Predicate::Greater:
  case Predicate::GreaterEqual:
    return {Predicate::GreaterEqual, above};
  case Predicate::Equal:
  case Predicate::NotEqual:
    return {predicate, std::nan("")};
  }
  llvm_unreachable("every predicate has a case");
}

std::optional<UniformFactor> uniformFactor(Operation &product) {
  if (!isa<MulOp>(product))
    return std::nullopt;
  const bool isFirst = isUniformValue(product.getOperand(0));
  if (!isFirst && !isUniformValue(product.getOperand(1)))
    return std::nullopt;
  Operation *other = product.getOperand(isFirst).getDefiningOp();
  double least = 0, most = 0;
  if (auto fit = dyn_cast_or_null<FittedOp>(other); fit && fit.getMost()) {
    least = fit.getLeast().convertToDouble();
    most = fit.getMost()->convertToDouble();
  } else if (isa_and_nonnull<PowOp>(other)) { // or 0, and so is the product
    least = PowerInF32::least;
    most = PowerInF32::most;
  } else if (const auto fast = other && !fit ? fastFunction(other) : std::nullopt) {
    // Of no smaller pair, but zero, is there a result.
    least =
        isa<TanhOp, Expm1Op>(other) && takesPair(other) ? PairArithmetic::least / 2 : fast->least;
    most = fast->most;
  }
  if (!(least > 0 && std::isfinite(most)))
    return std::nullopt;
  constexpr double margin = 1 + 0x1p-10; // for what the other is off by, and these as floats
  return UniformFactor{product.getOperand(!isFirst),
                       std::numeric_limits<float>::min() / least * margin,
                       std::numeric_limits<float>::max() / most / margin};
}

Mask compareFloats(CompareOp op, Number left, Number right) {
  const Numbers &numbers = *left.numbers;
  static constexpr arith::CmpFPredicate predicates[] = {
      arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE, arith::CmpFPredicate::OGT,
      arith::CmpFPredicate::OGE, arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE};
  auto [predicate, bound] = asFloats(op.getPredicate(), constantValue(op.getRhs()));
  if (bound && !numbers.isDouble())
    right = numbers.constant(*bound);
  return {&numbers,
          arith::CmpFOp::create(numbers.builder, numbers.location, predicates[unsigned(predicate)],
                                left.value, right.value)};
}

Mask Evaluation::compare(CompareOp op) {
  if (!numbers.isDouble() && comparesPairs(op))
    return compareExactly(op);
  return compareFloats(op, of(op.getLhs()), of(op.getRhs()));
}

Number Evaluation::functionOfPair(Operation &op) {
  auto leafOf = [&](Value value) { return leaf(value); };
  const bool isZeroAtZero = isa<SinOp, Expm1Op, TanhOp>(op);
  PairArithmetic arithmetic(numbers, leafOf, isZeroAtZero ? PairArithmetic::least : 0);
  const bool isLoose = !isa<SinOp, CosOp>(op) || op.hasAttr(fineName);
  const Exponent u = takesLine(&op) ? lineOf(op.getOperand(0), numbers, arithmetic)
                     : isLoose      ? Exponent(arithmetic.evaluateLoosely(op.getOperand(0)))
                                    : Exponent(arithmetic.evaluate(op.getOperand(0)));
  const FastFunction fast = *fastFunction(&op);
  const auto chosen = op.getAttrOfType<FloatAttr>(domainName);
  const double domain = chosen ? chosen.getValueAsDouble() : fast.domain;
  if (fast.fades && domain == fast.domain)
    leaveOutside(~((u.high <= numbers.constant(domain)) &
                   (numbers.constant(std::numeric_limits<float>::lowest()) <= u.high)));
  else
    leaveOutside(~(abs(u.high) <= numbers.constant(domain)));
  if (arithmetic.doubtful)
    leaveOutside(*arithmetic.doubtful);
  if (Operation *last = op.getOperand(0).getDefiningOp(); isa<AddOp, SubOp, MulOp>(last))
    boundTerms(*last);
  const bool mayFade = fast.fading && domain == fast.domain;
  Number result =
      u.line ? elementary(&op, u, mayFade) : elementary(&op, NumberPair{u.high, *u.low}, mayFade);
  leaveApart(fast, u.high, result);
  return result;
}

// Where a part of the argument that is no more than what it was rounded by is all of the result.
void Evaluation::leaveApart(const FastFunction &fast, Number x, Number result) {
  if (fast.apart > 0)
    leaveOutside(abs(result) < fast.apart * abs(x));
}

Number Evaluation::elementaryFunction(Operation &op) {
  if (!numbers.isDouble() && takesPair(&op))
    return functionOfPair(op);
  Number x = of(op.getOperand(0));
  if (takesAnyFloat(&op, numbers)) {
    bounded.push_back(op.getOperand(0)); // or as it should be at infinity
  } else if (auto domain = op.getAttrOfType<FloatAttr>(domainName); domain && !numbers.isDouble()) {
    Number most = numbers.constant(domain.getValueAsDouble());
    if (const std::optional<double> from = fastFunction(&op)->from) {
      leaveOutside(~(((numbers.constant(*from) <= x) & (x <= most)) | (x < 0.0)));
    } else {
      leaveOutside(~(abs(x) <= most));
      bounded.push_back(op.getOperand(0));
      if (Operation *sum = op.getOperand(0).getDefiningOp(); sum && isa<AddOp, SubOp>(sum))
        boundTerms(*sum);
    }
  }
  Number result = elementary(&op, x);
  if (op.hasAttr(fineName) && !numbers.isDouble())
    leaveApart(*fastFunction(&op), x, result);
  if (auto apart = op.getAttrOfType<FloatAttr>(apartName); apart && !numbers.isDouble()) {
    constexpr double faraway = 2.5; // where they do not cancel any more
    leaveOutside((abs(result) < apart.getValueAsDouble()) & (abs(x) < faraway));
  }
  return result;
}

// Where a sum or product is finite what it is made of is.
void Evaluation::boundTerms(Operation &op) {
  for (Value operand : op.getOperands()) {
    bounded.push_back(operand);
    if (Operation *before = operand.getDefiningOp(); before && isa<AddOp, SubOp, MulOp>(before))
      boundTerms(*before);
  }
}

void Evaluation::leaveOutside(Mask lanes) { joinTo(outside, lanes); }

void Evaluation::leaveOutside(Operation &op, Mask lanes) {
  if (const auto choice = choiceOf(op))
    doubts.push_back({choice->first, choice->second, lanes});
  else
    leaveOutside(lanes);
}

} // namespace xphi::compiler
