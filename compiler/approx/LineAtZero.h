// Functions that are all but a straight line at zero.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <memory>
#include <optional>

namespace xphi::compiler {

/// Of x/2 + x² each result below 2^-126 lies next to a float, or next to the middle between two,
/// and which of these is the nearest the line does not tell, but the side on which the function
/// lies. Nothing where it is no such function, or each slope·x is a float.
std::optional<LineAtZero> lineAtZero(const dsl::Program &program, dsl::DefinitionIndex definition);

} // namespace xphi::compiler
