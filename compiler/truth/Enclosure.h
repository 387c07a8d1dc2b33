// A real number known to about 100 bits, as two doubles and a radius: what the oracle answers with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The number lies within `radius` of high + low. Plain data: errors are measured without Arb.
// Magnitudes of no interest to any float format are clamped: below 2^-1000 the sign is kept and the
// magnitude becomes 2^-1000, above 2^1000 it becomes 2^1000.
// high is infinite where a limit is, and NaN where the function has no value.
#pragma once

#include <cmath>

namespace xphi::reference {

struct Enclosure {
  double high = 0;
  double low = 0;
  double radius = 0;

  bool isNaN() const { return std::isnan(high); }
  bool isInfinite() const { return std::isinf(high); }
  bool isZero() const { return high == 0; }
};

} // namespace xphi::reference
