// One look at each attribute and fit that the code follows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Decisions.h"

#include "dialect/Attributes.h"
#include "lowering/PairErrors.h"

using namespace mlir;

namespace xphi::compiler {

llvm::StringRef undecided(func::FuncOp function, ArrayRef<Fit> fits, std::size_t doubleFits) {
  auto isThere = [](IntegerAttr fit, std::size_t count) {
    return !fit || fit.getValue().ult(count);
  };
  EvaluationAttr evaluation = evaluationOf(function);
  if (!promised(function))
    return "nothing is promised of it";
  if (!evaluation)
    return "nobody chose the numbers that it is evaluated in";
  if (!isThere(evaluation.getPairFit(), fits.size()) ||
      !isThere(evaluation.getDoubleFit(), doubleFits))
    return "a fit is not there that gives its result";
  if (evaluation.hasFits() && llvm::any_of(function.getOps<FittedOp>(), [&](FittedOp part) {
        return part.getFit() >= fits.size();
      }))
    return "a fit is not there that stands for a part of it";
  const bool inPairs = evaluation.getNumbers() == EvaluatedIn::Pairs;
  if (evaluation.hasFits() && llvm::any_of(function.getOps<FittedOp>(), [&](FittedOp part) {
        return fits[part.getFit()].isTerm != inPairs;
      }))
    return inPairs ? "a fit of it gives no pairs of floats" : "a fit of it gives pairs of floats";
  if (inPairs && !PairErrors::of(function))
    return "it holds what is not evaluated in pairs of floats";
  return "";
}

} // namespace xphi::compiler
