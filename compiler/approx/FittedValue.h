// What a fit gives at a float: Fit.h's formulas, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <optional>

namespace xphi::compiler {

/// Nothing where the exact evaluation is asked. `low` is what x lacks of a pair.
std::optional<float> fittedValue(const Fit &fit, float x, float low = 0);

/// What is evaluated for x: the segment's polynomial at d, and t, which is |x| or x, at most at the
/// ends of the table.
struct FittedPlace {
  unsigned entry;
  float t, d;
  float low; ///< what t lacks of a pair, where it is not held
};
FittedPlace fittedPlace(const Fit &fit, float x, float low = 0);

/// What tⁿ is of: x, held where f has settled to a constant.
float fittedFactor(const Fit &fit, float x);

} // namespace xphi::compiler
