// What stands for the arguments of a kernel's functions in its body.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_BODYOPERANDS_H
#define XPHI_COMPILER_PASSES_BODYOPERANDS_H

#include "lowering/Numbers.h"
#include "passes/Passes.h"
#include "passes/TakenDraws.h"

#include <string>

namespace xphi::compiler {

/// Of the arguments of a kernel's functions, and of their results; of f32 where nothing was told.
std::string operandKinds(const BodyOperands *told, mlir::func::FuncOp function);
std::string outputKinds(const BodyOperands *told, llvm::ArrayRef<mlir::func::FuncOp> functions);

/// Of the arguments' kinds, those of inputs.
std::string inputKinds(const std::string &kinds, mlir::func::FuncOp function);

/// The numbers that were stored, each as its kind says; then, for each draw, 1 where it drops.
llvm::SmallVector<mlir::Value> loadAll(const Numbers &f32, const Numbers &f64,
                                       mlir::func::FuncOp body, const std::string &kinds,
                                       mlir::ArrayRef<Draw> draws);

/// In f64, but for conditions.
llvm::SmallVector<mlir::Value> extended(const Numbers &f32, const Numbers &f64,
                                        mlir::ArrayRef<mlir::Value> arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_BODYOPERANDS_H
