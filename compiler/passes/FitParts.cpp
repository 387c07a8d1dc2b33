// The parts of one input, each as a text of its own for the search.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/FitParts.h"

#include "Budget.h"
#include "analysis/ErrorEstimate.h"
#include "analysis/FastCost.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "dsl/Frontend.h"
#include "import/RaiseToText.h"
#include "lowering/FittedFunction.h"
#include "lowering/FittedParts.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mlir;

namespace xphi::compiler {
namespace {

// What is longer takes longer to fit than anybody waits, and is rarely smooth.
constexpr unsigned mostOperations = 64;

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
    if (isa<DroppedOp>(op)) // of the element's place, too
      here.arguments.insert(function.getNumArguments());
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
  return argument < function.getNumArguments() && function.getArgAttr(argument, inputName) &&
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

void fitPartsOf(func::FuncOp function, const FitLimits &limits, std::vector<Fit> &fits) {
  if (function.front().getOperations().size() > mostOperations)
    return;
  const llvm::DenseMap<Value, Dependence> all = dependences(function);
  auto isPart = [&](Value value) {
    const Dependence &there = all.at(value);
    return there.isElementary && there.arguments.size() == 1 &&
           isInput(function, *there.arguments.begin()) && !value.getType().isInteger(1);
  };
  for (Operation &op : function.front().without_terminator()) {
    Value value = op.getResult(0);
    const bool isLargest = llvm::any_of(op.getUsers(), [&](Operation *user) {
      return user->hasTrait<OpTrait::IsTerminator>() || !isPart(user->getResult(0));
    });
    if (!isPart(value) || !isLargest || budgetSpent())
      continue;
    const unsigned argument = *all.at(value).arguments.begin();
    const dsl::ParseResult parsed = dsl::analyse({"<part>", textOf(function, value, argument)});
    if (!parsed)
      continue;
    // Only a result is rounded to an element, or small without what follows making it large; a part
    // leaves what follows something to err.
    FitLimits here = limits;
    if (value != function.front().getTerminator()->getOperand(0)) {
      here.elements = {};
      here.leastResult = 0;
      if (limits.mostUlps > 4)
        here.mostUlps = std::max(4.0, limits.mostUlps / 2 - 1);
    }
    std::optional<Fit> fit = findFit(parsed.program, parsed.program->entry(), here);
    if (!fit)
      continue;
    markFitted(&op, {unsigned(fits.size()), argument, fit->ulps, fit->least, fit->isNearest});
    fits.push_back(std::move(*fit));
  }
}

} // namespace

std::optional<FitLimits> fitLimits(unsigned lanes) {
  const unsigned segments = segmentsFor(lanes);
  return segments == 0 ? std::nullopt : std::optional(FitLimits{segments});
}

void fitParts(ArrayRef<func::FuncOp> kernel, FitLimits limits, std::vector<Fit> &fits) {
  limits.mostUlps = promisedUlps(*llvm::min_element(
      kernel, [](func::FuncOp a, func::FuncOp b) { return promisedUlps(a) < promisedUlps(b); }));
  // Of elements of few bits a fit that is tried at all of them needs no doubts about ties.
  const bool doesWithout = !limits.elements && llvm::all_of(kernel, isPromisedInF32);
  const size_t known = fits.size();
  for (func::FuncOp function : kernel)
    fitPartsOf(function, limits, fits);
  if (!doesWithout || fits.size() == known || costInF32(kernel, fits) < costInF32(kernel, {}))
    return;
  llvm::for_each(kernel, dropFits);
  fits.resize(known);
}

void fitNearest(ArrayRef<func::FuncOp> kernel, const FitLimits &limits, std::vector<Fit> &fits) {
  for (func::FuncOp function : kernel) {
    if (function.front().getOperations().size() > mostOperations || isPromisedInF32(function) ||
        function.getNumArguments() != 1 || function.getNumResults() != 1 || !isInput(function, 0) ||
        !function.getOps<DroppedOp>().empty() || budgetSpent())
      continue;
    Value value = function.front().getTerminator()->getOperand(0);
    const dsl::ParseResult parsed = dsl::analyse({"<part>", textOf(function, value, 0)});
    if (!parsed)
      continue;
    std::optional<Fit> fit = findFit(parsed.program, parsed.program->entry(), limits);
    if (!fit)
      continue;
    function->setAttr(pairFitName,
                      Builder(function.getContext()).getI32IntegerAttr(int(fits.size())));
    fits.push_back(std::move(*fit));
  }
}

} // namespace xphi::compiler
