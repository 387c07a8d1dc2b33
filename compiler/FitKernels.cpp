// The fits of value and derivative, searched for at the same time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A search is of a text and knows no MLIR, so it is what two threads do at once; all else is done
// in turns, since an MLIR context is for one thread at a time. Each kernel numbers its fits, and
// they are joined at last: what is compiled does not depend on who came first.
#include "RealFunctions.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// A fit that is known already has one number.
void join(std::vector<Fit> &fits, std::vector<Fit> others, ArrayRef<func::FuncOp> kernel) {
  std::vector<unsigned> numbers;
  for (Fit &other : others) {
    const auto known = llvm::find(fits, other);
    numbers.push_back(unsigned(known - fits.begin()));
    if (known == fits.end())
      fits.push_back(std::move(other));
  }
  for (func::FuncOp function : kernel)
    for (auto part : function.getOps<FittedOp>())
      part.setFit(numbers[part.getFit()]);
}

} // namespace

FitLimits RealFunctions::limitsOf(const FitLimits &limits, bool isBackward) const {
  FitLimits here = limits;
  here.leastResult = promise.least;
  here.elements = elementsOf(isBackward);
  here.pairs = promise.isExact;
  return here;
}

void RealFunctions::fitKernels(const FitLimits &limits, FitSearches &searches, AtOnce atOnce,
                               Turns *turns) {
  llvm::SmallVector<func::FuncOp> forward, backward;
  for (auto function : module->getOps<func::FuncOp>())
    (said(function, kernelName) ? backward : forward).push_back(function);
  if (isFromOutput)
    backward.clear();
  const auto inTurn = [&](FitSearches &with, llvm::function_ref<void()> work) {
    with.inTurns(turns);
    if (turns)
      turns->take();
    work();
    if (turns)
      turns->give();
    with.inTurns(nullptr);
  };
  const bool isInParts = !limits.doubles && !promise.isExact;
  std::vector<Fit> others;
  FitSearches beside = searches.beside();
  const auto fit = [&](ArrayRef<func::FuncOp> kernel, bool isBackward, FitSearches &with,
                       std::vector<Fit> &found) {
    if (kernel.empty())
      return;
    const FitLimits here = limitsOf(limits, isBackward);
    if (here.doubles)
      fitInDoubles(kernel, doubleFits);
    else if (here.pairs)
      fitNearest(kernel, here, found);
    else
      fitParts(kernel, here, defaults, with, found);
  };
  atOnce(
      [&] {
        inTurn(searches, [&] { fit(forward, false, searches, fits); });
        if (!isInParts)
          fit(backward, true, searches, fits);
      },
      [&] {
        if (isInParts)
          inTurn(beside, [&] { fit(backward, true, beside, others); });
      });
  join(fits, std::move(others), isInParts ? backward : llvm::SmallVector<func::FuncOp>());
}

} // namespace xphi::compiler
