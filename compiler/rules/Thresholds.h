// Comparisons of what is made of one value and constants, as comparisons of that value.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_RULES_THRESHOLDS_H
#define XPHI_COMPILER_RULES_THRESHOLDS_H

#include "mlir/IR/PatternMatch.h"

namespace xphi::compiler {

/// (x + 1) / 2 > 0 is x > -1: no rounding decides it then, and what is compared is often an input.
void addThresholds(mlir::RewritePatternSet &patterns);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_THRESHOLDS_H
