// From the result back to the roots and logarithms that it is made of, whatever their values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/KnownNans.h"

#include "analysis/Signs.h"
#include "dialect/Algebra.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Whether no rounding changes the value's sign.
bool hasItsSign(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || constantValue(value))
    return true;
  auto isFloat = [](Value term) {
    const std::optional<double> constant = constantValue(term);
    return constant ? double(float(*constant)) == *constant : isa<BlockArgument>(term);
  };
  if (isa<AddOp, SubOp>(op)) {
    MulOp product = fusedProduct(*op);
    return llvm::all_of(op->getOperands(), [&](Value term) {
      return product && term == product.getResult() ? llvm::all_of(product->getOperands(), isFloat)
                                                    : isFloat(term);
    });
  }
  // A logarithm errs by a part of itself.
  return isa<LogOp, Log2Op>(op)
             ? isa<BlockArgument>(op->getOperand(0))
             : isa<NegOp, MulOp, DivOp>(op) && llvm::all_of(op->getOperands(), hasItsSign);
}

} // namespace

Mask butKnownNans(Mask lanes, func::FuncOp function, const Evaluation &evaluated) {
  const Domains domains(function);
  llvm::SetVector<Value> made, below;
  made.insert(function.front().getTerminator()->getOperand(0));
  for (size_t i = 0; i < made.size(); ++i) {
    Operation *op = made[i].getDefiningOp();
    if (!op || op->hasAttr(uniformName) ||
        !isa<AddOp, SubOp, MulOp, DivOp, NegOp, AbsOp, SqrtOp, LogOp, Log2Op>(op))
      continue;
    made.insert_range(llvm::to_vector(op->getOperands()));
    if (isa<SqrtOp, LogOp, Log2Op>(op) && hasItsSign(op->getOperand(0)) &&
        signOfOperand(*op, 0, domains).sign == 0)
      below.insert(op->getOperand(0));
  }
  for (Value each : below)
    lanes = lanes & ~(evaluated.of(each) < 0.0);
  return lanes;
}

} // namespace xphi::compiler
