// The fits of what functions of the library ask for, found when the compiler library was built.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/KnownFits.h"

namespace xphi::compiler {

/// Of this process, with the usual ones.
KnownFits &knownFits();

} // namespace xphi::compiler
