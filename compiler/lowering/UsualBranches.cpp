// Conditions of parameters and constants, at the defaults.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/UsualBranches.h"

#include "dialect/Attributes.h"
#include "dialect/Comparison.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"

#include "llvm/ADT/TypeSwitch.h"

#include <functional>

using namespace mlir;

namespace xphi::compiler {
namespace {

std::optional<double> usualValue(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return constantValue(value);
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  auto usual = function.getArgAttrOfType<FloatAttr>(argument.getArgNumber(), defaultName);
  return usual ? std::optional(usual.getValueAsDouble()) : std::nullopt;
}

std::optional<bool> compared(CompareOp compare) {
  const std::optional<double> a = usualValue(compare.getLhs()), b = usualValue(compare.getRhs());
  if (!a || !b)
    return std::nullopt;
  return compares(compare.getPredicate(), *a, *b);
}

/// Nothing where an input has a say.
std::optional<bool> usualTruth(Value condition) {
  Operation *op = condition.getDefiningOp();
  if (!op)
    return std::nullopt;
  auto operand = [&](unsigned i) { return usualTruth(op->getOperand(i)); };
  const auto both = [&](auto join) -> std::optional<bool> {
    const std::optional<bool> a = operand(0), b = operand(1);
    return a && b ? std::optional<bool>(join(*a, *b)) : std::nullopt;
  };
  return llvm::TypeSwitch<Operation *, std::optional<bool>>(op)
      .Case([](CompareOp compare) { return compared(compare); })
      .Case([&](AndOp) { return both(std::logical_and<bool>()); })
      .Case([&](OrOp) { return both(std::logical_or<bool>()); })
      .Case([&](NotOp) -> std::optional<bool> {
        const std::optional<bool> a = operand(0);
        return a ? std::optional(!*a) : std::nullopt;
      })
      .Default([](Operation *) { return std::nullopt; });
}

} // namespace

bool mayTakeUsualBranches(func::FuncOp function) {
  return llvm::any_of(function.getOps<SelectOp>(), [](SelectOp select) {
    return usualTruth(select.getCondition()).has_value();
  });
}

unsigned usualOperand(Operation &op) {
  auto select = dyn_cast<SelectOp>(op);
  if (!select || !said(op.getParentOfType<func::FuncOp>(), usualBranchesName))
    return 0;
  const std::optional<bool> usual = usualTruth(select.getCondition());
  return !usual ? 0 : *usual ? 1 : 2;
}

} // namespace xphi::compiler
