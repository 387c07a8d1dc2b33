// Limits from each side, and a line that is proved to be one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/AtZero.h"

#include "approx/PairFit.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {

bool jumpsAtZero(const SmoothFunction &f, unsigned order, std::span<const View> sides) {
  const std::optional<reference::ArbBall> here = f.value(0);
  if (!here)
    return true;
  const double value = here->nearest();
  if (order > 0)
    return std::fabs(value) > 0x1p-900;
  return std::ranges::any_of(sides, [&](View view) {
    const std::optional<TaylorModel> model = f.model(0, 0x1p-6, view, 0);
    return !model || !(std::fabs(model->coefficients[0] - value) <= 0x1p-40 * std::fabs(value));
  });
}

// Up to a place by the series there, from it on by the slope.
std::optional<std::pair<float, float>> lineToTheRight(const SmoothFunction &f, unsigned order) {
  constexpr double place = 0x1p-6, most = 0x1p-45;
  if (order > 1)
    return std::nullopt;
  const std::optional<TaylorModel> model = f.model(0, place, View::Right, order, most);
  if (!model)
    return std::nullopt;
  double rest = model->rest, power = place;
  for (std::size_t i = 1; i < model->coefficients.size(); ++i, power *= place)
    rest += std::fabs(model->coefficients[i]) * power;
  const double c = model->coefficients[0];
  if (!(rest <= most * std::fabs(c)) ||
      f.settledUntil(float(place), View::Right, order, most) != HUGE_VAL)
    return std::nullopt;
  const std::optional<reference::ArbBall> there = f.value(place);
  return there ? pairOf(*there * reference::ArbBall(order == 1 ? 1 / place : 1)) : std::nullopt;
}

} // namespace xphi::compiler
