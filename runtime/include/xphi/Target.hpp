// The processor xphi runs on, and the name of the best target for it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Result.hpp>

#include <string>
#include <vector>

namespace xphi {

/// "x86-64-v4" with AVX-512 F, BW, DQ, VL, CD, "x86-64-v3" with AVX2, FMA, BMI and what goes with
/// them, in both cases only where the operating system saves the registers (XGETBV). X2000 for
/// anything less.
XPHI_API Result<std::string> hostTarget();

/// What the processor and the operating system offer together, of the features that matter here:
/// "avx2", "fma", ...
[[nodiscard]] XPHI_API std::vector<std::string> hostFeatures();

/// Every name that CompileOptions::target takes, most ordinary first.
[[nodiscard]] XPHI_API std::vector<std::string> targetNames();

/// "0.1.0"
[[nodiscard]] XPHI_API const char *version() noexcept;

} // namespace xphi
