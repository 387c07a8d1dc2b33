// What the functions of a kernel cost in f32, with fits and without.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_FASTCOST_H
#define XPHI_COMPILER_ANALYSIS_FASTCOST_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// In vector instructions; what functions share counts once. With `fits`, these stand for the
/// marked parts.
double costInF32(llvm::ArrayRef<mlir::func::FuncOp> kernel, llvm::ArrayRef<Fit> fits);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_FASTCOST_H
