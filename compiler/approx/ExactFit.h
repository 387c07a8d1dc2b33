// The fit of a function whose results are to be the nearest floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

namespace xphi::compiler {

/// Of pairs: a table in memory where a look-up in registers tells few segments apart.
std::optional<Fit> findExactFit(const std::shared_ptr<const dsl::Program> &program,
                                dsl::DefinitionIndex definition, const FitLimits &limits);

} // namespace xphi::compiler
