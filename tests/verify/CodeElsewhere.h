// The code of kernels for processors that this one is not.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <string>
#include <string_view>

namespace xphi::verify {

/// The hash of the machine code that this build makes of a library function for
/// `options.target`, which need not run here.
Result<std::string> codeElsewhere(std::string_view function, const CompileOptions &options);

} // namespace xphi::verify
