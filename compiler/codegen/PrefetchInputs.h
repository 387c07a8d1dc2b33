// Inputs of long iterations, asked for ahead of their use.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_PREFETCHINPUTS_H
#define XPHI_COMPILER_CODEGEN_PREFETCHINPUTS_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// In loops that compute for longer than it takes to load from the second cache, but not from what
/// is behind it: of each array that is read in order, 2 KiB ahead. Few such iterations are under
/// way at a time, so that they wait for memory, which could have been read meanwhile.
void prefetchInputs(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_PREFETCHINPUTS_H
