// The parts of one input, each as a text of its own for the search.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/FittedParts.h"

#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "dsl/Frontend.h"
#include "import/RaiseToText.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr llvm::StringLiteral fitName = "xphi.fit";
constexpr llvm::StringLiteral indexName = "index", argumentName = "argument", ulpsName = "ulps",
                              leastName = "least";

/// What a value depends on.
struct Dependence {
  llvm::SmallDenseSet<unsigned, 4> arguments;
  bool isElementary = false; ///< more than arithmetic, comparisons and choices leads there
};

bool isElementary(Operation &op) {
  return !isa<ConstantOp, AddOp, SubOp, MulOp, DivOp, NegOp, MinOp, MaxOp, AbsOp, SignOp, StepOp,
              FloorOp, CeilOp, RoundOp, SqrtOp, CompareOp, AndOp, OrOp, NotOp, SelectOp,
              CustomGradientOp>(op);
}

llvm::DenseMap<Value, Dependence> dependences(func::FuncOp function) {
  llvm::DenseMap<Value, Dependence> all;
  for (BlockArgument argument : function.getArguments())
    all[argument].arguments.insert(argument.getArgNumber());
  for (Operation &op : function.front().without_terminator()) {
    Dependence here;
    here.isElementary = isElementary(op);
    for (Value operand : op.getOperands()) {
      const Dependence &there = all[operand];
      here.arguments.insert(there.arguments.begin(), there.arguments.end());
      here.isElementary |= there.isElementary;
    }
    all[op.getResult(0)] = std::move(here);
  }
  return all;
}

bool isInput(func::FuncOp function, unsigned argument) {
  return function.getArgAttr(argument, inputName) &&
         !function.getArgAttr(argument, cotangentName) &&
         !function.getArgument(argument).getType().isInteger(1);
}

/// The part as a definition of the language.
std::string textOf(func::FuncOp function, Value part, unsigned argument) {
  IRMapping copies;
  func::FuncOp alone = function.clone(copies);
  Operation *terminator = alone.front().getTerminator();
  terminator->setOperands(copies.lookup(part));
  for (Operation *op = terminator->getPrevNode(); op;) {
    Operation *unused = op->use_empty() ? op : nullptr;
    op = op->getPrevNode();
    if (unused)
      unused->erase();
  }
  const std::string name = function.getArgAttrOfType<StringAttr>(argument, inputName).str(),
                    text = "def part(" + name + ") =\n" + raiseToText(alone) + "\n";
  alone.erase();
  return text;
}

} // namespace

std::optional<FittedPart> fittedPart(Operation *op) {
  auto mark = op->getAttrOfType<DictionaryAttr>(fitName);
  if (!mark)
    return std::nullopt;
  auto integer = [&](StringRef name) { return unsigned(mark.getAs<IntegerAttr>(name).getInt()); };
  auto number = [&](StringRef name) { return mark.getAs<FloatAttr>(name).getValueAsDouble(); };
  return FittedPart{integer(indexName), integer(argumentName), number(ulpsName), number(leastName)};
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

void fitParts(func::FuncOp function, const FitLimits &limits, std::vector<Fit> &fits) {
  const llvm::DenseMap<Value, Dependence> all = dependences(function);
  auto isPart = [&](Value value) {
    const Dependence &there = all.at(value);
    return there.isElementary && there.arguments.size() == 1 &&
           isInput(function, *there.arguments.begin()) && !value.getType().isInteger(1);
  };
  Builder builder(function.getContext());
  for (Operation &op : function.front().without_terminator()) {
    Value value = op.getResult(0);
    const bool isLargest = llvm::any_of(op.getUsers(), [&](Operation *user) {
      return user->hasTrait<OpTrait::IsTerminator>() || !isPart(user->getResult(0));
    });
    if (!isPart(value) || !isLargest)
      continue;
    const unsigned argument = *all.at(value).arguments.begin();
    const dsl::ParseResult parsed = dsl::analyse({"<part>", textOf(function, value, argument)});
    if (!parsed)
      continue;
    std::optional<Fit> fit = findFit(parsed.program, parsed.program->entry(), limits);
    if (!fit)
      continue;
    op.setAttr(fitName,
               builder.getDictionaryAttr({
                   builder.getNamedAttr(indexName, builder.getI32IntegerAttr(int(fits.size()))),
                   builder.getNamedAttr(argumentName, builder.getI32IntegerAttr(int(argument))),
                   builder.getNamedAttr(ulpsName, builder.getF64FloatAttr(fit->ulps)),
                   builder.getNamedAttr(leastName, builder.getF64FloatAttr(fit->least)),
               }));
    fits.push_back(std::move(*fit));
  }
}

void dropFits(func::FuncOp function) {
  function.walk([](Operation *op) { op->removeAttr(fitName); });
}

} // namespace xphi::compiler
