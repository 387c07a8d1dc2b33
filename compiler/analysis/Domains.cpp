// Intervals from the conditions of selects.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Domains.h"

#include "dialect/Algebra.h"
#include "dialect/Comparison.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

Interval common(Interval a, Interval b) {
  return {std::max(a.low, b.low), std::min(a.high, b.high)};
}

Interval hull(Interval a, Interval b) {
  if (a.low > a.high)
    return b;
  if (b.low > b.high)
    return a;
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

// The values v, from above, for which `v predicate bound` holds. NaN is not of interest here.
Interval satisfying(Predicate predicate, double bound) {
  switch (predicate) {
  case Predicate::Less:
  case Predicate::LessEqual:
    return {Interval().low, bound};
  case Predicate::Greater:
  case Predicate::GreaterEqual:
    return {bound, Interval().high};
  case Predicate::Equal:
    return {bound, bound};
  case Predicate::NotEqual:
    break;
  }
  return {};
}

Predicate opposite(Predicate predicate) {
  static constexpr std::pair<Predicate, Predicate> pairs[] = {
      {Predicate::Less, Predicate::GreaterEqual},
      {Predicate::LessEqual, Predicate::Greater},
      {Predicate::Equal, Predicate::NotEqual}};
  for (auto [one, other] : pairs) {
    if (predicate == one)
      return other;
    if (predicate == other)
      return one;
  }
  llvm_unreachable("a predicate without an opposite");
}

// Makes the box smaller where `condition` is known to be `outcome`.
void assume(Value condition, bool outcome, MutableArrayRef<Interval> box) {
  Operation *op = condition.getDefiningOp();
  if (!op)
    return;
  if (isa<NotOp>(op))
    return assume(op->getOperand(0), !outcome, box);
  if (outcome ? isa<AndOp>(op) : isa<OrOp>(op)) {
    assume(op->getOperand(0), outcome, box);
    return assume(op->getOperand(1), outcome, box);
  }
  auto compare = dyn_cast<CompareOp>(op);
  if (!compare)
    return;
  Value argument = compare.getLhs();
  std::optional<double> bound = constantValue(compare.getRhs());
  Predicate predicate = compare.getPredicate();
  if (!bound) {
    argument = compare.getRhs();
    bound = constantValue(compare.getLhs());
    predicate = mirrored(predicate);
  }
  if (!bound || !isa<BlockArgument>(argument))
    return;
  Interval &interval = box[cast<BlockArgument>(argument).getArgNumber()];
  interval = common(interval, satisfying(outcome ? predicate : opposite(predicate), *bound));
}

Interval operator-(Interval a) { return {-a.high, -a.low}; }

/// With room for roundings, of constants and factors of the terms as well: what cancels is near
/// zero then, not beside it.
Interval sum(Interval a, Interval b) {
  const auto room = [](double x, double y) { return 0x1p-50 * (std::fabs(x) + std::fabs(y)); };
  const Interval result{a.low + b.low - room(a.low, b.low), a.high + b.high + room(a.high, b.high)};
  return std::isnan(result.low) || std::isnan(result.high) ? Interval() : result;
}

Interval product(Interval a, double factor) {
  if (factor == 0 || !std::isfinite(factor))
    return {};
  return factor > 0 ? Interval{a.low * factor, a.high * factor}
                    : Interval{a.high * factor, a.low * factor};
}

} // namespace

double Interval::leastMagnitude() const { return low > 0 ? low : high < 0 ? -high : 0; }

double Interval::mostMagnitude() const { return std::max(std::abs(low), std::abs(high)); }

Domains::Domains(func::FuncOp function) : arguments(function.getNumArguments()) {
  Block &block = function.front();
  for (Value result : block.getTerminator()->getOperands())
    use(result, Box(arguments));
  for (Operation &op : llvm::reverse(block.without_terminator())) {
    auto found = boxes.find(&op);
    if (found == boxes.end())
      continue;
    const Box box = found->second; // a copy: use() makes the map grow
    if (auto fitted = dyn_cast<FittedOp>(op)) {
      use(fitted.getExact(), box);
      continue;
    }
    auto select = dyn_cast<SelectOp>(op);
    if (!select) {
      for (Value operand : op.getOperands())
        use(operand, box);
      continue;
    }
    use(select.getCondition(), box);
    for (bool outcome : {true, false}) {
      Box narrowed = box; // NOLINT(performance-unnecessary-copy-initialization): made smaller below
      assume(select.getCondition(), outcome, narrowed);
      use(outcome ? select.getThenValue() : select.getElseValue(), narrowed);
    }
  }
}

void Domains::use(Value value, const Box &box) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return;
  auto [found, isNew] = boxes.try_emplace(op, box);
  if (!isNew)
    for (unsigned i = 0; i < arguments; ++i)
      found->second[i] = hull(found->second[i], box[i]);
}

Interval Domains::of(Operation *op, BlockArgument argument) const {
  auto found = boxes.find(op);
  return found == boxes.end() ? Interval() : found->second[argument.getArgNumber()];
}

Interval Domains::rangeOf(Value value, Operation &user, unsigned depth) const {
  constexpr unsigned deepest = 8; // values are graphs
  if (auto argument = dyn_cast<BlockArgument>(value))
    return of(&user, argument);
  if (const std::optional<double> constant = constantValue(value))
    return {*constant, *constant};
  if (depth == deepest)
    return {};
  Operation *op = value.getDefiningOp();
  const auto operand = [&](unsigned i) { return rangeOf(op->getOperand(i), user, depth + 1); };
  return llvm::TypeSwitch<Operation *, Interval>(op)
      .Case([&](NegOp) { return -operand(0); })
      .Case([&](AddOp) { return sum(operand(0), operand(1)); })
      .Case([&](SubOp) { return sum(operand(0), -operand(1)); })
      .Case([&](MulOp) {
        const std::optional<double> factor = constantValue(op->getOperand(1));
        return factor ? product(operand(0), *factor) : Interval();
      })
      .Case([&](MinOp) {
        const Interval a = operand(0), b = operand(1);
        return Interval{std::min(a.low, b.low), std::min(a.high, b.high)};
      })
      .Case([&](MaxOp) {
        const Interval a = operand(0), b = operand(1);
        return Interval{std::max(a.low, b.low), std::max(a.high, b.high)};
      })
      .Default([](Operation *) { return Interval(); });
}

} // namespace xphi::compiler
