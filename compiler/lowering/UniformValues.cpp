// One evaluation of parameters, in as many lanes as elements have: loops have it once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/UniformValues.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "lowering/Elementary.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

// A value may be used often, and each use evaluates it.
constexpr unsigned deepest = 8;

// A sum may lose digits where its terms were rounded.
bool isExactTerm(Value value) { return isa<BlockArgument>(value) || constantValue(value); }

bool isUniform(Value value, unsigned depth, bool &isVariable) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    isVariable = true;
    auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function.getArgAttr(argument.getArgNumber(), parameterName) != nullptr;
  }
  if (constantValue(value))
    return true;
  Operation *op = value.getDefiningOp();
  if (depth == deepest || !isa<AddOp, SubOp, MulOp, DivOp, NegOp, AbsOp, SqrtOp>(op) ||
      (isa<AddOp, SubOp>(op) && !llvm::all_of(op->getOperands(), isExactTerm)))
    return false;
  return llvm::all_of(op->getOperands(),
                      [&](Value operand) { return isUniform(operand, depth + 1, isVariable); });
}

} // namespace

bool isUniformValue(Value value) {
  bool isVariable = false;
  return isUniform(value, 0, isVariable) && isVariable;
}

bool isLeaf(Value value) {
  Operation *op = value.getDefiningOp();
  return !op || op->hasAttr(uniformName);
}

Number UniformValues::of(Value value) {
  if (std::optional<double> constant = constantValue(value))
    return f64.constant(*constant);
  Operation *op = value.getDefiningOp();
  if (!op)
    return f64.make<arith::ExtFOp>(numberOf(value).value);
  auto operand = [&](unsigned i) { return of(op->getOperand(i)); };
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](AddOp) { return operand(0) + operand(1); })
      .Case([&](SubOp) { return operand(0) - operand(1); })
      .Case([&](MulOp) { return operand(0) * operand(1); })
      .Case([&](DivOp) { return operand(0) / operand(1); })
      .Default([&](Operation *) { return elementary(op, operand(0)); });
}

NumberPair UniformValues::split(Number exact) {
  Number high = f32.make<arith::TruncFOp>(exact.value),
         rest = exact - f64.make<arith::ExtFOp>(high.value);
  return {high, f32.make<arith::TruncFOp>(rest.value)};
}

Mask UniformValues::lacksDigits(Number exact) {
  using Limits = std::numeric_limits<float>;
  Number size = abs(f32.make<arith::TruncFOp>(exact.value));
  Mask isZero = exact == 0.0;
  return ~((f32.constant(Limits::min()) <= size) & (size <= f32.constant(Limits::max()))) &
         ~Mask{&f32, isZero.value};
}

} // namespace xphi::compiler
