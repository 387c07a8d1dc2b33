// Plain arithmetic in doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/UsualValues.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"

#include <algorithm>
#include <cmath>
#include <optional>

using namespace mlir;

namespace xphi::compiler {

static func::FuncOp ownerOf(BlockArgument argument) {
  return cast<func::FuncOp>(argument.getOwner()->getParentOp());
}

double usualValue(Value value, double x, llvm::function_ref<double(BlockArgument)> parameterOf) {
  std::optional<BlockArgument> first;
  auto number = [&](auto &number, Value each) -> double {
    if (auto argument = dyn_cast<BlockArgument>(each)) {
      if (ownerOf(argument).getArgAttr(argument.getArgNumber(), parameterName))
        return parameterOf(argument);
      if (!first)
        first = argument;
      return *first == argument ? x : 1;
    }
    if (std::optional<double> constant = constantValue(each))
      return *constant;
    Operation *op = each.getDefiningOp();
    const double a = number(number, op->getOperand(0));
    if (isa<NegOp>(op))
      return -a;
    if (isa<AbsOp>(op))
      return std::fabs(a);
    if (isa<SqrtOp>(op))
      return std::sqrt(a);
    const double b = number(number, op->getOperand(1));
    return isa<AddOp>(op)   ? a + b
           : isa<SubOp>(op) ? a - b
           : isa<MulOp>(op) ? a * b
           : isa<DivOp>(op) ? a / b
           : isa<MinOp>(op) ? std::min(a, b)
                            : std::max(a, b);
  };
  return number(number, value);
}

double usualValue(Value value, double x) {
  return usualValue(value, x, [](BlockArgument argument) {
    auto usual =
        ownerOf(argument).getArgAttrOfType<FloatAttr>(argument.getArgNumber(), defaultName);
    return usual ? usual.getValueAsDouble() : 1;
  });
}

} // namespace xphi::compiler
