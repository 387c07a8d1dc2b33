// Between which numbers a step comes out, where nothing is known of its operands but the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enough for conditions: of the smaller of |x| and |b|, of which one cannot be told, that it is
// above zero. Roundings ascend as numbers do, so the ends are what comes out of the ends.
#pragma once

#include "approx/Lines.h"

#include <optional>
#include <span>

namespace xphi::compiler {

struct StepRange {
  double low, high; ///< both finite
};

/// Of a choice the operands are the two numbers. Nothing where it may be infinite or NaN, or where
/// the operation is none of the simple ones.
std::optional<StepRange> rangeOf(const Lines::Step &step, std::span<const StepRange> operands);

} // namespace xphi::compiler
