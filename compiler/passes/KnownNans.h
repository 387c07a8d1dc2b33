// The lanes in which a result is no number, and no more digits are needed to know it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Below 0 there is no root and no logarithm, nor anything made of one by arithmetic. In these lanes
// a guard finds a number that is not normal, and half of all inputs of sqrt(x)·σ(x) went to f64, to
// become NaN there, too; where f64 is watched, on to wide numbers, since NaN is a claim as well.
#ifndef XPHI_COMPILER_PASSES_KNOWNNANS_H
#define XPHI_COMPILER_PASSES_KNOWNNANS_H

#include "lowering/Evaluation.h"

namespace xphi::compiler {

/// Those of the lanes in which the result, once evaluated, is not known to be no number.
Mask butKnownNans(Mask lanes, mlir::func::FuncOp function, const Evaluation &evaluated);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_KNOWNNANS_H
