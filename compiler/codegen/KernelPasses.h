// LLVM's code generation without the passes that have nothing to do in kernels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_KERNELPASSES_H
#define XPHI_COMPILER_CODEGEN_KERNELPASSES_H

#include "llvm/IR/LegacyPassManager.h"

namespace xphi::compiler {

/// Leaves out what lowers constructs that kernels do not have: exceptions, garbage collection,
/// atomics, thread-local variables, debug information, instrumentation, tiles. Each of them costs
/// a set-up and a walk over each function. For what else may be in a module, such as the runtime's
/// code in an object, this is not.
class KernelPasses : public llvm::legacy::PassManager {
public:
  void add(llvm::Pass *pass) override;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_KERNELPASSES_H
