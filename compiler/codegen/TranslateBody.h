// From the body in arith and math to LLVM IR.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_CODEGEN_TRANSLATEBODY_H
#define XPHI_COMPILER_CODEGEN_TRANSLATEBODY_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <memory>

namespace mlir {
class DialectRegistry;
}

namespace xphi::compiler {

/// What a context needs before bodies can be translated in it.
void registerTranslations(mlir::DialectRegistry &registry);

/// Makes the functions of `bodies` (LowerToBody's output) those of MLIR's LLVM dialect. False if a
/// body has something that LLVM cannot express, which is a defect of ours.
bool convertBody(mlir::ModuleOp bodies);

/// The same as LLVM functions of the same names, of `bodies` that are converted; null as above. Of
/// these `names`, and what they need; without any all.
std::unique_ptr<llvm::Module> translateBody(mlir::ModuleOp bodies, llvm::LLVMContext &context,
                                            llvm::ArrayRef<llvm::StringRef> names);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CODEGEN_TRANSLATEBODY_H
