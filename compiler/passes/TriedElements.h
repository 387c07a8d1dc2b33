// Functions of one input of few bits whose f32 code is right for every element there is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_TRIEDELEMENTS_H
#define XPHI_COMPILER_PASSES_TRIEDELEMENTS_H

#include "approx/Fit.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace xphi::compiler {

/// Marks a function that is evaluated in f32, of arithmetic, choices and fits, before its gradient
/// comes in: at every element the operations give what rounds to the nearest element, and where the
/// result is a factor what is within 2^-8 ulp of the truth as well. Then no lane need be asked how
/// near it is to a tie. A few inputs may be left out. Of a function with parameters too little is
/// known: passes/Defaults.h.
void markTried(mlir::func::FuncOp function, const std::vector<Fit> &fits,
               const FitLimits::Elements &elements);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_TRIEDELEMENTS_H
