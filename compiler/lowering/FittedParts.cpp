// A mark is a dictionary on the operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/FittedParts.h"

#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "lowering/PairArithmetic.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace xphi::compiler {

static constexpr llvm::StringLiteral fitName = "xphi.fit", variableName = "xphi.fit_variable",
                                     indexName = "index", argumentName = "argument",
                                     ulpsName = "ulps", leastName = "least",
                                     nearestName = "nearest", tiesName = "ties",
                                     nonzeroName = "nonzero";

void markFitted(Operation *op, const FittedPart &part) {
  Builder builder(op->getContext());
  auto integer = [&](StringRef name, unsigned value) {
    return builder.getNamedAttr(name, builder.getI32IntegerAttr(int(value)));
  };
  auto number = [&](StringRef name, double value) {
    return builder.getNamedAttr(name, builder.getF64FloatAttr(value));
  };
  llvm::SmallVector<NamedAttribute> mark = {
      integer(indexName, part.fit), number(ulpsName, part.ulps), number(leastName, part.least),
      integer(nearestName, part.isNearest), integer(tiesName, unsigned(part.ties))};
  if (part.nonzero)
    mark.push_back(integer(nonzeroName, part.nonzero == part.of.getDefiningOp()->getOperand(1)));
  if (auto argument = dyn_cast<BlockArgument>(part.of))
    mark.push_back(integer(argumentName, argument.getArgNumber()));
  else
    part.of.getDefiningOp()->setAttr(variableName, builder.getUnitAttr());
  op->setAttr(fitName, builder.getDictionaryAttr(mark));
}

// There is one, for a part depends on no other.
static Value variableOf(Operation *op) {
  llvm::SmallVector<Operation *> waiting = {op};
  llvm::DenseSet<Operation *> seen;
  while (!waiting.empty()) {
    Operation *each = waiting.pop_back_val();
    if (each->hasAttr(variableName))
      return each->getResult(0);
    for (Value operand : each->getOperands())
      if (Operation *before = operand.getDefiningOp(); before && seen.insert(before).second)
        waiting.push_back(before);
  }
  llvm_unreachable("a fit is of something");
}

std::optional<FittedPart> fittedPart(Operation *op) {
  auto mark = op->getAttrOfType<DictionaryAttr>(fitName);
  if (!mark)
    return std::nullopt;
  auto integer = [&](StringRef name) { return unsigned(mark.getAs<IntegerAttr>(name).getInt()); };
  auto number = [&](StringRef name) { return mark.getAs<FloatAttr>(name).getValueAsDouble(); };
  // Of arguments those that come first keep their number where the incoming gradient is added.
  auto argument = mark.getAs<IntegerAttr>(argumentName),
       operand = mark.getAs<IntegerAttr>(nonzeroName);
  Value of = argument ? op->getParentOfType<func::FuncOp>().getArgument(unsigned(argument.getInt()))
                      : variableOf(op),
        nonzero = operand ? of.getDefiningOp()->getOperand(unsigned(operand.getInt())) : Value();
  return FittedPart{integer(indexName),
                    of,
                    nonzero,
                    number(ulpsName),
                    number(leastName),
                    integer(nearestName) != 0,
                    Fit::Ties(integer(tiesName))};
}

void dropFits(func::FuncOp function) {
  function.walk([](Operation *op) {
    op->removeAttr(fitName);
    op->removeAttr(variableName);
  });
}

llvm::DenseSet<Operation *> neededBesideFits(func::FuncOp function) {
  llvm::DenseSet<Operation *> needed;
  Operation *terminator = function.front().getTerminator();
  llvm::SmallVector<Operation *> waiting = {terminator};
  while (!waiting.empty()) {
    Operation *op = waiting.pop_back_val();
    if (op != terminator && (fittedPart(op) || takesPair(op)))
      continue;
    for (Value operand : op->getOperands())
      if (Operation *before = operand.getDefiningOp(); before && needed.insert(before).second)
        waiting.push_back(before);
  }
  return needed;
}

static std::optional<FittedPart> nearestFit(func::FuncOp function) {
  Operation *last = function.front().getTerminator()->getOperand(0).getDefiningOp();
  if (auto product = dyn_cast_if_present<MulOp>(last); product && !fittedPart(product))
    for (unsigned i : {0u, 1u}) {
      auto factor = dyn_cast<BlockArgument>(product->getOperand(i));
      if (factor && function.getArgAttr(factor.getArgNumber(), cotangentName))
        last = product->getOperand(1 - i).getDefiningOp();
    }
  const std::optional<FittedPart> part = last ? fittedPart(last) : std::nullopt;
  return part && part->isNearest ? part : std::nullopt;
}

bool isNearestFit(func::FuncOp function) { return nearestFit(function).has_value(); }

Fit::Ties tiesOf(func::FuncOp function) {
  const std::optional<FittedPart> part = nearestFit(function);
  return part ? part->ties : Fit::Ties::ToEven;
}

} // namespace xphi::compiler
