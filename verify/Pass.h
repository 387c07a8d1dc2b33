// Which of a kernel's results are looked at.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace xphi::verify {

/// The value, or the derivative as backward gives it for dy = 1.
enum class Pass { Value, Derivative };

} // namespace xphi::verify
