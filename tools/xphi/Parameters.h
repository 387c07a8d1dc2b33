// --param name=value, repeated: a function's parameters from the command line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Kernel.hpp>

#include <string>
#include <utility>
#include <vector>

namespace xphi::command {

/// "alpha=1.5" each; X3003 for what is no number, X3004 for what has no name.
Result<std::vector<std::pair<std::string, float>>>
readAssignments(const std::vector<std::string> &assignments);

/// The same, filled up with the kernel's defaults and in its order; X2013 for a name it lacks.
Result<std::vector<float>> readParameters(const std::vector<std::string> &assignments,
                                          const Kernel &kernel);

} // namespace xphi::command
