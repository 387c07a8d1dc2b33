// Random programs whose sums cancel on purpose, and points where they do.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "tests/numerics/SilentErrors.h"

#include <string>

namespace xphi::numerics {

/// A definition of one or two inputs, without parameters. A few differences of nearly equal numbers
/// (a function and its limit, its first terms or its asymptote; two of one function side by side; a
/// power expanded; a huge factor times a tiny one), some behind lets and constants, are added,
/// multiplied, compared and chosen between. The same for the same seed on every machine.
std::string cancellingProgram(std::uint64_t seed);

/// Random floats; of half the points, the inputs are close to the program's numbers, to zero or to
/// each other.
std::vector<Point> cancellingPoints(const dsl::Program &program, std::uint64_t seed,
                                    std::size_t count);

} // namespace xphi::numerics
