// Identities, asked at four points.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Symmetries.h"

#include <cmath>
#include <optional>

namespace xphi::compiler {

using reference::ArbBall;

Symmetries symmetriesOf(const SmoothFunction &f) {
  bool odd = true, even = true, ramp = true, reflect = true;
  std::optional<double> total;
  for (double x : {0.3701171875, 1.1025390625, 2.2978515625, 0.0732421875}) {
    const std::optional<ArbBall> right = f.value(x), left = f.value(-x);
    if (!right || !left)
      return {};
    auto agree = [](const ArbBall &a, const ArbBall &b) {
      return arb_overlaps(a.get(), b.get()) != 0;
    };
    odd &= agree(*right, -*left);
    even &= agree(*right, *left);
    ramp &= agree(*right - *left, ArbBall(x));
    const ArbBall both = *right + *left;
    if (!total)
      total = std::nearbyint(both.nearest() * 64) / 64;
    reflect &= *total != 0 && agree(both, ArbBall(*total));
  }
  using enum Fit::Form;
  if (even || odd)
    return {{even ? Even : Odd}, *total};
  if (ramp)
    return {{Ramp, Fall}, *total};
  if (reflect)
    return {{Reflect}, *total};
  return {};
}

} // namespace xphi::compiler
