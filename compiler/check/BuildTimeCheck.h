// Functions that need no check when they are compiled: the library's own, measured by its tests.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CHECK_BUILDTIMECHECK_H
#define XPHI_COMPILER_CHECK_BUILDTIMECHECK_H

#include "check/KernelCheck.h"

namespace xphi::compiler {

/// Whether this is the value or a first derivative of a library function, letter for letter, for
/// which tests/numerics/LibraryAccuracyTest found the promise kept.
bool wasCheckedWhenBuilt(const CheckedFunction &function);
Certificate certificateOfTheBuild(const CheckedFunction &function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_BUILDTIMECHECK_H
