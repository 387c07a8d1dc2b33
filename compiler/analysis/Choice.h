// A value as a choice between two that do not depend on the input.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_CHOICE_H
#define XPHI_COMPILER_ANALYSIS_CHOICE_H

#include "mlir/IR/Builders.h"

#include <optional>

namespace xphi::compiler {

struct Choice {
  mlir::Value condition, chosen, other;
};

/// Nothing if `value` is not a tree of selects that ends in exactly two values free of `input`, by
/// conditions that do not depend on the precision in which they are computed.
std::optional<Choice> asChoice(mlir::Value value, mlir::Value input, mlir::OpBuilder &builder);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_CHOICE_H
