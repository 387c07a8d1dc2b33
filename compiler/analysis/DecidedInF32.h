// Conditions that f32 decides as the truth does, though what they compare is rounded.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_DECIDEDINF32_H
#define XPHI_COMPILER_ANALYSIS_DECIDEDINF32_H

#include "dialect/XphiDialect.h"

#include <optional>

namespace xphi::compiler {

/// A rounding does not change whether a number is 0, or infinite, where products and quotients are
/// normal numbers, or 0 as a factor is. These are the ones it hangs on; nothing where the
/// comparison asks for more.
std::optional<llvm::SmallVector<mlir::Operation *>> productsThatDecide(CompareOp compare);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_DECIDEDINF32_H
