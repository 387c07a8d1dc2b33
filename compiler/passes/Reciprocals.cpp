// By the estimate of the error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/Reciprocals.h"

#include "analysis/ErrorEstimate.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"

#include "mlir/IR/OwningOpRef.h"

using namespace mlir;

namespace xphi::compiler {

bool takeReciprocals(func::FuncOp function) {
  bool has = false;
  for (DivOp quotient : llvm::make_early_inc_range(function.getOps<DivOp>())) {
    const std::optional<Rational> divisor = rationalValue(quotient.getRhs());
    if (!divisor || divisor->isZero() || constantValue(quotient.getResult()))
      continue;
    OpBuilder builder(quotient);
    Algebra algebra(builder, quotient.getLoc());
    auto product = MulOp::create(builder, quotient.getLoc(), quotient.getLhs(),
                                 algebra.constant(Rational(1) / *divisor));
    product->setAttrs(quotient->getAttrs());
    quotient.replaceAllUsesWith(product.getResult());
    quotient.erase();
    has = true;
  }
  return has;
}

void takeReciprocalsInF32(func::FuncOp function) {
  // Of elements of few bits all are tried.
  if (function.getOps<DivOp>().empty() || promised(function).getSlack())
    return;
  const ErrorEstimate before = estimateInF32(function);
  OwningOpRef<func::FuncOp> copy = function.clone();
  if (!isPromised(function, before) || !takeReciprocals(*copy))
    return;
  const ErrorEstimate after = estimateInF32(*copy);
  if (isPromised(*copy, after) && after.guarded.size() <= before.guarded.size())
    takeReciprocals(function);
}

} // namespace xphi::compiler
