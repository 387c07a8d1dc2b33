// A copy of the function gets the fits, and its place if it is worth them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/FitPairs.h"

#include "Budget.h"
#include "analysis/ErrorEstimate.h"
#include "analysis/FastCost.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/PairErrors.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Whether it can be evaluated so, at less than what f64 costs.
bool isGoodInPairs(func::FuncOp function, ArrayRef<Fit> fits) {
  const std::optional<PairErrors> errors = PairErrors::of(function);
  return errors && errors->ofResult().relative <= 0.5 * allowedPairError(function) &&
         costInPairs(function, fits) < costInDoubles(function);
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
    fitPartsOf(copy, limits);
    if (!(ofElements && copy.getOps<FittedOp>().empty()) && isGoodInPairs(copy, fits)) {
      function.getBody().takeBody(copy.getBody());
      say(function, inPairsName, UnitAttr::get(function.getContext()));
    } else {
      fits.resize(known);
    }
    copy.erase();
  }
}

} // namespace xphi::compiler
