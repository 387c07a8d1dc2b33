// A kernel of any tier, types and gradients against the truth: right, said not to be, or silent.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As SilentErrors.h, which is for floats, four ulp and no parameters.
#pragma once

#include "tests/numerics/SilentErrors.h"

#include <xphi/Options.hpp>

#include <cstdint>
#include <string>

namespace xphi::numerics {

/// At so many points a set of parameters, elements of the inputs' types: ends, zeros, infinities,
/// NaN, the neighbours of the program's numbers, of its corners and of where a result is zero,
/// random ones; with the defaults, ordinary parameters, and extreme ones. What is held is the
/// promise of the tier and the types. Gradients are of dy = 1, those of parameters of one element,
/// and their sums those of all elements. `parameters` are further sets of these.
Judgement judgePromise(const std::string &text, const CompileOptions &options, std::uint64_t seed,
                       std::size_t points, const std::vector<std::vector<float>> &parameters = {});

} // namespace xphi::numerics
