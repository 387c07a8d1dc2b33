// Makes the passes known to xphi-opt by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Passes.h"

namespace xphi::compiler {

#define GEN_PASS_REGISTRATION
#include "XphiPasses.h.inc"

void registerPasses() { registerXphiPasses(); }

} // namespace xphi::compiler
