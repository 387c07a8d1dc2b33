// Who this compiler library is: the fingerprint of its build.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi/CompilerApi.h"

#include "BuildVersion.h"

const char *xphi_compiler_identity(void) { return XPHI_COMPILER_FINGERPRINT; }
