// The functions of Wide.h as LLVM bitcode, to be linked into kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string_view>

namespace xphi::wide {

/// One module for x86-64 without extensions, which needs nothing: no libc, no constructors, no
/// mutable state. All its symbols are hidden; its functions carry the target they were compiled
/// for.
std::string_view wideBitcode();

} // namespace xphi::wide
