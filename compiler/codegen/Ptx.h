// Joins Halide's GPU kernel with the body it calls, as PTX text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Halide compiles the kernel to PTX by its own LLVM, and leaves the body an external function. The
// body is compiled by our LLVM from the very IR the CPU gets, so it has the same fma's and keeps
// subnormals; both become one text. ptxas keeps the body a function of its own (docs/rationale.md).
#ifndef XPHI_COMPILER_CODEGEN_PTX_H
#define XPHI_COMPILER_CODEGEN_PTX_H

#include "llvm/IR/Module.h"

#include <string>

namespace xphi::compiler {

struct PtxResult {
  std::string text;
  std::string error; ///< empty, or what did not fit together
};

/// Replaces the kernel source in `host` (Halide's launch code for one kernel) by the joined text,
/// in which the kernel is called `kernel`; `bodyPtx` defines the body.
PtxResult joinPtx(llvm::Module &host, llvm::StringRef kernel, llvm::StringRef bodyPtx);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_PTX_H
