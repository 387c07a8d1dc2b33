// By place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/TableZeros.h"

#include "approx/Settled.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {

std::optional<std::size_t> TableZeros::within(std::pair<int, View> segment, double distance) const {
  const auto [k, view] = segment;
  for (std::size_t i = 0; i < zeros.size(); ++i)
    if (std::fabs((view == View::Left ? -zeros[i] : zeros[i]) - k * step) <= distance)
      return i;
  return std::nullopt;
}

std::optional<Zero> TableZeros::in(std::pair<int, View> segment) const {
  const std::optional<std::size_t> found = within(segment, radius);
  if (!found)
    return std::nullopt;
  const double z = segment.second == View::Left ? -zeros[*found] : zeros[*found];
  return Zero{float(z), beside[*found] / std::pow(double(float(z)), order)};
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
