// Constants of a loop that has more than there are registers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_CONSTANTSINMEMORY_H
#define XPHI_COMPILER_CODEGEN_CONSTANTSINMEMORY_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// For x86-64 with AVX2 and its 16 registers, where a constant may be an operand in memory as long
/// as a vector. LLVM makes each a register before the loop; of what does not fit it loads some in
/// each turn, by an instruction of its own and into a register that another one is moved out of. So
/// the constants that are added to a product once in a turn stay in memory where a loop has many.
void keepConstantsInMemory(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_CONSTANTSINMEMORY_H
