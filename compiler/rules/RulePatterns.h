// From rules as text to patterns on xphi operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_RULES_RULEPATTERNS_H
#define XPHI_COMPILER_RULES_RULEPATTERNS_H

#include "rules/RuleTable.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Rewrite/FrozenRewritePatternSet.h"

#include <memory>

namespace xphi::compiler {

/// The tables as patterns, in one context: made once, used by every pass instance there.
struct RulePatterns {
  mlir::OwningOpRef<mlir::ModuleOp> forms; ///< both sides of every rule, as functions
  mlir::FrozenRewritePatternSet simplify, stabilise, stabiliseLast;

  static std::shared_ptr<const RulePatterns> make(mlir::MLIRContext &context);
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_RULEPATTERNS_H
