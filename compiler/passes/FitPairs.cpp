// A copy of the function gets the fits, and its place if it is worth them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/FitPairs.h"

#include "Budget.h"
#include "analysis/ErrorEstimate.h"
#include "analysis/FastCost.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/Evaluation.h"
#include "lowering/PairElementary.h"
#include "lowering/PairErrors.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Whether it can be evaluated so, at less than this part of what f64 costs.
bool isGoodInPairs(func::FuncOp function, ArrayRef<Fit> fits, double part = 1) {
  const std::optional<PairErrors> errors = PairErrors::of(function);
  return errors && errors->ofResult().relative <= 0.5 * allowedPairError(function) &&
         costInPairs(function, fits) < part * costInDoubles(function);
}

/// Marks the functions that have forms in pairs.
void takeForms(func::FuncOp function) {
  Builder builder(function.getContext());
  for (Operation &op : function.front())
    if (const std::optional<FormInPairs> form = formInPairs(&op))
      op.setAttr(domainName, builder.getF32FloatAttr(float(form->domain)));
}

/// Whether no sum cancels: tables are more exact than forms, so of sums of them fewer lanes go to
/// f64.
bool mayTakeForms(func::FuncOp function) {
  const std::optional<PairErrors> errors = PairErrors::of(function);
  return errors && !errors->hasSums();
}

} // namespace

void fitPairs(ArrayRef<func::FuncOp> kernel, FitLimits limits, std::vector<Fit> &fits,
              llvm::function_ref<void(func::FuncOp, const FitLimits &)> fitPartsOf) {
  // Of normally distributed terms less than one vector in twenty then has a lane in which more is
  // lost. Without sums nothing is.
  constexpr double wanted = 0x1p-6, most = 0.875;
  const bool ofElements = limits.elements.has_value();
  limits.elements = {};
  limits.leastResult = 0;
  limits.pairs = true;
  for (func::FuncOp function : kernel) {
    const double allowed = allowedPairError(function) - PairErrors::ofLastSum;
    if (isPromisedInF32(function) || promised(function).getExact() || !(allowed > 0) ||
        function.getNumResults() != 1 || said(function, defaultsName) || budgetSpent())
      continue;
    // Where ties are exact f32 knows arithmetic better.
    const std::optional<PairErrors> errors = PairErrors::of(function);
    limits.termError = (!errors || errors->hasSums() ? wanted : 0.5 * most) * allowed;
    limits.mostTermError = most * allowed;
    const size_t known = fits.size();
    func::FuncOp copy = function.clone();
    dropFits(copy);
    func::FuncOp composed = copy.clone();
    takeForms(composed);
    constexpr double worthIt = 0.65; // an operation of a pair waits for the one before
    const bool isComposed = !ofElements && !promised(function).getSlack() &&
                            mayTakeForms(composed) && isGoodInPairs(composed, fits, worthIt);
    fitPartsOf(copy, limits);
    const bool isFitted =
        !(ofElements && copy.getOps<FittedOp>().empty()) && isGoodInPairs(copy, fits);
    if (isComposed && !(isFitted && costInPairs(copy, fits) < costInPairs(composed, fits)))
      std::swap(copy, composed);
    composed.erase();
    if (isComposed || isFitted) {
      function.getBody().takeBody(copy.getBody());
      say(function, inPairsName, UnitAttr::get(function.getContext()));
    } else {
      fits.resize(known);
    }
    copy.erase();
  }
}

} // namespace xphi::compiler
