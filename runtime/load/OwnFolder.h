// Where libxphi.so lies, and what lies beside it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

namespace xphi {

/// The folder that libxphi.so was loaded from; empty where it is not known.
std::string ownFolder();
/// And the one that it lies in where that was a link to it.
std::string realFolder();
/// The folder of compiled kernels that a package brings.
std::string shippedKernels();

} // namespace xphi
