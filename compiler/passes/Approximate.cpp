// Approximate: chooses the numbers a function is evaluated in, by an estimate of its error in f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Five choices, written to the function's result as `xphi.evaluation`:
//   "f32"      all arithmetic in f32: pieces of lines and the like;
//   "guarded"  in f32 where every elementary function's argument is in its domain and every product
//              in the range of f32, in f64 for the other lanes: the fast path for the data there
//              is, the slow one for the tails;
//   "pairs"    as "guarded", but in pairs of floats, each lane with a bound: for sums of fits that
//              may cancel;
//   "f64"      all arithmetic in f64, rounded once, at half the lanes: for what cannot cancel, and
//              for the library's own functions, which are tested as they are;
//   "watched"  in f64 with a bound on the error of each lane, and in wide numbers for the lanes
//              whose bound is too large.
// The lanes that a "guarded" function leaves to f64 are watched in the same cases. Infinities that
// may meet go to wide numbers in any case. The library's functions are watched in these cases where
// a parameter is far from its default (lowering/FarParameters.h).
#include "analysis/Conditioning.h"
#include "analysis/ErrorEstimate.h"
#include "lowering/Elementary.h"
#include "lowering/Evaluation.h"
#include "lowering/FarParameters.h"
#include "lowering/FittedParts.h"
#include "lowering/LogisticMean.h"
#include "lowering/SpecialInputs.h"
#include "lowering/UsualBranches.h"
#include "passes/Passes.h"
#include "passes/Reciprocals.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_APPROXIMATE
#include "XphiPasses.h.inc"

namespace {

struct Approximate : impl::ApproximateBase<Approximate> {

  void runOnOperation() final {
    func::FuncOp function = getOperation();
    if (!promised(function)) {
      function.emitError("nothing is promised of it");
      return signalPassFailure();
    }
    takeReciprocalsInF32(function);
    Builder builder(&getContext());
    const ErrorEstimate estimate = estimateInF32(function);
    const std::optional<double> ulp = estimate.ulp;
    const bool inPairs = bool(said(function, inPairsName)), // whose fits are none of one float
        f32 = !inPairs && isPromised(function, estimate);
    bool guarded = false;
    if (f32) {
      const llvm::DenseSet<Operation *> needed = neededBesideFits(function);
      for (Operation *op : needed) {
        if (isa<FittedOp, PowOp>(op) || usualOperand(*op) || logisticMean(*op))
          guarded = true;
        else if (std::optional<FastFunction> fast = fastFunction(op)) {
          const auto found = estimate.limits.find(op);
          const auto [domain, apart] = found == estimate.limits.end()
                                           ? ErrorEstimate::Limits{fast->domain, 0}
                                           : found->second;
          op->setAttr(domainName, builder.getF32FloatAttr(float(domain)));
          if (apart != 0)
            op->setAttr(apartName, builder.getF32FloatAttr(float(apart)));
          guarded = true;
        }
      }
      for (Operation *op : estimate.guarded) {
        op->setAttr(normalName, builder.getUnitAttr());
        guarded = true;
      }
      for (const auto &[op, late] : estimate.late) {
        if (late.isSwapped)
          op->setOperands({op->getOperand(1), op->getOperand(0)});
        op->setAttr(lateName, builder.getUnitAttr());
        if (late.isFinite) {
          op->setAttr(finiteName, builder.getUnitAttr());
          guarded = true;
        }
      }
      guarded |= estimate.hasFreeQuotients;
      for (const auto &[op, sign] : estimate.ofSigns)
        op->setAttr(signName, builder.getI32IntegerAttr(sign));
      for (Operation *op : estimate.fine)
        op->setAttr(fineName, builder.getUnitAttr());
      for (Operation *op : estimate.whole)
        op->setAttr(wholeName, builder.getUnitAttr());
      for (BlockArgument argument : function.getArguments())
        if (estimate.within && !function.getArgAttr(argument.getArgNumber(), cotangentName) &&
            !argument.getType().isInteger(1)) {
          function.setArgAttr(argument.getArgNumber(), withinName,
                              builder.getF32FloatAttr(float(*estimate.within)));
          guarded = true;
        }
      for (Operation *op : estimate.sums)
        op->setAttr(termsName, builder.getUnitAttr());
    }
    auto pairFit = said<IntegerAttr>(function, pairFitName),
         doubleFit = said<IntegerAttr>(function, doubleFitName);
    const bool isLibrary = promised(function).getLibrary(), isExact = promised(function).getExact(),
               isFitted = bool(pairFit), infinities = !limitedInputs(function).empty();
    const Conditioning inF64 = (!f32 || guarded) && (!isLibrary || hasDefaults(function))
                                   ? conditioningOf(function)
                                   : Conditioning();
    const bool far = isLibrary && !inF64.obstacle.empty(),
               errors = !isLibrary && !inF64.obstacle.empty();
    // What may decide between two neighbours is watched closely.
    const WatchedFor watched = isExact      ? WatchedFor::Everything
                               : errors     ? WatchedFor::Errors
                               : far        ? WatchedFor::FarParameters
                               : infinities ? WatchedFor::Limits
                                            : WatchedFor::Nothing;
    const EvaluatedIn numbers = f32 && !guarded     ? EvaluatedIn::F32
                                : f32 || isFitted   ? EvaluatedIn::Guarded
                                : inPairs           ? EvaluatedIn::Pairs
                                : errors || isExact ? EvaluatedIn::Watched
                                                    : EvaluatedIn::F64;
    say(function, evaluationName,
        EvaluationAttr::get(&getContext(), numbers, watched, !isLibrary && !errors && inF64.isLoose,
                            ulp && !inPairs ? builder.getF32FloatAttr(*ulp) : FloatAttr(), false,
                            {}, pairFit, doubleFit));
    for (StringRef name : {pairFitName, doubleFitName, inPairsName})
      function.removeResultAttr(0, StringAttr::get(&getContext(), name));
    std::string why;
    if (inPairs)
      why = "in pairs of floats" + (ulp ? "" : ": " + estimate.obstacle);
    else if (!f32 && !isFitted)
      why = "not in f32: " +
            (ulp ? "the errors there add up to " + llvm::formatv("{0:f1}", *ulp).str() + " ulp"
                 : estimate.obstacle);
    if (errors || far)
      why += std::string(why.empty() ? "" : "; ") + "not in f64 alone" +
             (far ? " far from the defaults: " : ": ") + inF64.obstacle;
    if (!why.empty())
      function->setAttr(whyName, builder.getStringAttr(why));
  }
};

} // namespace

} // namespace xphi::compiler
