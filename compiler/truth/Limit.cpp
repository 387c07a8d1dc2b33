// The three cases, in the order in which the header lists them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Limit.h"

#include <algorithm>
#include <limits>

namespace xphi::reference {

namespace {

constexpr slong settledExponent = -50;

bool isAtLeast(const ArbBall &a, const ArbBall &b) { return arb_ge(a.get(), b.get()); }

bool growsBeyondBounds(const DistantValues &values) {
  if (!isAtLeast(abs(values[0]), 1.0) || !isAtLeast(abs(values[1]), abs(values[0]) * 1.5))
    return false;
  for (std::size_t i = 2; i < values.size(); ++i)
    if (!isAtLeast(values[i] * values[i - 1], 0.0) ||
        !isAtLeast(abs(values[i]), abs(values[i - 1])))
      return false;
  return true;
}

} // namespace

Enclosure limitFrom(const DistantValues &values) {
  ArbPrecision precision(1024);
  const Enclosure none = {std::numeric_limits<double>::quiet_NaN(), 0, 0};
  for (const ArbBall &value : values)
    if (!value.isFinite())
      return none;
  const ArbBall &last = values.back();
  if (growsBeyondBounds(values)) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {arb_is_positive(last.get()) ? infinity : -infinity, 0, 0};
  }
  // Where all agree in their leading bits there is nothing to guess, however small they are: beside
  // an infinite input another may be tiny.
  const auto isNearLast = [&](const ArbBall &scale) {
    return std::ranges::all_of(values, [&](const ArbBall &value) {
      return ((last - value) / scale).isBelow(settledExponent);
    });
  };
  if (isNearLast(abs(last)))
    return last.enclosure();
  const auto isSmall = [](const ArbBall &value) { return value.isBelow(settledExponent); };
  // But what grows is not to be taken for zero while it is small.
  if (std::ranges::all_of(values, isSmall))
    return arb_gt(abs(last).get(), (abs(values[0]) * 2.0).get()) ? none : Enclosure();
  return isNearLast(isAtLeast(abs(last), 1.0) ? abs(last) : ArbBall(1.0)) ? last.enclosure() : none;
}

bool mayGrow(const DistantValues &values) {
  arf_t first, last;
  arf_init(first);
  arf_init(last);
  arb_get_abs_ubound_arf(first, values.front().get(), 64);
  arb_get_abs_ubound_arf(last, values.back().get(), 64);
  const bool isLarger = arf_cmp(last, first) > 0;
  arf_clear(first);
  arf_clear(last);
  return isLarger;
}

} // namespace xphi::reference
