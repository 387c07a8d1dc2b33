// Copies without fits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/ExactForm.h"

#include "dialect/XphiDialect.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xphi::compiler {

Value exactValue(Value value) {
  while (auto fitted = value.getDefiningOp<FittedOp>())
    value = fitted.getExact();
  return value;
}

llvm::SmallVector<Operation *> usersOf(Value value) {
  llvm::SmallVector<Operation *> users;
  for (OpOperand &use : value.getUses())
    if (!isa<FittedOp>(use.getOwner()) || use.getOperandNumber() == 0)
      users.push_back(use.getOwner());
  return users;
}

bool isOnlyChosen(Operation &op) {
  llvm::SetVector<Operation *> reached;
  reached.insert(&op);
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (Operation *user : usersOf(reached[i]->getResult(0)))
      if (isa<SelectOp, NegOp>(user))
        reached.insert(user);
      else if (!user->hasTrait<OpTrait::IsTerminator>())
        return false;
  return true;
}

void dropFits(func::FuncOp function) {
  for (auto fitted : llvm::make_early_inc_range(function.getOps<FittedOp>())) {
    fitted.replaceAllUsesWith(fitted.getExact());
    fitted.erase();
  }
}

ExactForm::ExactForm(func::FuncOp function)
    : isCopy(!function.getOps<FittedOp>().empty()), form(function) {
  if (!isCopy)
    return;
  form = cast<func::FuncOp>(function->clone(copies));
  for (auto fitted : function.getOps<FittedOp>())
    copies.map(fitted.getResult(), copies.lookup(fitted.getExact()));
  dropFits(form);
}

ExactForm::~ExactForm() {
  if (isCopy)
    form.erase();
}

LogicalResult FittedOp::verify() {
  auto isBound = [](const llvm::APFloat &value) { return value.isFinite() && !value.isNegative(); };
  if (!isBound(getUlps()) || !isBound(getLeast()) || (getMost() && !isBound(*getMost())))
    return emitOpError("has bounds that are no finite numbers from 0 on");
  if (getExact() == getVariable())
    return emitOpError("stands for what it is made of");
  if (getNonzero() && getVariable().getDefiningOp() == nullptr)
    return emitOpError("is of an argument, which has no operand that may be zero");
  return success();
}

} // namespace xphi::compiler
