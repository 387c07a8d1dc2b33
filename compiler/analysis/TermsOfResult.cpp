// From a sum on to the result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/TermsOfResult.h"

#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"

using namespace mlir;

namespace xphi::compiler {

bool isLast(Operation &op) {
  return llvm::all_of(usersOf(op.getResult(0)), [](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() ||
           (isa<SelectOp, NegOp, MinOp, MaxOp, FittedOp>(user) && isLast(*user));
  });
}

static bool leadsToResultByProducts(Operation &op) {
  return llvm::all_of(usersOf(op.getResult(0)), [](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>() ||
           (isa<MulOp, SelectOp, NegOp, FittedOp>(user) && isLast(*user));
  });
}

// A quotient's divisor is no sum of these: what it does to an error is no matter of terms.
bool leadsToSlopes(Operation &op) {
  return llvm::all_of(usersOf(op.getResult(0)), [&](Operation *user) {
    if (user->hasTrait<OpTrait::IsTerminator>())
      return true;
    if (isa<AddOp, SubOp>(user))
      return user->hasAttr(slopesName) && !user->hasAttr(valueName) && leadsToSlopes(*user);
    if (auto quotient = dyn_cast<DivOp>(user); quotient && quotient.getRhs() == op.getResult(0))
      return false;
    return isa<MulOp, DivOp, SelectOp, NegOp>(user) && leadsToSlopes(*user);
  });
}

bool sumsTermsOfResult(Operation &sum) {
  auto function = sum.getParentOfType<mlir::func::FuncOp>();
  if (!said(function, derivativeName) || sum.hasAttr(valueName))
    return false;
  return leadsToResultByProducts(sum) || (sum.hasAttr(slopesName) && leadsToSlopes(sum));
}

} // namespace xphi::compiler
