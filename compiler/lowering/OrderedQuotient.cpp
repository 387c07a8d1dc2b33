// Found by their shape, which rules have made one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/OrderedQuotient.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "lowering/UniformValues.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

// So that c/x² is a normal number from the border on to where it does not count any more.
constexpr double leastConstant = 0x1p-44, mostConstant = 0x1p30, leastFactor = 0x1p-40,
                 mostFactor = 0x1p40;

/// A constant above zero, or a parameter, or what is marked as made of these.
bool isFixedFactor(Value value) {
  if (const std::optional<double> constant = constantValue(value))
    return leastFactor <= *constant && *constant <= mostConstant;
  return isLeaf(value) && isUniformValue(value);
}

Value withoutAbs(Value value) {
  auto abs = value.getDefiningOp<AbsOp>();
  return abs ? abs.getOperand() : value;
}

bool isSizeOf(Value size, Value x, bool isRoot) {
  Operation *op = size.getDefiningOp();
  if (auto square = dyn_cast_or_null<MulOp>(op); isRoot && square)
    return square.getLhs() == square.getRhs() && withoutAbs(square.getLhs()) == withoutAbs(x);
  return !isRoot && isa_and_nonnull<AbsOp>(op) && withoutAbs(size) == withoutAbs(x);
}

} // namespace

bool hasOwnQuotients(func::FuncOp function) {
  const EvaluationAttr evaluation = evaluationOf(function);
  return !promised(function).getSlack() && !promised(function).getExact() &&
         !(evaluation && evaluation.getTried());
}

bool isIncomingGradient(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && cast<func::FuncOp>(argument.getOwner()->getParentOp())
                         .getArgAttr(argument.getArgNumber(), cotangentName);
}

/// Constants, parameters, an incoming gradient, and products and quotients of these.
static bool isMoving(Value value) {
  if (constantValue(value) || isUniformValue(value) || isIncomingGradient(value))
    return true;
  Operation *op = value.getDefiningOp();
  return isa_and_nonnull<MulOp, DivOp>(op) && llvm::all_of(op->getOperands(), isMoving);
}

bool isOnlyMoved(Value value, bool mayBeTerm) {
  return llvm::all_of(value.getUses(), [mayBeTerm](OpOperand &use) {
    Operation *user = use.getOwner();
    if (user->hasTrait<OpTrait::IsTerminator>())
      return true;
    if (user->getNumResults() != 1 || !isOnlyMoved(user->getResult(0), mayBeTerm))
      return false;
    if (isa<NegOp>(user))
      return true;
    if (isa<SelectOp>(user))
      return use.getOperandNumber() > 0;
    const bool isFirst = use.getOperandNumber() == 0;
    if (!isa<MulOp>(user) && !(mayBeTerm && isa<AddOp, SubOp>(user)) &&
        !(isa<DivOp>(user) && isFirst))
      return false;
    return isMoving(user->getOperand(isFirst ? 1 : 0));
  });
}

bool OrderedQuotient::isFixed() const {
  return constantValue(constant) && (!factor || constantValue(factor));
}

double OrderedQuotient::most() const {
  return isRoot ? 1 / std::sqrt(leastFactor) : 1 / leastFactor;
}

double OrderedQuotient::parts() const {
  const auto rounds = [](Value value) {
    if (!value || isa<BlockArgument>(value))
      return false;
    const std::optional<double> known = constantValue(value);
    return !known || double(float(*known)) != *known;
  };
  const double sum = 2 + isRoot + rounds(factor) + rounds(constant);
  return (isRoot ? sum / 2 + 1 : sum) + 1;
}

std::optional<OrderedQuotient> orderedQuotient(Operation &op) {
  if (!isa<DivOp>(op))
    return std::nullopt;
  const bool isLibrary = promised(op.getParentOfType<func::FuncOp>()).getLibrary();
  Value divisor = op.getOperand(1);
  auto root = divisor.getDefiningOp<SqrtOp>();
  auto sum = (root ? root.getOperand() : divisor).getDefiningOp<AddOp>();
  if (!sum)
    return std::nullopt;
  for (const unsigned i : {0u, 1u}) {
    OrderedQuotient found{sum->getOperand(i), sum->getOperand(1 - i), {}, bool(root)};
    if (!isFixedFactor(found.constant))
      continue;
    if (auto product = found.size.getDefiningOp<MulOp>())
      for (const unsigned side : {0u, 1u})
        if (isFixedFactor(product->getOperand(side)) && !found.factor) {
          found.factor = product->getOperand(side);
          found.size = product->getOperand(1 - side);
        }
    if (isSizeOf(found.size, op.getOperand(0), found.isRoot) &&
        isOnlyMoved(op.getResult(0), isLibrary))
      return found;
  }
  return std::nullopt;
}

bool isOfDivisorInOrder(Operation &op) {
  return isa<AbsOp, MulOp, AddOp, SqrtOp>(op) && !op.use_empty() &&
         llvm::all_of(op.getUses(), [](OpOperand &use) {
           Operation *user = use.getOwner();
           return isa<DivOp>(user) ? use.getOperandNumber() == 1 && orderedQuotient(*user)
                                   : isOfDivisorInOrder(*user);
         });
}

bool isOnlyInOrder(BlockArgument input) {
  auto function = cast<func::FuncOp>(input.getOwner()->getParentOp());
  return hasOwnQuotients(function) && evaluationOf(function).isInF32() && !input.use_empty() &&
         llvm::all_of(input.getUses(), [](OpOperand &use) {
           Operation *user = use.getOwner();
           return (isa<DivOp>(user) && use.getOperandNumber() == 0 && orderedQuotient(*user)) ||
                  isOfDivisorInOrder(*user) || isa<CompareOp, SelectOp>(user);
         });
}

Number evaluateOrdered(const OrderedQuotient &quotient, const OrderedOperands &operands) {
  const auto &[x, size, c, a] = operands;
  const Numbers &n = *x.numbers;
  const auto rooted = [&](Number value) { return quotient.isRoot ? sqrt(value) : value; };
  // A part of c so small does not count.
  constexpr double little = 0x1p-28;
  const double part = quotient.isRoot ? std::sqrt(little) : little;
  const Number one = n.constant(1), scale = 1.0 / rooted(c), border = part * rooted(a ? c / *a : c),
               atBorder = border * scale, far = 1.0 / rooted((a ? *a : one) + c / size),
               magnitude = abs(x),
               result = select(magnitude < border, magnitude * scale,
                               select(far < atBorder, atBorder, far));
  return copysign(result, x);
}

Mask outsideOrdered(const OrderedOperands &operands) {
  const auto &[x, size, c, a] = operands;
  const Numbers &n = *x.numbers;
  const auto isBetween = [&](Number value, double least, double most) {
    return (n.constant(least) <= value) & (value <= n.constant(most));
  };
  const Mask inside = isBetween(c, leastConstant, mostConstant);
  return ~(a ? inside & isBetween(*a, leastFactor, mostFactor) : inside);
}

} // namespace xphi::compiler
