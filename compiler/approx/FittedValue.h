// What a fit gives at a float: Fit.h's formulas, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <optional>

namespace xphi::compiler {

/// Nothing where the exact evaluation is asked. `low` is what x lacks of a pair.
std::optional<float> fittedValue(const Fit &fit, float x, float low = 0);

/// Of the segment that serves for x.
unsigned fittedEntry(const Fit &fit, float x);

} // namespace xphi::compiler
