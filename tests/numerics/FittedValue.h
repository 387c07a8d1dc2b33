// What a fit gives at a float: Fit.h's formulas, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <optional>

namespace xphi::numerics {

/// Nothing where the exact evaluation is asked.
std::optional<float> fittedValue(const compiler::Fit &fit, float x);

} // namespace xphi::numerics
