// The values in wide numbers, and a branch for the lanes in which the input is infinite.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ValuesAtInfinity.h"

#include "lowering/Growth.h"
#include "lowering/WideEvaluation.h"
#include "lowering/WideInterpreter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

using namespace mlir;

namespace xphi::compiler {

std::optional<ValuesAtInfinity> valuesAtInfinity(func::FuncOp function) {
  const BlockArgument factor = cotangentOf(function);
  for (BlockArgument argument : function.getArguments())
    if (argument != factor && !isGrowing(function, argument))
      return std::nullopt;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto values = wideValues(function, {-infinity, infinity}, /*isGrowing=*/true);
  return values
             ? std::optional<ValuesAtInfinity>({float((*values)[0]), float((*values)[1]), factor})
             : std::nullopt;
}

Value withLimits(const ValuesAtInfinity &limits, Number value, ArrayRef<Value> arguments) {
  const Numbers &f32 = *value.numbers;
  OpBuilder &builder = f32.builder;
  Number x = f32.wrap(arguments[limits.factor && limits.factor.getArgNumber() == 0]);
  Mask infinite = abs(x) > std::numeric_limits<float>::max();
  auto branch = scf::IfOp::create(builder, f32.location, f32.type(), any(infinite),
                                  /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  Number limit = select(x > 0.0, f32.constant(limits.positive), f32.constant(limits.negative));
  if (limits.factor)
    limit = limit * f32.wrap(arguments[limits.factor.getArgNumber()]);
  scf::YieldOp::create(builder, f32.location, select(infinite, limit, value).value);
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, f32.location, value.value);
  return branch.getResult(0);
}

} // namespace xphi::compiler
