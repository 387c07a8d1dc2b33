// A copy of the function gets the fits, and its place if it is worth them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/FitPairs.h"

#include "Budget.h"
#include "analysis/ErrorEstimate.h"
#include "analysis/FastCost.h"
#include "analysis/LanesLeft.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/Evaluation.h"
#include "lowering/PairElementary.h"
#include "lowering/PairErrors.h"
#include "lowering/UsualBranches.h"

#include <algorithm>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Whether it can be evaluated so.
bool isKnownInPairs(func::FuncOp function) {
  const std::optional<PairErrors> errors = PairErrors::of(function);
  return errors && errors->ofResult().relative <= 0.5 * allowedPairError(function);
}

/// Marks the functions that have forms in pairs.
void takeForms(func::FuncOp function) {
  Builder builder(function.getContext());
  for (Operation &op : function.front())
    if (const std::optional<FormInPairs> form = formInPairs(&op))
      op.setAttr(domainName, builder.getF32FloatAttr(float(form->domain)));
}

/// Where the composed one is not known, with what parameters choose by default alone.
bool takeUsualBranches(func::FuncOp fitted, func::FuncOp composed) {
  if (PairErrors::of(composed) || !mayTakeUsualBranches(composed))
    return false;
  for (func::FuncOp function : {fitted, composed})
    say(function, usualBranchesName, UnitAttr::get(function.getContext()));
  return true;
}

/// What forms cost: where sums cancel, so many lanes may go to f64 that there is one in most
/// vectors.
double costOfForms(func::FuncOp function) {
  constexpr double lanes = 16;
  const std::optional<PairErrors> errors = PairErrors::of(function);
  const double left = errors->hasSums() ? std::min(1.0, lanes * shareLeft(function)) : 0;
  return costInPairs(function, {}) + left * costInDoubles(function);
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
    const bool isUsual = takeUsualBranches(copy, composed);
    // An operation of a pair waits for the one before; AVX-512 has registers to begin the next
    // ones.
    const double worthIt = limits.areOfAvx2() ? 0.65 : 0.8,
                 mostCost = worthIt * costInDoubles(composed);
    const bool mayTakeForms = !ofElements && !promised(function).getSlack() &&
                              isKnownInPairs(composed) && costInPairs(composed, {}) < mostCost;
    const double costOfComposed = mayTakeForms ? costOfForms(composed) : mostCost;
    const bool isComposed = costOfComposed < mostCost;
    fitPartsOf(copy, limits);
    const bool isFitted = !(ofElements && copy.getOps<FittedOp>().empty()) &&
                          isKnownInPairs(copy) && costInPairs(copy, fits) < costInDoubles(copy);
    if (isComposed && !(isFitted && costInPairs(copy, fits) < costOfComposed))
      std::swap(copy, composed);
    composed.erase();
    if (isComposed || isFitted) {
      function.getBody().takeBody(copy.getBody());
      say(function, inPairsName, UnitAttr::get(function.getContext()));
      if (isUsual)
        say(function, usualBranchesName, UnitAttr::get(function.getContext()));
    } else {
      fits.resize(known);
    }
    copy.erase();
  }
}

} // namespace xphi::compiler
