// What the runtime calls in an artifact, and C functions call in an object: the kernels' entries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_ENTRYPOINTS_H
#define XPHI_COMPILER_CODEGEN_ENTRYPOINTS_H

#include "codegen/LoopSignature.h"

#include "llvm/IR/Module.h"

namespace xphi::compiler {

/// Defines `int32_t name(const void *const *inputs, void *const *outputs, const void *params,
/// int64_t n)`: fills Halide's buffers on the stack and runs `loop` on slices that its 32-bit
/// extents can hold. A CPU's loop takes whole vectors, so that its body is there once: the elements
/// beyond the last of them go through it on the stack, filled up with zeros. On a GPU the arrays
/// are device addresses and a `void *userContext` comes first.
llvm::Function *defineEntry(llvm::Module &module, llvm::StringRef name, llvm::Function &loop,
                            const LoopSignature &signature,
                            llvm::GlobalValue::LinkageTypes linkage);

/// Defines a constant, zero-terminated text, exported.
void defineText(llvm::Module &module, llvm::StringRef name, llvm::StringRef text);

/// Gives the functions of Halide's CUDA runtime that the loops call a body that goes through the
/// exported table `xphi_cuda_bindings`, which the runtime fills: so an artifact needs no symbol.
void defineCudaBindings(llvm::Module &module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_ENTRYPOINTS_H
