// The operations of a body's result, as certificates keep them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_RECORDLINES_H
#define XPHI_COMPILER_PASSES_RECORDLINES_H

#include "approx/Lines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace xphi::compiler {

/// Of one lane, as a function of the body's first arguments, which are so many inputs: the others
/// are the incoming gradient, where there is one, which is 1, and the parameters. The last is the
/// element's index, if there is one: a comparison that comes from it is what was drawn. What is not
/// straight arithmetic is unknown; nothing where no result could do without it. Of a branch by the
/// parameters alone what is taken with their defaults is followed, and the other is unknown.
std::optional<Lines> recordLines(mlir::func::FuncOp body, unsigned result, unsigned inputs,
                                 bool isBackward, llvm::ArrayRef<float> parameters);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_RECORDLINES_H
