// What the backward pass keeps of the forward pass: x, y, one bit an element, or nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x is always enough. Often less is: tanh' is (1 − y)(1 + y), relu' asks only whether y > 0, and of
// hard_tanh' one bit says all. In exact arithmetic they are the same; y was rounded, though, so a
// derivative that is small where y is near a limit loses digits that x would have kept: it is good
// to 2^-20 of the larger of itself and the slope at 0. Where y would lose more than that, or says
// nothing, it is not enough. A bit and nothing cannot say that x was NaN, which y says.
#ifndef XPHI_COMPILER_PASSES_KEEP_H
#define XPHI_COMPILER_PASSES_KEEP_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <xphi/Keep.hpp>

#include <vector>

namespace xphi::compiler {

/// Everything that is enough, by itself, for a gradient of a function of one input; both functions
/// simplified and before the last stabilisation. Neither is changed.
std::vector<Keep> enoughFor(mlir::func::FuncOp forward, mlir::func::FuncOp gradient);

/// Makes the gradient a function of what is kept: its input becomes `y`, the boolean `mask`, or
/// disappears. For a mask, `forward` gets it as a second result. False if it is not enough; then
/// nothing has changed.
bool keep(Keep kept, mlir::func::FuncOp forward, mlir::func::FuncOp gradient);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_KEEP_H
