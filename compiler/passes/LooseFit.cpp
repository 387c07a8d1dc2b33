// The least degree first.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/LooseFit.h"

#include "approx/FittedValue.h"
#include "dialect/XphiDialect.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// By how much more than a relative error of the number the result errs, within the table, from
/// its values at places that are a part of 64 apart, half as much again.
double conditionOf(const Fit &fit) {
  constexpr float apart = 1 + 0x1p-6f;
  constexpr int places = 4;
  double most = 1;
  for (float size = fit.step; size * apart < std::max(-fit.low, fit.high);
       size += fit.step / places)
    for (const float x : {-size, size}) {
      const std::optional<float> near = fittedValue(fit, x), next = fittedValue(fit, x * apart);
      if (near && next)
        most = std::max(most, std::fabs(double(*next) / double(*near) - 1) / 0x1p-6);
    }
  return 1.5 * most;
}

} // namespace

std::optional<Fit> findLooseFit(FitSearches &searches, const std::string &text, double slack,
                                FitLimits limits, llvm::function_ref<bool(const Fit &)> reaches) {
  const double most = slack / 8;
  if (most <= limits.mostUlps)
    return std::nullopt;
  limits.mostUlps = limits.mostUlpsAtZero = most;
  const unsigned mostDegree = limits.mostDegree;
  for (limits.mostDegree = 2; limits.mostDegree <= mostDegree; ++limits.mostDegree)
    if (std::optional<Fit> fit = searches.find(text, limits); fit && reaches(*fit))
      return fit;
  return std::nullopt;
}

std::optional<Fit> findFitOfSum(FitSearches &searches, const std::string &text, Value sum,
                                double slack, FitLimits limits,
                                llvm::function_ref<bool(const Fit &)> reaches) {
  if (!isa<AddOp, SubOp>(sum.getDefiningOp()) ||
      !llvm::all_of(sum.getDefiningOp()->getOperands(), llvm::IsaPred<BlockArgument>))
    return std::nullopt;
  limits.isOfPair = false;
  std::optional<Fit> fit = findLooseFit(searches, text, slack, limits, reaches);
  if (!fit || fit->zero)
    return std::nullopt;
  const double condition = conditionOf(*fit);
  if (!(condition <= slack / 8))
    return std::nullopt;
  fit->sampledUlps = condition;
  fit->ulps += condition;
  fit->ulpsAtZero += condition;
  return fit;
}

} // namespace xphi::compiler
