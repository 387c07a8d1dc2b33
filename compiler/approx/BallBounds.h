// The ends of balls, and of their magnitudes, rounded outwards.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/ArbBall.h"

#include <utility>

namespace xphi::compiler {

/// The largest magnitude in a ball, rounded up; and the smallest, rounded down.
inline reference::ArbBall largest(const reference::ArbBall &ball) {
  reference::ArbBall result;
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  arf_set_mag(arb_midref(result.get()), bound);
  mag_clear(bound);
  return result;
}
inline reference::ArbBall smallest(const reference::ArbBall &ball) {
  reference::ArbBall result;
  arb_get_abs_lbound_arf(arb_midref(result.get()), ball.get(), reference::ArbPrecision::bits());
  return result;
}

inline double roundedUp(const reference::ArbBall &ball) {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  const double result = mag_get_d(bound);
  mag_clear(bound);
  return result * (1 + 0x1p-40);
}

inline bool isAtMost(const reference::ArbBall &a, const reference::ArbBall &b) {
  return arb_le(a.get(), b.get());
}

/// ⌊log₂⌋ of a positive number, or below it where there is a radius.
inline int exponentOf(const reference::ArbBall &ball) {
  const reference::ArbBall least = smallest(ball);
  fmpz_t exponent;
  fmpz_init(exponent);
  arf_abs_bound_le_2exp_fmpz(exponent, arb_midref(least.get()));
  if (arf_cmpabs_2exp_si(arb_midref(least.get()), fmpz_get_si(exponent)) < 0)
    fmpz_sub_ui(exponent, exponent, 1);
  const auto result = int(fmpz_get_si(exponent));
  fmpz_clear(exponent);
  return result;
}

/// The exponent of the least power of two that is larger than all of the ball.
inline int ceilingOf(const reference::ArbBall &ball) {
  fmpz_t exponent;
  fmpz_init(exponent);
  arf_t bound;
  arf_init(bound);
  arb_get_abs_ubound_arf(bound, ball.get(), reference::ArbPrecision::bits());
  arf_abs_bound_lt_2exp_fmpz(exponent, bound);
  const auto result = int(fmpz_get_si(exponent));
  arf_clear(bound);
  fmpz_clear(exponent);
  return result;
}

inline std::pair<reference::ArbBall, reference::ArbBall> endsOf(const reference::ArbBall &ball) {
  std::pair<reference::ArbBall, reference::ArbBall> ends;
  arb_get_lbound_arf(arb_midref(ends.first.get()), ball.get(), reference::ArbPrecision::bits());
  arb_get_ubound_arf(arb_midref(ends.second.get()), ball.get(), reference::ArbPrecision::bits());
  return ends;
}

inline reference::ArbBall rootOf(const reference::ArbBall &ball) {
  reference::ArbBall result;
  arb_sqrt(result.get(), ball.get(), reference::ArbPrecision::bits());
  return result;
}

} // namespace xphi::compiler
