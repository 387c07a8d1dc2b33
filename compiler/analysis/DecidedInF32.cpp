// Zero, and infinity, through signs, choices, products and quotients.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In lanes that are not left to f64 a power is 0 where its base is, and finite (lowering/Power.h).
#include "analysis/DecidedInF32.h"

#include "dialect/Algebra.h"
#include "lowering/UniformValues.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

bool collect(Value value, bool ofZero, llvm::SmallVectorImpl<Operation *> &products) {
  if (isLeaf(value) || constantValue(value))
    return ofZero || constantValue(value);
  Operation *op = value.getDefiningOp();
  if (isa<NegOp, AbsOp>(op))
    return collect(op->getOperand(0), ofZero, products);
  if (isa<SelectOp>(op))
    return collect(op->getOperand(1), ofZero, products) &&
           collect(op->getOperand(2), ofZero, products);
  if (isa<SignOp>(op))
    return !ofZero || collect(op->getOperand(0), ofZero, products);
  if (isa<PowOp>(op))
    return !ofZero || collect(op->getOperand(0), ofZero, products);
  if (!isa<MulOp, DivOp>(op))
    return false;
  if (!llvm::is_contained(products, op))
    products.push_back(op);
  return !ofZero || (collect(op->getOperand(0), ofZero, products) &&
                     (isa<DivOp>(op) || collect(op->getOperand(1), ofZero, products)));
}

} // namespace

std::optional<llvm::SmallVector<Operation *>> productsThatDecide(CompareOp compare) {
  const std::optional<double> bound = constantValue(compare.getRhs());
  const Predicate predicate = compare.getPredicate();
  const bool ofZero =
      bound == 0.0 && (predicate == Predicate::Equal || predicate == Predicate::NotEqual);
  llvm::SmallVector<Operation *> products;
  if (!bound || !(ofZero || std::isinf(*bound)) || !collect(compare.getLhs(), ofZero, products))
    return std::nullopt;
  return products;
}

} // namespace xphi::compiler
