// Masks that stay in registers from one block to another are as wide as the floats they are of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_WIDENMASKS_H
#define XPHI_COMPILER_CODEGEN_WIDENMASKS_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// For a machine whose masks are vectors. What LLVM carries from block to block of <8 x i1> is
/// eight words of 16 bits: a guard that the rare path needs, or one of parameters that was made
/// before the loop, cost three shuffles in each turn, and all that is joined with it is as narrow.
void widenMasks(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_WIDENMASKS_H
