// The same questions that a model is asked, of its first coefficients.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FarOff.h"

#include "approx/Polynomial.h"
#include "approx/TableSegment.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace xphi::compiler {
namespace {

/// What a power's share in Chebyshev's series leaves out, as a part of all there is.
bool isOffByFar(const std::vector<double> &powers, double radius, unsigned degree, double size,
                double most) {
  constexpr double far = 64; // of what may be
  double left = 0, power = 1;
  for (unsigned i = 0; i < powers.size(); ++i, power *= radius) {
    const double share = std::fabs(powers[i]) * power;
    if (i <= degree)
      size += share;
    else
      left = std::max(left, share * std::exp2(1.0 - i));
  }
  return left > far * most * size;
}

/// As SmoothFunction::zeroIn() sees it.
bool mayHaveZero(const TaylorModel &model) {
  constexpr int cells = 8;
  const bool isBelow = valueOf(model.quotient, -model.radius) < 0;
  for (int i = 1; i <= cells; ++i)
    if ((valueOf(model.quotient, model.radius * (2.0 * i / cells - 1)) < 0) != isBelow)
      return true;
  return false;
}

} // namespace

bool isFarOff(const SmoothFunction &f, Fit fit, const WantedSegment &segment, unsigned mostDegree,
              const FitLimits &limits, PairTolerance ofPairs) {
  constexpr double more = 1.25;
  // The terms that are left out count by the first of them.
  constexpr unsigned least = 14, beyond = 6;
  const auto [k, view] = segment.place;
  const unsigned degree = limits.pairs ? ofPairs.mostDegree : mostDegree;
  const std::optional<TaylorModel> model =
      f.leastModel(k * double(fit.step), segment.radius, view, orderIn(fit, k),
                   std::max(degree + beyond, least));
  if (!model)
    return false;
  const bool isBesideLine = fit.slope != 0 && k == 0, isFaded = limits.leastResult > 0;
  // No errors are a part of what doubles do not hold.
  if (!isFaded && sumOfMagnitudes(model->coefficients) == 0)
    return true;
  const double most = limits.pairs ? ofPairs.cutOff * ofPairs.most : limits.mostUlps * unit;
  if (!isBesideLine && !(isFaded && fit.order > 0) &&
      isOffByFar(model->quotient, segment.radius, degree, limits.leastResult, most))
    return true;
  if (limits.pairs) {
    ofPairs.cutOff *= more;
    return isHopeless(fit, {*model, segment.zero}, ofPairs);
  }
  if (!segment.zero && mayHaveZero(*model))
    return false;
  FitLimits loose = limits;
  loose.mostUlps *= more;
  return !TableSegment(fit, segment.entry, segment.place, *model, segment.zero, {1, 0},
                       std::nullopt, loose)
              .isEnough(mostDegree);
}

} // namespace xphi::compiler
