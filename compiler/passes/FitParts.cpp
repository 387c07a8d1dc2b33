// The parts of one input, each as a text of its own for the search.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/FitParts.h"

#include "Budget.h"
#include "abi/ElementTypes.h"
#include "analysis/ErrorEstimate.h"
#include "analysis/FastCost.h"
#include "analysis/InOutput.h"
#include "analysis/UsualValues.h"
#include "approx/ExactFit.h"
#include "approx/MillsRatio.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"
#include "dsl/Frontend.h"
#include "import/RaiseToText.h"
#include "lowering/Elementary.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedFunction.h"
#include "lowering/FittedParts.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/UsualBranches.h"
#include "passes/ComparedParts.h"
#include "passes/FitPairs.h"
#include "passes/Homogeneity.h"
#include "passes/LooseFit.h"

#include "mlir/IR/IRMapping.h"

#include <algorithm>
#include <cmath>
#include <list>

using namespace mlir;

namespace xphi::compiler {
namespace {

// What is longer takes longer to fit than anybody waits, and is rarely smooth. Parts of what has no
// fit are tried, too.
constexpr unsigned mostOperations = 80, mostTried = 6;

/// What a value depends on: arguments, and arithmetic of several of these that a pair of floats
/// holds.
struct Dependence {
  llvm::SmallDenseSet<Value, 4> on;
  bool isElementary = false; ///< more than arithmetic, comparisons and choices leads there
  Value nonzero;             ///< for this not to be zero
};

bool isLong(func::FuncOp function) {
  return size_t(llvm::count_if(function.front(),
                               [](Operation &op) { return !isa<FittedOp>(op); })) > mostOperations;
}

class Parts {
public:
  explicit Parts(func::FuncOp function) : function(function) {
    for (BlockArgument argument : function.getArguments())
      all[argument].on.insert(argument);
    for (Operation &op : function.front().without_terminator()) {
      Dependence here;
      here.isElementary = isElementary(op);
      if (isa<DroppedOp>(op)) // of the element's place, too
        here.on.insert(Value());
      for (Value operand : op.getOperands()) {
        const Dependence &there = all[operand];
        here.on.insert(there.on.begin(), there.on.end());
        here.isElementary |= there.isElementary;
      }
      Value result = op.getResult(0);
      if (op.hasAttr(uniformName))
        here.on = {result};
      else if (isPair(result) && !isOfOneInput(here) && !isScaling(op)) {
        here.on = {result};
        if (isHomogeneous(op))
          homogeneities.push_back({result, Homogeneity(function, op)});
      }
      all[result] = std::move(here);
    }
    for (const auto &[variable, homogeneity] : homogeneities)
      for (auto &[value, dependence] : all)
        if (homogeneity.isConstant(value) &&
            (dependence.on.size() > 1 || isOtherMonomial(dependence, variable))) {
          const bool isDivided =
              homogeneity.isDivided(value) && isa<MulOp>(variable.getDefiningOp());
          if (isDivided && !isLeaf(otherOperandOf(variable)))
            continue;
          dependence.on = {variable};
          if (isDivided)
            dependence.nonzero = otherOperandOf(variable);
        }
  }

  bool isInput(Value value) {
    auto argument = dyn_cast_if_present<BlockArgument>(value);
    return argument && function.getArgAttr(argument.getArgNumber(), inputName) &&
           !function.getArgAttr(argument.getArgNumber(), cotangentName) &&
           !argument.getType().isInteger(1);
  }

  /// What the value is a function of, if that is one number and there is more than arithmetic
  /// between.
  Value variableOf(Value value) {
    const Dependence &there = all.at(value);
    if (!there.isElementary || there.on.size() != 1 || value.getType().isInteger(1))
      return {};
    Value variable = *there.on.begin();
    if (!variable || (isLeaf(variable) && !isInput(variable)))
      return {};
    // By homogeneity it may depend on a product that it does not hold; a fit is of what it holds.
    return dependsOn(value, variable) ? variable : Value();
  }

  /// The argument that must not be zero; null if none.
  Value nonzeroFor(Value value) const { return all.at(value).nonzero; }

  /// Whether the fit has not settled within what inputs of a normal distribution lead to.
  bool isLeft(Value variable, const Fit &fit, const std::map<std::string, double> &parameters,
              double deviations = farInput) {
    for (double x : {-deviations, deviations}) {
      const double u = usualValue(variable, x, [&](BlockArgument argument) {
        const auto name =
            function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), parameterName);
        const auto found = parameters.find(name.str());
        return found == parameters.end() ? 1 : found->second;
      });
      if (u < double(fit.lowest()) || u > double(fit.highest()))
        return true;
    }
    return false;
  }

  /// The value as a definition of the language: of "x" where that is an input, else of "u", which
  /// stands for the variable and, where it is a product or quotient, for its first operand
  /// beside 1.
  std::string textOf(Value part, Value variable) {
    IRMapping copies;
    func::FuncOp alone = function.clone(copies);
    Operation *terminator = alone.front().getTerminator();
    terminator->setOperands(copies.lookup(part));
    std::string name = "u";
    if (auto input = dyn_cast<BlockArgument>(variable))
      name = function.getArgAttrOfType<StringAttr>(input.getArgNumber(), inputName).str();
    else
      stand(alone, copies.lookup(variable), name);
    for (Operation *op = terminator->getPrevNode(); op;) {
      Operation *unused = op->use_empty() ? op : nullptr;
      op = op->getPrevNode();
      if (unused)
        unused->erase();
    }
    const std::string text = "def part(" + name + ") =\n" + raiseToText(alone) + "\n";
    alone.erase();
    return text;
  }

private:
  bool isOfOneInput(const Dependence &there) {
    return there.on.empty() || (there.on.size() == 1 && isInput(*there.on.begin()));
  }

  static void stand(func::FuncOp alone, Value variable, const std::string &name) {
    OpBuilder builder(alone.getContext());
    const unsigned position = alone.getNumArguments();
    (void)alone.insertArgument(
        position, variable.getType(),
        builder.getDictionaryAttr(builder.getNamedAttr(inputName, builder.getStringAttr(name))),
        alone.getLoc());
    Value u = alone.getArgument(position);
    Operation *op = variable.getDefiningOp();
    variable.replaceAllUsesWith(u);
    if (!isHomogeneous(*op))
      return;
    builder.setInsertionPointToStart(&alone.front());
    const unsigned other = Homogeneity::otherOperand(*op);
    op->getOperand(1 - other).replaceAllUsesWith(u);
    otherOperandOf(variable).replaceAllUsesWith(
        ConstantOp::create(builder, op->getLoc(), "1").getResult());
  }

  /// What stands for the same variable: a multiple of what is none of arguments alone.
  static bool isScaling(Operation &op) {
    return isa<NegOp>(op) ||
           (isa<MulOp, DivOp>(op) &&
            llvm::any_of(op.getOperands(),
                         [](Value value) { return constantValue(value).has_value(); }) &&
            llvm::none_of(op.getOperands(), llvm::IsaPred<BlockArgument>));
  }

  /// Whether what is depended on is a product or quotient, as −a·x beside a·x.
  static bool isOtherMonomial(const Dependence &dependence, Value variable) {
    if (dependence.on.size() != 1 || *dependence.on.begin() == variable)
      return false;
    Operation *op = dependence.on.begin()->getDefiningOp();
    return isa_and_nonnull<MulOp, DivOp>(op) && llvm::all_of(op->getOperands(), [](Value value) {
             auto negative = value.getDefiningOp<NegOp>();
             return isLeaf(negative ? negative.getOperand() : value);
           });
  }

  static bool isHomogeneous(Operation &op) {
    return isa<MulOp, DivOp>(op) && llvm::all_of(op.getOperands(), [](Value value) {
             return isLeaf(value) || isa<MinOp, MaxOp>(value.getDefiningOp());
           });
  }
  static Value otherOperandOf(Value variable) {
    Operation *op = variable.getDefiningOp();
    return op->getOperand(Homogeneity::otherOperand(*op));
  }

  func::FuncOp function;
  llvm::DenseMap<Value, Dependence> all;
  llvm::SmallVector<std::pair<Value, Homogeneity>> homogeneities;
};

/// Whether it is chosen, perhaps, and nothing else becomes of it.
bool isChoiceOfResult(Value value) {
  return llvm::all_of(usersOf(value), [&](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() ||
           (isa<SelectOp, FittedOp>(user) && isChoiceOfResult(user->getResult(0)));
  });
}

/// Puts a fit between the part and its users. What is a fit already, as in a function's copy,
/// becomes this one.
void standFor(Operation &part, Value variable, Value nonzero, unsigned number, const Fit &fit,
              double ulps) {
  OpBuilder builder(part.getContext());
  builder.setInsertionPointAfter(&part);
  Value value = part.getResult(0);
  auto made = FittedOp::create(builder, part.getLoc(), exactValue(value), variable, nonzero, number,
                               ulps, fit.least, fit.most(), fit.isNearest, FitTies(fit.ties));
  if (auto earlier = dyn_cast<FittedOp>(part)) {
    earlier->setOperands(made->getOperands());
    earlier.getProperties() = made.getProperties();
    made.erase();
  } else {
    value.replaceAllUsesExcept(made, made);
  }
}

void fitPartsOf(func::FuncOp function, const FitLimits &limits,
                const std::map<std::string, double> &parameters, FitSearches &searches,
                std::vector<Fit> &fits) {
  if (isLong(function))
    return;
  Parts parts(function);
  llvm::DenseSet<Operation *> unfitted;
  unsigned tried = 0;
  // The last first: what a fit stands for needs none, and of what has none parts may have one.
  llvm::SmallVector<Operation *> operations;
  for (Operation &op : function.front().without_terminator())
    operations.push_back(&op);
  for (Operation *op : llvm::reverse(operations)) {
    Value value = op->getResult(0), variable = parts.variableOf(value);
    const bool isLargest = variable && llvm::any_of(op->getUsers(), [&](Operation *user) {
                             return user->hasTrait<OpTrait::IsTerminator>() ||
                                    parts.variableOf(user->getResult(0)) != variable ||
                                    unfitted.contains(user);
                           });
    if (!isLargest || budgetSpent() || !neededBesideFits(function).contains(op))
      continue;
    unfitted.insert(op);
    if (++tried > mostTried)
      continue;
    const std::string text = parts.textOf(value, variable);
    // Only a result is rounded to an element, or small without what follows making it large; a
    // factor adds its own error and a rounding.
    FitLimits here = limits;
    const bool isResult = value == function.front().getTerminator()->getOperand(0);
    if (!isResult) {
      if (function.getNumArguments() != 1 || !isChoiceOfResult(value))
        here.elements = {};
      here.leastResult = 0;
      here.mostUlps =
          limits.mostUlps > 4 ? std::max(4.0, limits.mostUlps / 2 - 1) : limits.mostUlps - 0.5;
    }
    if (isOnlyCompared(value)) {
      here.elements = {};
      here.mostUlps = ulpsOfSign;
    }
    here.mostUlpsAtZero = here.mostUlps;
    here.isOfPair = !isa<BlockArgument>(variable);
    here.isOrdered = !here.isOfPair || isOnlyMoved(value);
    if (here.isOfPair) {
      here.elements = {};
      // Derivatives of several numbers are measured against their largest term, which is far larger
      // than their sum where that is near a zero.
      if (said(function, derivativeName))
        here.mostUlpsAtZero = 2 * here.mostUlps;
    }
    std::optional<Fit> fit;
    if (FloatAttr slack = promised(function).getSlack(); slack && here.isOfPair && !here.pairs) {
      // Of what lies beyond a table one lane in thirty vectors is too many where so little is done.
      constexpr double farther = 4;
      const double most = slack.getValueAsDouble();
      const auto reaches = [&](const Fit &each) {
        return !parts.isLeft(variable, each, parameters, farther);
      };
      fit = findFitOfSum(searches, text, variable, most, here, reaches);
      if (!fit)
        fit = findLooseFit(searches, text, most, here, reaches);
    }
    if (!fit)
      fit = searches.find(text, here);
    if (!fit && here.mostUlps < limits.mostUlps && promised(function).getLibrary()) {
      here.mostUlps = here.mostUlpsAtZero = limits.mostUlps; // its products are measured
      fit = searches.find(text, here);
    }
    // Where not all elements come out right the fit for f32 takes its place, which the machine must
    // be able to look up.
    if (fit && !isResult && fit->accurate &&
        fit->accurate->segments > std::max(here.segments, here.moreSegments)) {
      here.elements = {};
      fit = searches.find(text, here);
    }
    if (!fit || (here.isOfPair && parts.isLeft(variable, *fit, parameters)))
      continue;
    const double ulps =
        here.mostUlpsAtZero > here.mostUlps ? fit->ulps : std::max(fit->ulps, fit->ulpsAtZero);
    unfitted.erase(op);
    const auto same = llvm::find(fits, *fit);
    standFor(*op, variable, parts.nonzeroFor(value), unsigned(same - fits.begin()), *fit, ulps);
    if (same == fits.end())
      fits.push_back(std::move(*fit));
  }
}

/// Whether f32 keeps the promise but for lanes that are few.
bool isWholeInF32(func::FuncOp function, const ErrorEstimate &estimate) {
  return isPromised(function, estimate) && llvm::none_of(estimate.limits, [](const auto &limit) {
           return limit.second.apart > 0; // all lanes near a zero
         });
}

/// Whether a derivative in one input, which terms may cancel in, errs by more than its promise near
/// a zero, since it is measured against these.
bool cancelsInF32(func::FuncOp function, const ErrorEstimate &estimate) {
  const auto inputs = llvm::count_if(function.getArguments(), [&](BlockArgument argument) {
    return function.getArgAttr(argument.getArgNumber(), inputName) &&
           !function.getArgAttr(argument.getArgNumber(), cotangentName);
  });
  if (!said(function, derivativeName) || inputs != 1)
    return false;
  return !estimate.sums.empty() || llvm::any_of(neededBesideFits(function), [](Operation *op) {
    const std::optional<FastFunction> fast = fastFunction(op);
    return fast && fast->term != 0;
  });
}

/// A kernel, with the fits that stand for parts of it.
struct InF32 {
  InF32(ArrayRef<func::FuncOp> kernel, ArrayRef<Fit> fits) : cost(costInF32(kernel, fits)) {
    constexpr double costOfGuard = 12, costOfFits = 3, costOfFinite = 2; // masks are slow
    for (func::FuncOp function : kernel) {
      const ErrorEstimate estimate = estimateInF32(function);
      isWhole &= isWholeInF32(function, estimate);
      cancels |= cancelsInF32(function, estimate);
      for (Operation *guarded : estimate.guarded)
        cost += isa<FittedOp>(guarded) ? costOfFits : uniformFactor(*guarded) ? 1 : costOfGuard;
      for (const auto &[op, late] : estimate.late)
        cost += late.isFinite ? costOfFinite : 0;
      for (Operation *op : estimate.fine)
        cost += fineFunction(op)->cost - fastFunction(op)->cost;
    }
  }
  double cost; ///< in vector instructions
  bool isWhole = true, cancels = false;
};

} // namespace

std::optional<FitLimits> fitLimits(unsigned lanes) {
  const unsigned segments = segmentsFor(lanes);
  if (segments == 0)
    return std::nullopt;
  FitLimits limits{segments};
  limits.moreSegments = segments < 32 ? 2 * segments : 0;
  return limits;
}

namespace {

/// Whether f32 would do, but for errors that add up.
bool errsTooMuch(func::FuncOp function) {
  const ErrorEstimate estimate = estimateInF32(function);
  return estimate.ulp && !isPromised(function, estimate);
}

/// Where fits are multiplied the errors of all count: tables of a degree more, perhaps.
void fitCloser(func::FuncOp function, FitLimits limits,
               const std::map<std::string, double> &parameters, FitSearches &searches,
               std::vector<Fit> &fits) {
  if (function.getOps<FittedOp>().empty())
    return;
  const size_t known = fits.size();
  // Of the library's, whose products are measured, less may do.
  constexpr double closer[] = {3, 2.25};
  for (const double most : ArrayRef(closer).drop_front(promised(function).getLibrary() ? 0 : 1)) {
    func::FuncOp copy = function.clone();
    dropFits(copy);
    limits.mostUlps = most;
    fitPartsOf(copy, limits, parameters, searches, fits);
    const bool isEnough = isPromisedInF32(copy);
    if (isEnough)
      function.getBody().takeBody(copy.getBody());
    else
      fits.resize(known);
    copy.erase();
    if (isEnough)
      return;
  }
}

/// Of elements of few bits. A fit that is tried at all of them leaves no doubts about ties; of f16,
/// where these are eight times as many as of bf16, any fit, which is off by less, leaves fewer.
/// With few segments others have many degrees: their cost decides, as that of floats does.
bool isWorthAnyCost(const FitLimits &limits, ArrayRef<Fit> fits) {
  return limits.segments >= FitLimits().segments || fractionBits(limits.elements->output) > 7 ||
         llvm::any_of(fits, [](const Fit &fit) { return fit.isNearest; });
}

void fitFloats(ArrayRef<func::FuncOp> kernel, FitLimits limits,
               const std::map<std::string, double> &parameters, FitSearches &searches,
               std::vector<Fit> &fits) {
  limits.mostUlps = promisedUlps(*llvm::min_element(
      kernel, [](func::FuncOp a, func::FuncOp b) { return promisedUlps(a) < promisedUlps(b); }));
  const std::list<ComparedParts> compared(kernel.begin(), kernel.end());
  const InF32 composed(kernel, {});
  const size_t known = fits.size();
  for (func::FuncOp function : kernel) {
    fitPartsOf(function, limits, parameters, searches, fits);
    if (!limits.elements && limits.mostUlps >= 4 && errsTooMuch(function))
      fitCloser(function, limits, parameters, searches, fits);
  }
  if (!composed.isWhole || fits.size() == known ||
      (limits.elements && isWorthAnyCost(limits, ArrayRef(fits).drop_front(known))))
    return;
  const InF32 fitted(kernel, fits);
  // What is right next to a zero, too, may cost more; so may results in order, also where look-ups
  // are slow.
  constexpr double ofZero = 2;
  const double ofOrder = limits.segments < 32 ? 1.5 : 1.25;
  const bool isInOrder = llvm::all_of(ArrayRef(fits).drop_front(known), [](const Fit &fit) {
    return fit.steps == Fit::Steps::OneWay && !fit.isOfPair && !fit.isOrderedProduct;
  });
  const double worth = composed.cancels && !fitted.cancels ? ofZero : isInOrder ? ofOrder : 1;
  if (fitted.cost < worth * composed.cost)
    return;
  llvm::for_each(kernel, dropFits);
  fits.resize(known);
}

/// Where f32 does not do, with what parameters choose by default alone, if it does then.
void fitUsualBranches(func::FuncOp function, const FitLimits &limits,
                      const std::map<std::string, double> &parameters, FitSearches &searches,
                      std::vector<Fit> &fits) {
  if (limits.elements || !mayTakeUsualBranches(function) || isPromisedInF32(function))
    return;
  func::FuncOp copy = function.clone();
  dropFits(copy);
  const UnitAttr mark = UnitAttr::get(function.getContext());
  say(copy, usualBranchesName, mark);
  FitLimits here = limits;
  here.mostUlps = promisedUlps(function);
  fitPartsOf(copy, here, parameters, searches, fits);
  if (isPromisedInF32(copy)) {
    function.getBody().takeBody(copy.getBody());
    say(function, usualBranchesName, mark);
  }
  copy.erase();
}

/// Where 32 entries are one look-up.
void markTabled(func::FuncOp function) {
  for (auto each : function.getOps<NormalCdfOp>())
    if (!isLeaf(each.getOperand()) && isPair(each.getOperand()))
      each->setAttr(tabledName, UnitAttr::get(function.getContext()));
}

/// Of those from the first on.
void dropUnused(ArrayRef<func::FuncOp> kernel, size_t first, std::vector<Fit> &fits) {
  std::map<unsigned, unsigned> places;
  std::vector<Fit> used;
  for (func::FuncOp function : kernel)
    for (auto part : function.getOps<FittedOp>()) {
      if (part.getFit() < first) // of the function that this one is a copy of
        continue;
      const auto [place, isNew] = places.try_emplace(part.getFit(), unsigned(first + used.size()));
      if (isNew)
        used.push_back(std::move(fits[part.getFit()]));
      part.setFit(place->second);
    }
  fits.resize(first);
  llvm::append_range(fits, used);
}

} // namespace

void fitParts(ArrayRef<func::FuncOp> kernel, FitLimits limits,
              const std::map<std::string, double> &parameters, FitSearches &searches,
              std::vector<Fit> &fits) {
  const size_t first = fits.size();
  if (limits.segments == MillsSegments::count)
    llvm::for_each(kernel, markTabled);
  fitFloats(kernel, limits, parameters, searches, fits);
  for (func::FuncOp function : kernel)
    fitUsualBranches(function, limits, parameters, searches, fits);
  fitPairs(kernel, limits, fits, [&](func::FuncOp function, const FitLimits &ofPairs) {
    fitPartsOf(function, ofPairs, parameters, searches, fits);
  });
  dropUnused(kernel, first, fits);
}

namespace {

/// The function of one input and of nothing else as a definition of the language.
std::optional<dsl::ParseResult> wholeText(func::FuncOp function) {
  if (isLong(function) || function.getNumArguments() != 1 || function.getNumResults() != 1 ||
      !function.getOps<DroppedOp>().empty() || budgetSpent())
    return std::nullopt;
  Parts parts(function);
  Value x = function.getArgument(0);
  if (!parts.isInput(x))
    return std::nullopt;
  dsl::ParseResult parsed =
      dsl::analyse({"<part>", parts.textOf(function.front().getTerminator()->getOperand(0), x)});
  return parsed ? std::optional(std::move(parsed)) : std::nullopt;
}

} // namespace

void fitInDoubles(ArrayRef<func::FuncOp> kernel, std::vector<DoubleFit> &fits) {
  for (func::FuncOp function : kernel) {
    if (llvm::none_of(function.front().without_terminator(), isElementary))
      continue;
    const std::optional<dsl::ParseResult> parsed = wholeText(function);
    if (!parsed)
      continue;
    // Of the 4 that an ulp is at least, less what the product with the incoming gradient adds.
    const double most = promisedUlps(function) - (said(function, kernelName) ? 1.125 : 0.125);
    std::optional<DoubleFit> fit =
        findDoubleFit(parsed->program, parsed->program->entry(), std::min(most, 3.875));
    if (!fit)
      continue;
    say(function, doubleFitName,
        Builder(function.getContext()).getI32IntegerAttr(int(fits.size())));
    fits.push_back(std::move(*fit));
  }
}

void fitNearest(ArrayRef<func::FuncOp> kernel, const FitLimits &limits, std::vector<Fit> &fits) {
  for (func::FuncOp function : kernel) {
    const std::optional<dsl::ParseResult> parsed =
        isPromisedInF32(function) ? std::nullopt : wholeText(function);
    if (!parsed)
      continue;
    std::optional<Fit> fit = findExactFit(parsed->program, parsed->program->entry(), limits);
    if (!fit)
      continue;
    say(function, pairFitName, Builder(function.getContext()).getI32IntegerAttr(int(fits.size())));
    fits.push_back(std::move(*fit));
  }
}

std::optional<FittedResult> fittedResult(func::FuncOp function) {
  auto last = function.front().getTerminator()->getOperand(0).getDefiningOp<FittedOp>();
  auto argument = last ? dyn_cast<BlockArgument>(last.getVariable()) : BlockArgument();
  const bool isOfInput = argument && function.getNumResults() == 1 &&
                         function.getArgAttr(argument.getArgNumber(), inputName) &&
                         !argument.getType().isInteger(1);
  return isOfInput ? std::optional(FittedResult{last.getFit(), last}) : std::nullopt;
}

float leastFitted(const FittedResult &result, const Fit &fit) {
  return std::max({result.operation->hasAttr(normalName) ? fit.firstNormal : 0, fit.firstNearest,
                   fit.smallest});
}

} // namespace xphi::compiler
