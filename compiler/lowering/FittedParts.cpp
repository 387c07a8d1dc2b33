// A mark is a dictionary on the operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/FittedParts.h"

#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace xphi::compiler {

static constexpr llvm::StringLiteral fitName = "xphi.fit", indexName = "index",
                                     argumentName = "argument", ulpsName = "ulps",
                                     leastName = "least", nearestName = "nearest";

void markFitted(Operation *op, const FittedPart &part) {
  Builder builder(op->getContext());
  auto integer = [&](StringRef name, unsigned value) {
    return builder.getNamedAttr(name, builder.getI32IntegerAttr(int(value)));
  };
  auto number = [&](StringRef name, double value) {
    return builder.getNamedAttr(name, builder.getF64FloatAttr(value));
  };
  op->setAttr(fitName, builder.getDictionaryAttr(
                           {integer(indexName, part.fit), integer(argumentName, part.argument),
                            number(ulpsName, part.ulps), number(leastName, part.least),
                            integer(nearestName, part.isNearest)}));
}

std::optional<FittedPart> fittedPart(Operation *op) {
  auto mark = op->getAttrOfType<DictionaryAttr>(fitName);
  if (!mark)
    return std::nullopt;
  auto integer = [&](StringRef name) { return unsigned(mark.getAs<IntegerAttr>(name).getInt()); };
  auto number = [&](StringRef name) { return mark.getAs<FloatAttr>(name).getValueAsDouble(); };
  return FittedPart{integer(indexName), integer(argumentName), number(ulpsName), number(leastName),
                    integer(nearestName) != 0};
}

void dropFits(func::FuncOp function) {
  function.walk([](Operation *op) { op->removeAttr(fitName); });
}

llvm::DenseSet<Operation *> neededBesideFits(func::FuncOp function) {
  llvm::DenseSet<Operation *> needed;
  Operation *terminator = function.front().getTerminator();
  llvm::SmallVector<Operation *> waiting = {terminator};
  while (!waiting.empty()) {
    Operation *op = waiting.pop_back_val();
    if (op != terminator && fittedPart(op))
      continue;
    for (Value operand : op->getOperands())
      if (Operation *before = operand.getDefiningOp(); before && needed.insert(before).second)
        waiting.push_back(before);
  }
  return needed;
}

bool isNearestFit(func::FuncOp function) {
  Operation *last = function.front().getTerminator()->getOperand(0).getDefiningOp();
  if (auto product = dyn_cast_if_present<MulOp>(last); product && !fittedPart(product))
    for (unsigned i : {0u, 1u}) {
      auto factor = dyn_cast<BlockArgument>(product->getOperand(i));
      if (factor && function.getArgAttr(factor.getArgNumber(), cotangentName))
        last = product->getOperand(1 - i).getDefiningOp();
    }
  const std::optional<FittedPart> part = last ? fittedPart(last) : std::nullopt;
  return part && part->isNearest;
}

} // namespace xphi::compiler
