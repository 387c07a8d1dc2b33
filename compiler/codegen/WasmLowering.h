// Prepares a module for WebAssembly, which lacks instructions that all other targets have.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_WASMLOWERING_H
#define XPHI_COMPILER_CODEGEN_WASMLOWERING_H

#include "llvm/IR/Module.h"

#include <string>

namespace xphi::compiler {

/// Fused multiply-adds become calls of exact ones, and so do products of wide integers, whose
/// quotients become loops: the object needs no library. An empty text, or what cannot be done.
std::string lowerForWasm(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_WASMLOWERING_H
