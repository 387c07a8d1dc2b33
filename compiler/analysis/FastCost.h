// What the functions of a kernel cost in f32, with fits and without, in pairs, and in f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_FASTCOST_H
#define XPHI_COMPILER_ANALYSIS_FASTCOST_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// In vector instructions; what functions share counts once. With `fits`, these stand for the
/// marked parts.
double costInF32(llvm::ArrayRef<mlir::func::FuncOp> kernel, llvm::ArrayRef<Fit> fits);

/// The same of one function in pairs of floats, of which PairErrors knows, and in doubles, for as
/// many elements.
double costInPairs(mlir::func::FuncOp function, llvm::ArrayRef<Fit> fits);
double costInDoubles(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_FASTCOST_H
