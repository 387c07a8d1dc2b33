// The three cases, in the order in which the header lists them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Limit.h"

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
  const ArbBall scale = isAtLeast(abs(last), 1.0) ? abs(last) : ArbBall(1.0);
  bool vanishes = true;
  for (const ArbBall &value : values) {
    vanishes &= value.isBelow(settledExponent);
    if (!((last - value) / scale).isBelow(settledExponent))
      return none;
  }
  return vanishes ? Enclosure{} : last.enclosure();
}

} // namespace xphi::reference
