// One pass over the operations, in their order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/PairErrors.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedParts.h"
#include "lowering/LogisticMean.h"
#include "lowering/PairElementary.h"
#include "lowering/UniformValues.h"
#include "lowering/UsualBranches.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {

// Of a float and a second one, from a double.
static constexpr double ofTwoFloats = 0x1p-47;
static constexpr double unit = 0x1p-24;

std::optional<PairErrors> PairErrors::of(func::FuncOp function) {
  PairErrors errors(function);
  if (!errors.find())
    return std::nullopt;
  errors.findFloats();
  return errors;
}

bool PairErrors::find() {
  sums = false;
  for (Operation &op : function.front().without_terminator()) {
    if (!needed.contains(&op))
      continue;
    const std::optional<PairError> error = errorOf(op);
    if (!error)
      return false;
    errors[op.getResult(0)] = *error;
  }
  return true;
}

/// Of what is allowed, beside which roundings of the result's bound are little.
static constexpr double halfOfAllowed = 0.5;

// Where sums cancel each bit counts.
void PairErrors::findFloats() {
  if (sums || ofResult().isComputed)
    return;
  for (Operation &op : function.front().without_terminator())
    if (needed.contains(&op) && op.hasAttr(domainName) && hasFormInFloat(&op) &&
        isOnlyMultiplied(op))
      floats.insert(&op);
  if (floats.empty())
    return;
  find();
  if (ofResult().relative <= halfOfAllowed * allowedPairError(function))
    return;
  floats.clear();
  find();
}

bool PairErrors::isOnlyMultiplied(Operation &op) const {
  return llvm::all_of(op.getUsers(), [&](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() || !needed.contains(user) ||
           (isa<MulOp>(user) && isOnlyMultiplied(*user));
  });
}

bool PairErrors::isLastProduct(Operation &product) const {
  return isa<MulOp>(product) && product.getResult(0) == result && !sums &&
         llvm::any_of(product.getOperands(), isAboveZero);
}

std::optional<ExactScale> exactScale(Operation &op) {
  constexpr double most = 0x1p20;
  if (!isa<MulOp, DivOp>(op))
    return std::nullopt;
  const std::optional<double> factor = constantValue(op.getOperand(1));
  int exponent = 0;
  if (!factor || std::frexp(*factor, &exponent) != 0.5 || !(*factor <= most && 1 / *factor <= most))
    return std::nullopt;
  return ExactScale{op.getOperand(0), isa<DivOp>(op) ? 1 / *factor : *factor};
}

bool isAboveZero(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<MulOp>(op))
    return llvm::all_of(op->getOperands(), isAboveZero);
  return op && op->hasAttr(domainName) && isa<ExpOp, SigmoidOp, LogisticPdfOp, Sech2Op>(op);
}

PairErrors::PairErrors(func::FuncOp function)
    : function(function), needed(neededBesideFits(function)),
      result(function.front().getTerminator()->getOperand(0)) {
  for (BlockArgument argument : function.getArguments())
    errors[argument] = {};
}

// Whether it is one, exactly.
bool PairErrors::isFloat(Value value) const {
  const PairError &error = (*this)[value];
  return error.relative == 0 && !error.hasRest && !error.isComputed;
}

std::optional<PairError> PairErrors::errorOf(Operation &op) {
  Value result = op.getResult(0);
  if (std::optional<double> constant = constantValue(result)) {
    const double size = std::fabs(*constant);
    if (std::isnan(size) || (size != 0 && !(size >= 0x1p-60 && size <= 0x1p60)))
      return std::nullopt;
    const bool isFloat = double(float(*constant)) == *constant;
    return PairError{isFloat ? 0 : ofTwoFloats, !isFloat};
  }
  if (op.hasAttr(uniformName))
    return PairError{ofTwoFloats, true};
  if (logisticMean(op))
    return std::nullopt;
  if (op.hasAttr(domainName))
    return ofFunction(op);
  if (auto fitted = dyn_cast<FittedOp>(op))
    return PairError{fitted.getUlps().convertToDouble() * unit, true, true};
  auto operand = [&](unsigned i) { return (*this)[op.getOperand(i)]; };
  return llvm::TypeSwitch<Operation *, std::optional<PairError>>(&op)
      .Case<NegOp, AbsOp>([&](auto) { return operand(0); })
      .Case<AddOp, SubOp>([&](auto) { return ofTerms(op); })
      .Case([&](MulOp) {
        if (isSquareAlone(op) || exactScale(op))
          return operand(0);
        const PairError a = operand(0), b = operand(1);
        return PairError{a.relative + b.relative + ofProduct, !isLastProduct(op),
                         a.isComputed || b.isComputed};
      })
      .Case([&](DivOp) -> std::optional<PairError> {
        if (exactScale(op))
          return operand(0);
        const PairError a = operand(0), b = operand(1);
        if (b.isComputed)
          return std::nullopt;
        return PairError{a.relative + b.relative + ofProduct, true, a.isComputed};
      })
      .Case([&](SqrtOp) -> std::optional<PairError> {
        const PairError a = operand(0);
        if (a.isComputed)
          return std::nullopt;
        return PairError{a.relative + ofProduct, true};
      })
      .Case([&](SelectOp) {
        if (const unsigned alone = usualOperand(op))
          return operand(alone);
        const PairError a = operand(1), b = operand(2);
        return PairError{std::max(a.relative, b.relative), a.hasRest || b.hasRest,
                         a.isComputed || b.isComputed};
      })
      .Case<MinOp, MaxOp, CompareOp>([&](auto) -> std::optional<PairError> {
        if (auto compare = dyn_cast<CompareOp>(op); compare && comparesPairs(compare))
          return PairError{};
        return llvm::all_of(op.getOperands(), [&](Value each) { return isFloat(each); })
                   ? std::optional(PairError{})
                   : std::nullopt;
      })
      .Case<AndOp, OrOp, NotOp, DroppedOp>([](auto) { return PairError{}; })
      .Default([](Operation *) { return std::nullopt; });
}

static bool leadsToSum(Operation &op) {
  return llvm::any_of(op.getUsers(), [](Operation *user) {
    return isa<AddOp, SubOp>(user) ||
           (isa<NegOp, AbsOp, MulOp, DivOp, SelectOp>(user) && leadsToSum(*user));
  });
}

/// Of what is allowed: where no argument makes more of its error, no bound is computed.
static constexpr double littleOfAllowed = 0.125;

// What the argument is off by makes as much of the result as the function is steep. A sum may leave
// less of it than of 1, or than of an argument at the end of its domain.
std::optional<PairError> PairErrors::ofFunction(Operation &op) {
  const std::optional<FormInPairs> form = formInPairs(&op);
  const bool isKnown = takesPair(&op) || isLeaf(op.getOperand(0)) || isFloat(op.getOperand(0));
  if (!form || (!isKnown && form->steepness == 0))
    return std::nullopt;
  const bool isOfOne = form->ofOne > 0 && leadsToSum(op), isFloat = isFloatEnough(&op);
  const double parts = isFloat ? partsInFloat : form->parts;
  if (!isKnown) {
    const PairError argument = (*this)[op.getOperand(0)];
    const double most = 1.02 * form->steepness * form->domain * argument.relative;
    const bool isLittle =
        !argument.isComputed &&
        most <= littleOfAllowed * allowedPairError(op.getParentOfType<func::FuncOp>());
    return PairError{parts * unit + (isLittle && !leadsToSum(op) ? most : 0), !isFloat,
                     !isLittle || leadsToSum(op)};
  }
  return PairError{isOfOne ? 0 : parts * unit, !isFloat, isOfOne};
}

static bool isNotNegative(Value value, unsigned depth = 0) {
  constexpr unsigned deepest = 8;
  Operation *op = exactValue(value).getDefiningOp();
  if (const std::optional<double> constant = constantValue(value))
    return *constant >= 0;
  if (!op || depth == deepest)
    return false;
  auto operand = [&](unsigned i) { return isNotNegative(op->getOperand(i), depth + 1); };
  if (isa<MulOp, DivOp>(op) && op->getOperand(0) == op->getOperand(1))
    return true;
  if (isa<AddOp, MulOp, DivOp>(op))
    return operand(0) && operand(1);
  if (isa<SelectOp>(op))
    return operand(1) && operand(2);
  auto function = dyn_cast<FunctionOfOne>(op);
  if (!function)
    return false;
  using Sign = FunctionFacts::Sign;
  const Sign sign = function.facts().sign;
  return sign == Sign::NotNegative || sign == Sign::Positive ||
         (sign == Sign::OfArgument && operand(0));
}

// Two floats have a sum that is a pair exactly, and terms of one sign do not cancel.
std::optional<PairError> PairErrors::ofTerms(Operation &op) {
  if (isFloat(op.getOperand(0)) && isFloat(op.getOperand(1)))
    return PairError{0, true};
  const PairError a = (*this)[op.getOperand(0)], b = (*this)[op.getOperand(1)];
  if (isa<AddOp>(op) && !a.isComputed && !b.isComputed && isNotNegative(op.getResult(0)))
    return PairError{std::max(a.relative, b.relative) + ofSum, true};
  sums = true;
  if (!isLast(op))
    return PairError{0, true, true};
  // A product that is added at once is no larger than the result and the other term.
  MulOp product = addedProduct(op);
  return PairError{ofLastSum + (product ? (*this)[product.getResult()].relative : 0), true, true};
}

std::array<double, 2> PairErrors::partsOfTerms(Operation &sum) const {
  MulOp product = isLast(sum) ? addedProduct(sum) : MulOp();
  const bool hasRest =
      llvm::any_of(sum.getOperands(), [&](Value each) { return (*this)[each].hasRest; });
  std::array<double, 2> parts = {};
  for (unsigned i : {0u, 1u}) {
    const bool isProduct = product && sum.getOperand(i) == product.getResult();
    parts[isProduct ? 1 - i : i] += (*this)[sum.getOperand(i)].relative + (hasRest ? ofSum : 0);
  }
  return parts;
}

MulOp PairErrors::addedProduct(Operation &sum) {
  MulOp product = fusedProduct(sum);
  return product && !isSquareAlone(*product) ? product : MulOp();
}

bool PairErrors::isLast(Operation &sum) const {
  return llvm::all_of(sum.getUsers(), [&](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() || !needed.contains(user) ||
           isa<FittedOp>(user) ||
           (isa<MulOp, DivOp, NegOp, AbsOp, SelectOp>(user) && isLast(*user));
  });
}

double allowedPairError(func::FuncOp function) {
  constexpr double lastRounding = 0.5, room = 0.125; // for those of the bound
  const PromiseAttr promise = promised(function);
  const FloatAttr ulps = promise.getSlack() ? promise.getSlack() : promise.getUlps();
  return (ulps.getValueAsDouble() - lastRounding - room) * unit;
}

} // namespace xphi::compiler
