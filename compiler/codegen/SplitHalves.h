// Halves of vectors in memory, loaded and stored by themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_SPLITHALVES_H
#define XPHI_COMPILER_CODEGEN_SPLITHALVES_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// Where the halves of a vector are taken apart after a load, the upper one is loaded; where two
/// are joined for a store, each is stored. To move them between registers takes a shuffle each, of
/// which tables take enough.
void splitHalves(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_SPLITHALVES_H
