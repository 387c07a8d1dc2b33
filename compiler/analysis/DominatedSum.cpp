// Both terms in doubles, at normally distributed inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/DominatedSum.h"

#include "analysis/Signs.h"
#include "analysis/Users.h"
#include "analysis/UsualValues.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/Evaluation.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace mlir;

namespace xphi::compiler {
namespace {

using Known = std::optional<double>;

/// Values at one place; nothing of what is not known.
class Place {
public:
  Place(func::FuncOp function, unsigned place) {
    unsigned inputs = 0;
    for (BlockArgument argument : function.getArguments()) {
      const unsigned i = argument.getArgNumber();
      const auto usual = function.getArgAttrOfType<FloatAttr>(i, defaultName);
      double value = usual ? usual.getValueAsDouble() : 1;
      if (function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName))
        value = usualNumber(place, inputs++);
      numbers[argument] = value;
    }
  }

  Known of(Value fitted) {
    Value value = exactValue(fitted);
    if (const auto known = numbers.find(value); known != numbers.end())
      return known->second;
    const Known number = computed(value);
    return numbers[value] = number;
  }

private:
  Known computed(Value value) {
    if (const std::optional<double> constant = constantValue(value))
      return constant;
    Operation &op = *value.getDefiningOp();
    const Known a = of(op.getOperand(0));
    if (!a || isa<SelectOp>(op)) // which branch counts is told by domains
      return std::nullopt;
    if (op.getNumOperands() == 1)
      return llvm::TypeSwitch<Operation *, Known>(&op)
          .Case([&](NegOp) { return Known(-*a); })
          .Case([&](AbsOp) { return Known(std::fabs(*a)); })
          .Case([&](SqrtOp) { return Known(std::sqrt(*a)); })
          .Default([&](Operation *) { return usualFunction(op, *a); });
    const Known b = op.getNumOperands() == 2 ? of(op.getOperand(1)) : std::nullopt;
    if (!b)
      return std::nullopt;
    return llvm::TypeSwitch<Operation *, Known>(&op)
        .Case([&](AddOp) { return Known(*a + *b); })
        .Case([&](SubOp) { return Known(*a - *b); })
        .Case([&](MulOp) { return Known(*a * *b); })
        .Case([&](DivOp) { return Known(*a / *b); })
        .Case([&](MinOp) { return Known(std::min(*a, *b)); })
        .Case([&](MaxOp) { return Known(std::max(*a, *b)); })
        .Default([](Operation *) { return Known(); });
  }

  llvm::DenseMap<Value, Known> numbers;
};

} // namespace

Estimate DominatedSum::estimate(Estimate first, Estimate second, bool isMeasured) const {
  if (!isFirst)
    std::swap(first, second);
  const double rest = std::exp2(-magnitude), left = 1 - rest,
               parts = (first.parts() + rest * second.parts()) / left,
               ulp = isMeasured ? std::max(first.ulp, rest / left * second.ulp) : parts;
  return {ulp + 0.5, left * first.least, first.most + second.most, false, false, parts + 1};
}

bool isLittleInSums(Operation &op, const Domains &domains, const Estimates &estimates) {
  return llvm::all_of(usersOf(op.getResult(0)), [&](Operation *user) {
    if (!isa<AddOp, SubOp>(user) || signOfTerms(*user, domains).sign != 0)
      return false;
    const bool isFirst = user->getOperand(0) == op.getResult(0);
    if (!(estimates.lookup(user->getOperand(isFirst)).least >= 1e-30))
      return false;
    const std::optional<DominatedSum> sum = dominatedSum(*user, domains);
    return sum && sum->isFirst != isFirst;
  });
}

std::optional<DominatedSum> dominatedSum(Operation &sum, const Domains &domains) {
  constexpr unsigned places = 96, fewest = 12;
  if (fusedProduct(sum))
    return std::nullopt;
  constexpr int magnitudes[] = {6, 1}; // that leaves an error as it is, and that may double it
  auto function = sum.getParentOfType<func::FuncOp>();
  double first = 0, second = 0; // of the second term over the first at most, and the reverse
  unsigned inside = 0;
  for (unsigned i = 0; i < places; ++i) {
    Place place(function, i);
    const bool isUsed = llvm::all_of(function.getArguments(), [&](BlockArgument argument) {
      const Interval interval = domains.of(&sum, argument);
      const double x = place.of(argument).value();
      return interval.low <= x && x <= interval.high;
    });
    if (!isUsed)
      continue;
    const Known a = place.of(sum.getOperand(0)), b = place.of(sum.getOperand(1));
    if (!a || !b || *a == 0 || *b == 0)
      return std::nullopt;
    first = std::max(first, std::fabs(*b / *a));
    second = std::max(second, std::fabs(*a / *b));
    if (!(std::min(first, second) <= 0.5))
      return std::nullopt;
    ++inside;
  }
  if (inside < fewest)
    return std::nullopt;
  const bool isFirst = first <= second;
  for (const int magnitude : magnitudes)
    if (std::min(first, second) <= std::exp2(-magnitude))
      return DominatedSum{isFirst, magnitude};
  return std::nullopt;
}

} // namespace xphi::compiler
