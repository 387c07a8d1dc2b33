// By place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/TableZeros.h"

#include "approx/Settled.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {

std::optional<Zero> TableZeros::in(std::pair<int, View> segment) const {
  const auto [k, view] = segment;
  for (std::size_t i = 0; i < zeros.size(); ++i) {
    const double z = view == View::Left ? -zeros[i] : zeros[i];
    if (std::fabs(z - k * step) <= radius)
      return Zero{float(z), beside[i] / std::pow(double(float(z)), order)};
  }
  return std::nullopt;
}

bool TableZeros::add(double zero, Fit &fit, bool mayBeNear) {
  const auto distance = [&](double other) { return std::fabs(other - zero) / step; };
  const bool isKnown =
      std::ranges::any_of(zeros, [&](double other) { return distance(other) <= 0x1p-20; });
  const bool isTooNear =
      std::ranges::any_of(zeros, [&](double other) { return !mayBeNear || distance(other) < 2; });
  const std::optional<double> there = valueAt(f, float(zero));
  if (fit.form == Fit::Form::Halves || !std::isfinite(zero) || !there || (isTooNear && !isKnown))
    return false;
  if (!isKnown) {
    zeros.push_back(zero);
    beside.push_back(*there);
    fit.zero = float(zero);
  }
  return true;
}

} // namespace xphi::compiler
