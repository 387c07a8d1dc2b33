// Each with operands of its own, so that it is computed once for all that is evaluated.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/TakenDraws.h"

#include "analysis/InOutput.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace xphi::compiler {

// Numbers and arguments are: what is computed need not be.
static bool areSame(DroppedOp op, func::FuncOp operands) {
  return llvm::all_of(llvm::zip(op.getOperands(), operands.front().getTerminator()->getOperands()),
                      [](auto pair) {
                        auto [a, b] = pair;
                        if (auto argument = dyn_cast<BlockArgument>(a))
                          return isa<BlockArgument>(b) &&
                                 cast<BlockArgument>(b).getArgNumber() == argument.getArgNumber();
                        auto one = a.template getDefiningOp<ConstantOp>();
                        auto other = b.template getDefiningOp<ConstantOp>();
                        return one && other && one.getValue() == other.getValue();
                      });
}

static Draw drawOf(DroppedOp op, func::FuncOp function) {
  IRMapping mapping;
  auto operands = cast<func::FuncOp>(function->clone(mapping));
  llvm::SmallVector<Value> values;
  for (Value operand : op.getOperands())
    values.push_back(mapping.lookup(operand));
  Operation *terminator = operands.front().getTerminator();
  terminator->setOperands(values);
  for (Operation &each : llvm::make_early_inc_range(llvm::reverse(operands.front())))
    if (&each != terminator && each.use_empty())
      each.erase();
  const bool oneKey = llvm::none_of(operands.getArguments(), [&](BlockArgument argument) {
    const unsigned i = argument.getArgNumber();
    const bool isOne =
        operands.getArgAttr(i, parameterName) && !operands.getArgAttr(i, channelName);
    return !isOne && (dependsOn(values[1], argument) || dependsOn(values[2], argument));
  });
  return {operands, oneKey};
}

llvm::SmallVector<Draw> takeDraws(ArrayRef<func::FuncOp> functions) {
  llvm::SmallVector<Draw> draws;
  const unsigned first = func::FuncOp(functions.front()).getNumArguments();
  for (func::FuncOp function : functions)
    for (auto op : llvm::make_early_inc_range(function.getOps<DroppedOp>())) {
      const auto same =
          llvm::find_if(draws, [&](const Draw &draw) { return areSame(op, draw.operands.get()); });
      const auto position = unsigned(same - draws.begin());
      if (same == draws.end()) {
        draws.push_back(drawOf(op, function));
        for (func::FuncOp each : functions)
          (void)each.insertArgument(each.getNumArguments(), op.getP().getType(), {}, op.getLoc());
      }
      OpBuilder builder(op);
      Value zero = ConstantOp::create(builder, op.getLoc(), "0");
      Value holds = CompareOp::create(builder, op.getLoc(), op.getType(), Predicate::NotEqual,
                                      function.getArgument(first + position), zero);
      op.replaceAllUsesWith(holds);
      op.erase();
    }
  return draws;
}

} // namespace xphi::compiler
