// Finds the values for which a rule's left side is the value at hand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_RULES_MATCHER_H
#define XPHI_COMPILER_RULES_MATCHER_H

#include "dsl/Ast.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/PatternMatch.h"

#include <memory>
#include <optional>
#include <string>

namespace xphi::compiler {

struct Product;

/// A rule, read: its two sides and what its variables may stand for.
struct ReadRule {
  std::string name;
  mlir::Value pattern;
  mlir::Block *replacement;
  std::string classes; ///< the first letter of each variable
  const dsl::Program *program;
  std::optional<dsl::DefinitionIndex> condition;

  /// The right side for these values, made where the rewriter is; the function remembers the rule.
  mlir::Value apply(llvm::ArrayRef<mlir::Value> bindings, mlir::PatternRewriter &rewriter) const;
};

class Matcher {
public:
  explicit Matcher(const ReadRule &rule) : rule(rule), bindings(rule.classes.size()) {}

  /// Whether `form`, a part of the rule's left side, can be `value` with what is bound already;
  /// binds what it names for the first time. Nothing is bound if not.
  bool match(mlir::Value form, mlir::Value value);
  bool conditionHolds() const;

  const ReadRule &rule;
  llvm::SmallVector<mlir::Value, 4> bindings; ///< by variable; null where nothing is bound

private:
  // What is still to be matched, the next one last.
  using Tasks = llvm::SmallVector<std::pair<mlir::Value, mlir::Value>, 8>;

  bool match(Tasks tasks);
  bool bind(unsigned variable, mlir::Value value);
  std::optional<Product> productOfBound(mlir::Value form) const;
  bool isProductOfBound(mlir::Value form, mlir::Value value) const;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_MATCHER_H
