// The front of each iteration of a loop, moved into the one before.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_STAGGERLOOPS_H
#define XPHI_COMPILER_CODEGEN_STAGGERLOOPS_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// In loops over whole vectors whose chains of operations are long. A processor has few places for
/// operations that wait (Zen 5: 114): of 20 and more that all wait for the one before, a few
/// iterations fill them, while its units could do twice as much. An iteration whose front is done
/// already waits half as long. The same operations: results have the same bits.
///
/// Takes registers for what is under way, so it is of use where a machine has 32.
void staggerLoops(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_STAGGERLOOPS_H
