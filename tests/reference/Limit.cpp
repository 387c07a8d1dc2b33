// The three cases, in the order in which the header lists them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/Limit.h"

#include <limits>

namespace xphi::reference {

namespace {

constexpr slong settledExponent = -50;

bool isAtLeast(const ArbBall &a, const ArbBall &b) { return arb_ge(a.get(), b.get()); }

} // namespace

Enclosure limitFrom(const ArbBall &near, const ArbBall &far) {
  ArbPrecision precision(1024);
  if (near.isFinite() && far.isFinite()) {
    if (isAtLeast(abs(near), 1.0) && isAtLeast(abs(far), abs(near) * 1.5)) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      return {arb_is_positive(far.get()) ? infinity : -infinity, 0, 0};
    }
    if (far.isBelow(settledExponent) && near.isBelow(settledExponent))
      return {};
    const ArbBall scale = isAtLeast(abs(far), 1.0) ? abs(far) : ArbBall(1.0);
    if (((far - near) / scale).isBelow(settledExponent))
      return far.enclosure();
  }
  return {std::numeric_limits<double>::quiet_NaN(), 0, 0};
}

} // namespace xphi::reference
