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

bool isInDomain(Operation &op) {
  return llvm::any_of(op.getUsers(), [](Operation *user) { return fastFunction(user); });
}

} // namespace xphi::compiler
