// Joins a loop made by Halide with the body it calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_JOINLOOPS_H
#define XPHI_COMPILER_CODEGEN_JOINLOOPS_H

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// Brings `loop` (a module from HalideLoops, of `module`'s context) into `module` as the internal
/// function `loopFunction`, calling `body`, a function of `module`.
///
/// Halide calls a scalar `xphi_body` once for each lane. Each such chain of extract, call and
/// insert becomes one call of the vector body; arguments equal in all lanes stay scalars. False if
/// a call is left that is not part of such a chain.
bool joinLoop(llvm::Module &module, std::unique_ptr<llvm::Module> loop,
              llvm::StringRef loopFunction, llvm::Function &body);

/// The same for a loop that calls a scalar body, or none (GPU launch code).
bool linkLoop(llvm::Module &module, std::unique_ptr<llvm::Module> loop,
              llvm::StringRef loopFunction);

/// Choices for a target are made once, for the whole module, in MachineCode.
void dropTargetAttributes(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_JOINLOOPS_H
