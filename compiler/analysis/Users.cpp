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

namespace {

class Fading {
public:
  Fading(const Estimates &estimates, const Domains &domains)
      : estimates(estimates), domains(domains) {}

  /// `twice`: what the square of the operation's result makes of its error at most.
  bool inSums(Operation &op, double times, double twice) const {
    return times <= 1e30 && llvm::all_of(usersOf(op.getResult(0)), [&](Operation *user) {
             return inSums(op, *user, times, twice);
           });
  }

private:
  bool inSums(Operation &op, Operation &user, double times, double twice) const {
    if (isa<SelectOp>(user) && user.getOperand(0) != op.getResult(0))
      return inSums(user, times, Estimate::anything);
    if (!isa<AddOp, SubOp, MulOp>(user))
      return false;
    Value other = user.getOperand(user.getOperand(0) == op.getResult(0) ? 1 : 0);
    if (isa<MulOp>(user) && other == op.getResult(0))
      return inSums(user, times * twice, Estimate::anything);
    const auto known = estimates.find(other);
    if (known == estimates.end())
      return false;
    if (isa<MulOp>(user))
      return inSums(user, times * known->second.most, Estimate::anything);
    return std::max(known->second.least, domains.rangeOf(other, user).leastMagnitude()) >=
           1e-36 * times;
  }

  const Estimates &estimates;
  const Domains &domains;
};

} // namespace

bool feedsSafeSum(Operation &op, const Estimate &result, const Estimates &estimates,
                  const Domains &domains) {
  return result.most <= 1e30 && Fading(estimates, domains).inSums(op, 1, 2 * result.most);
}

bool isInDomain(Operation &op) {
  return llvm::any_of(op.getUsers(), [](Operation *user) { return fastFunction(user); });
}

} // namespace xphi::compiler
