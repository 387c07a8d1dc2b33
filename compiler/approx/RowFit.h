// Fits whose results are pairs of floats, as a row of a table in memory for each of many segments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a permutation of a register tells eight segments apart only, a polynomial that is good for
// pairs (PairFit.h) has so high a degree, and so many of its sums in pairs, that eight loads and a
// transposition cost less. The range is cut into segments of 1/64 around k/64, with a row
//
//   centre, c₀, what c₀ lacks, c₁, what c₁ lacks, c₂, c₃, c₄
//
// of which tⁿp is made, d = t − centre, p = c₀ + c₁d + (c₁' + (c₂ + c₃d + c₄d²)d)d + c₀': what is
// in brackets is so small that its roundings do not count, so only c₀ + c₁d is a pair. So small is
// c₄d⁴ that the lower half of c₄ is free: it is the upper half of e, a float. p is off by at most
// e·|p| in this segment, or where p has a zero anywhere (`Fit::zero`) by e.
//
// Beyond an end there is one more row, of c₀ alone: what stands there, or infinity, of which no
// comparison comes out as that of a number, where it is the exact evaluation. So x is held at an
// end only where it is a factor beside a constant.
#pragma once

#include "approx/Fit.h"

#include <memory>
#include <optional>

namespace xphi::compiler {

inline constexpr unsigned columnsOfRow = 8;

/// Of a function that is smooth but at zero, where it may be a line to the right; and that has
/// settled or faded to both sides. Nothing for any other, and where too many lanes would be in
/// doubt.
std::optional<Fit> findRows(const std::shared_ptr<const dsl::Program> &program,
                            dsl::DefinitionIndex definition);

} // namespace xphi::compiler
