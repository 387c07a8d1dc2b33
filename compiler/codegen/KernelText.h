// Kernels as text of other languages, to be compiled by their compilers or fused into other loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_KERNELTEXT_H
#define XPHI_COMPILER_CODEGEN_KERNELTEXT_H

#include "codegen/CHeader.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace xphi::compiler {

struct KernelTextRequest {
  std::string stem;                 ///< what names begin with: "gelu_f32"
  std::string about, promise;       ///< for the comment on top
  std::vector<CFunction> functions; ///< forward, then backward; without those of channels
  std::vector<double> defaults;     ///< of parameters
  bool hasSums = false;             ///< backward writes sums, for which there is no loop in text
};

/// "c", "cpp", "cuda", "halide", "mlir", "triton".
llvm::ArrayRef<llvm::StringLiteral> textKinds();

struct KernelText {
  std::string text;
  std::string error; ///< what has no word in that language, or empty
};

/// A file of this kind. `bodies` have one lane and call no wide numbers.
KernelText kernelText(llvm::StringRef kind, mlir::ModuleOp bodies,
                      const KernelTextRequest &request);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_KERNELTEXT_H
