// Which operations take a result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Users.h"

#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"
#include "lowering/Elementary.h"
#include "lowering/Evaluation.h"

using namespace mlir;

namespace xphi::compiler {

bool isFused(Operation &op) {
  const llvm::SmallVector<Operation *> users = usersOf(op.getResult(0));
  return users.size() == 1 && isa<AddOp, SubOp>(users[0]) && fusedProduct(*users[0]) == &op;
}

bool feedsOnlySums(Operation &op) {
  return llvm::all_of(usersOf(op.getResult(0)),
                      [](Operation *user) { return isa<AddOp, SubOp>(user); });
}

/// `twice`: what the square of the operation's result makes of its error at most.
static bool fadesInSums(Operation &op, double times, double twice, const Estimates &estimates) {
  return times <= 1e30 && llvm::all_of(usersOf(op.getResult(0)), [&](Operation *user) {
           if (!isa<AddOp, SubOp, MulOp>(user))
             return false;
           Value other = user->getOperand(user->getOperand(0) == op.getResult(0) ? 1 : 0);
           if (isa<MulOp>(user) && other == op.getResult(0))
             return fadesInSums(*user, times * twice, Estimate::anything, estimates);
           const auto known = estimates.find(other);
           if (known == estimates.end())
             return false;
           return isa<MulOp>(user) ? fadesInSums(*user, times * known->second.most,
                                                 Estimate::anything, estimates)
                                   : known->second.least >= 1e-36 * times;
         });
}

bool feedsSafeSum(Operation &op, const Estimate &result, const Estimates &estimates) {
  return result.most <= 1e30 && fadesInSums(op, 1, 2 * result.most, estimates);
}

bool isInDomain(Operation &op) {
  return llvm::any_of(op.getUsers(), [](Operation *user) { return fastFunction(user); });
}

} // namespace xphi::compiler
