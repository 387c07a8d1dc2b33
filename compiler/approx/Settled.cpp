// By values at a few points. That it stays so is proved where a table is made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Settled.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace xphi::compiler {

std::optional<double> valueAt(const SmoothFunction &f, double x) {
  const std::optional<reference::ArbBall> value = f.value(x);
  return value ? std::optional(value->nearest()) : std::nullopt;
}

bool isSettled(const SmoothFunction &f, double end, unsigned power, double part, double least) {
  const std::optional<double> at = valueAt(f, end);
  if (!at || *at == 0)
    return false;
  return std::ranges::all_of(
      std::initializer_list<double>{1.0625, 1.5, 4, 100, 1e4, 1e10, 1e30}, [&](double factor) {
        const double x = std::clamp(end * factor, -double(FLT_MAX), double(FLT_MAX));
        const std::optional<double> there = valueAt(f, x);
        return there && std::fabs(*there / std::pow(x / end, double(power)) - *at) <=
                            part * std::max(std::fabs(*at), least);
      });
}

bool isNegligible(const SmoothFunction &f, double end, double most, unsigned power) {
  return std::ranges::all_of(
      std::initializer_list<double>{1, 1.5, 4, 100, 1e10}, [&](double factor) {
        const std::optional<double> value = valueAt(f, end * factor);
        return value &&
               std::fabs(*value) <= most * std::pow(std::fabs(end) * factor, double(power));
      });
}

} // namespace xphi::compiler
