// Signs of values from those of what they are made of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Signs.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "lowering/UsualBranches.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Values are graphs: deeper nothing is known.
constexpr unsigned deepest = 8;

KnownSign operator-(KnownSign a) { return {-a.sign, a.isCertain}; }

KnownSign product(KnownSign a, KnownSign b) {
  return {a.sign * b.sign, a.isCertain && b.isCertain};
}

KnownSign common(KnownSign a, KnownSign b) {
  return {a.sign == b.sign ? a.sign : 0, a.isCertain && b.isCertain};
}

class Signs {
public:
  Signs(Operation &user, const Domains &domains) : user(user), domains(domains) {}

  KnownSign ofTerms() const {
    const KnownSign a = ofOperand(0), b = ofOperand(1);
    return common(a, isa<SubOp>(user) ? -b : b);
  }
  KnownSign ofOperand(unsigned i) const { return of(user.getOperand(i), 0); }

private:
  KnownSign of(Value fitted, unsigned depth) const {
    Value value = exactValue(fitted);
    if (std::optional<double> constant = constantValue(value))
      return {*constant < 0 ? -1 : 1, true};
    if (auto argument = dyn_cast<BlockArgument>(value))
      return ofArgument(argument);
    if (depth == deepest)
      return {};
    Operation *op = value.getDefiningOp();
    auto operand = [&](unsigned i) { return of(op->getOperand(i), depth + 1); };
    return llvm::TypeSwitch<Operation *, KnownSign>(op)
        .Case([&](NegOp) { return -operand(0); })
        .Case<MulOp, DivOp>([&](auto) {
          if (op->getOperand(0) == op->getOperand(1))
            return KnownSign{1, true};
          return product(operand(0), operand(1));
        })
        .Case([&](AddOp) { return common(operand(0), operand(1)); })
        .Case([&](SubOp) { return common(operand(0), -operand(1)); })
        .Case([&](MaxOp) { return -least(-operand(0), -operand(1)); })
        .Case([&](MinOp) { return least(operand(0), operand(1)); })
        .Case([&](SelectOp) {
          const unsigned alone = usualOperand(*op);
          return alone ? operand(alone) : common(operand(1), operand(2));
        })
        .Case([&](PowOp) { return operand(0).sign > 0 ? operand(0) : KnownSign{}; })
        .Case([&](FunctionOfOne function) {
          switch (function.facts().sign) {
          case FunctionFacts::Sign::Any:
            return KnownSign{};
          case FunctionFacts::Sign::NotNegative:
          case FunctionFacts::Sign::Positive:
            return KnownSign{1, true};
          case FunctionFacts::Sign::OfArgument:
            return function.facts().domain == FunctionFacts::Domain::NotNegative
                       ? KnownSign{1, true}
                       : operand(0);
          }
          llvm_unreachable("every sign is handled");
        })
        .Default([](Operation *) { return KnownSign{}; });
  }

  KnownSign ofArgument(BlockArgument argument) const {
    auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
    if (auto usual = function.getArgAttrOfType<FloatAttr>(argument.getArgNumber(), defaultName)) {
      const double value = usual.getValueAsDouble();
      return {value > 0 ? 1 : value < 0 ? -1 : 0, false};
    }
    const Interval interval = domains.of(&user, argument);
    return {interval.low >= 0 ? 1 : interval.high <= 0 ? -1 : 0, true};
  }

  // Of the smaller: at most 0 if one is, at least 0 if both are.
  static KnownSign least(KnownSign a, KnownSign b) {
    if (a.sign < 0 && b.sign < 0)
      return {-1, a.isCertain || b.isCertain};
    if (a.sign < 0 || b.sign < 0)
      return a.sign < 0 ? a : b;
    return common(a, b);
  }

  Operation &user;
  const Domains &domains;
};

} // namespace

KnownSign signOfTerms(Operation &sum, const Domains &domains) {
  return Signs(sum, domains).ofTerms();
}

KnownSign signOfOperand(Operation &op, unsigned i, const Domains &domains) {
  return Signs(op, domains).ofOperand(i);
}

} // namespace xphi::compiler
