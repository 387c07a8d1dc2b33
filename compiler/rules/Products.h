// A value taken apart into what it multiplies and divides by, so that one form of a rule finds all.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_RULES_PRODUCTS_H
#define XPHI_COMPILER_RULES_PRODUCTS_H

#include "dialect/Rational.h"
#include "rules/Matcher.h"

namespace xphi::compiler {

/// coefficient · ∏over / ∏under; squares count twice, signs and fractions are in the coefficient.
struct Product {
  Rational coefficient = 1;
  llvm::SmallVector<mlir::Value, 4> over, under;

  static Product of(mlir::Value value);

  /// What is left when `part` is taken out, each factor of it once; none if it lacks one.
  std::optional<Product> without(const Product &part) const;
  /// Whether both are one number for the same reason: the same coefficient and factors.
  bool isSame(const Product &other) const;
  friend Product operator*(Product a, const Product &b);
  /// Whether there are factors beside the coefficient.
  bool hasFactors() const { return !over.empty() || !under.empty(); }
};

/// Takes a form out of a product: each factor of the form is found in the product, and `next` gets
/// what is left. Other choices are tried where `next` says no; the matcher is as it was if all do.
bool takeOut(Matcher &matcher, const Product &form, const Product &product,
             llvm::function_ref<bool(const Product &)> next);

/// The product times `value`, as operations.
mlir::Value times(mlir::PatternRewriter &rewriter, mlir::Location location, const Product &product,
                  mlir::Value value);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_PRODUCTS_H
