// Why a function costs what it does: what the compiler says, and what to time beside it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "What.h"

#include <xphi/Options.hpp>
#include <xphi/Result.hpp>

#include <array>
#include <string>
#include <vector>

namespace xphi::command {

/// Of forward and backward: why f32 does not do, else of which fits it is made and how many
/// products are watched. `approx` is what the compiler's stage of that name printed, with backward.
std::array<std::string, 2> reasonsOf(const std::string &approx);

/// A function to time beside another.
struct BenchVariant {
  std::string label;
  What what;
  CompileOptions options;
};

/// What is more than arithmetic in it, and depends on an input: elementary functions, powers and
/// calls, each as a function of its own. None where it is one of these itself.
Result<std::vector<BenchVariant>> partsOf(const What &what, const CompileOptions &options);

/// How it might be faster: its parameters as constants, and the tier `fast`. `argument` is WHAT.
Result<std::vector<BenchVariant>> alternativesOf(const std::string &argument, const What &what,
                                                 const CompileOptions &options);

} // namespace xphi::command
