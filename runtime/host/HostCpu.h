// Which x86-64 target this processor and this operating system reach together, in words.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/host/CpuLevel.h"

#include <xphi/Result.hpp>

#include <string>
#include <vector>

namespace xphi {

/// Features usable for real: each asks CPUID and, where it has registers of its own, XCR0.
std::vector<std::string> cpuFeatures(const CpuWords &words);

/// "x86-64-v4", "x86-64-v3", or X2000.
Result<std::string> bestTarget(const CpuWords &words);

} // namespace xphi
