// Found by its shape, which rules have made one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/PowerQuotient.h"

#include "dialect/Algebra.h"
#include "dialect/XphiDialect.h"
#include "lowering/OrderedQuotient.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

bool isExactNumerator(Value value) {
  if (const std::optional<double> constant = constantValue(value))
    return double(float(*constant)) == *constant;
  if (auto negated = value.getDefiningOp<NegOp>())
    return isExactNumerator(negated.getOperand());
  if (auto product = value.getDefiningOp<MulOp>())
    return (isIncomingGradient(product.getLhs()) && isExactNumerator(product.getRhs())) ||
           (isIncomingGradient(product.getRhs()) && isExactNumerator(product.getLhs()));
  return isa<BlockArgument>(value);
}

} // namespace

std::optional<PowerQuotient> powerQuotient(Operation &op) {
  auto product = isa<DivOp>(op) && isExactNumerator(op.getOperand(0))
                     ? op.getOperand(1).getDefiningOp<MulOp>()
                     : MulOp();
  if (!product)
    return std::nullopt;
  for (const unsigned i : {0u, 1u})
    if (auto root = product->getOperand(i).getDefiningOp<SqrtOp>();
        root && root.getOperand() == product->getOperand(1 - i))
      return PowerQuotient{root.getOperand(), root.getResult(), product.getResult()};
  return std::nullopt;
}

// With r and p what root and product lost, √s·s is product + p + r·root/2 to 2^-46 of it. The first
// float is a little too small, so that both have one sign, and an infinite or zero numerator its
// own.
Number evaluatePower(Number numerator, Number sum, Number root, Number product) {
  const Number one = numerator.numbers->constant(1), high = (1 - 0x1p-21) * (one / product),
               ofRoot = fma(-root, root, sum), ofProduct = fma(root, sum, -product),
               lost = fma(0.5 * ofRoot, root, ofProduct),
               rest = fma(-high, lost, fma(-high, product, one));
  return fma(numerator, high, numerator * (high * rest));
}

} // namespace xphi::compiler
