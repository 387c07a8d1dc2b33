// Growth of each operation from that of its operands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Growth.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double without = Growth::without, beyond = Growth::beyond;

// The growth of a product with a part that oscillates; none if there is no such part.
double timesPart(double oscillation, double growth) {
  return oscillation == without ? without : oscillation + growth;
}

Growth product(const Growth &a, const Growth &b) {
  return {a.degree + b.degree, a.most + b.most, a.exact && b.exact, false,
          std::max(timesPart(a.oscillation, b.most), timesPart(b.oscillation, a.most))};
}

Growth quotient(const Growth &a, const Growth &b) {
  Growth result{a.degree - b.degree, beyond, a.exact && b.exact};
  const bool isKnown = b.fixed || (b.exact && b.oscillation < b.most);
  if (isKnown)
    result.most = a.most - b.most;
  if (a.oscillates() || b.oscillates())
    result.oscillation = isKnown ? std::max(timesPart(a.oscillation, -b.most),
                                            timesPart(b.oscillation, a.most - 2 * b.most))
                                 : beyond;
  return result;
}

Growth sum(const Growth &a, const Growth &b) {
  const Growth &larger = a.most > b.most ? a : b;
  return {std::max(a.degree, b.degree), larger.most, larger.exact && a.most != b.most, false,
          std::max(a.oscillation, b.oscillation)};
}

// One of both, or a mixture: max(a, b).
Growth either(const Growth &a, const Growth &b) {
  return {std::max(a.degree, b.degree), std::max(a.most, b.most),
          a.exact && b.exact && a.most == b.most, false, std::max(a.oscillation, b.oscillation)};
}

// min(a, b): where one grows without end and the other does not keep up it is that one on one side,
// or at infinity of one sign; on the other side none is found where there is no limit.
Growth extreme(const Growth &a, const Growth &b) {
  Growth result = either(a, b);
  auto outgrows = [](const Growth &one, const Growth &other) {
    return one.exact && one.most > 0 && !one.oscillates() && one.most > other.oscillation;
  };
  if (outgrows(a, b) || outgrows(b, a))
    result.oscillation = without;
  return result;
}

// x^exponent
Growth power(const Growth &x, double exponent) {
  Growth result{x.degree * exponent, x.most * exponent, x.exact};
  if (!x.exact && exponent < 0)
    result.most = beyond;
  if (x.oscillates())
    result.oscillation =
        x.exact && x.oscillation < x.most ? x.oscillation + (exponent - 1) * x.most : beyond;
  return result;
}

Growth sine(const Growth &angle) {
  if (angle.most > 0)
    return {0, 0, false, false, 0};
  return {0, 0, false, false, angle.oscillation};
}

// Of a function with a slope of at most one or so, which grows as x^degree.
Growth gentle(const Growth &x, double degree) {
  return {degree * x.degree, degree == 0 ? 0 : degree * std::max(x.most, 0.0), false, false,
          x.oscillation};
}

// Of any function: logarithms, exponentials, and what has jumps.
Growth wild(bool oscillates) { return {0, beyond, false, false, oscillates ? beyond : without}; }

// A constant grows as x^0; a parameter may be 0.
Growth fixed(bool isConstant) { return {0, 0, isConstant, true}; }

Growth ofFunction(FunctionFacts::Growth kind, const Growth &x) {
  switch (kind) {
  case FunctionFacts::Growth::Line:
    return x;
  case FunctionFacts::Growth::SquareRoot:
    return power(x, 0.5);
  case FunctionFacts::Growth::InverseRoot:
    return power(x, -0.5);
  case FunctionFacts::Growth::CubeRoot:
    return power(x, 1.0 / 3);
  case FunctionFacts::Growth::Stairs: {
    Growth result = x;
    if (result.oscillates())
      result.oscillation = beyond;
    return result;
  }
  case FunctionFacts::Growth::Waves:
    return sine(x);
  case FunctionFacts::Growth::Linear:
    return gentle(x, 1);
  case FunctionFacts::Growth::Bounded:
    return gentle(x, 0);
  case FunctionFacts::Growth::Poles:
    return wild(x.oscillates() || x.most > 0);
  case FunctionFacts::Growth::Wild:
  case FunctionFacts::Growth::Logarithm:
  case FunctionFacts::Growth::Sign:
    return wild(x.oscillates());
  }
  llvm_unreachable("every growth is handled");
}

// Whether one number is above another: settled where one outgrows what oscillates in both. Where
// they grow alike it may still not be, and then any answer is as good.
Growth comparison(const Growth &a, const Growth &b) {
  const auto outgrows = [&](const Growth &each) {
    return each.exact && each.most > 0 && each.most > std::max(a.oscillation, b.oscillation);
  };
  const bool oscillates = (a.oscillates() || b.oscillates()) && !outgrows(a) && !outgrows(b);
  return wild(oscillates);
}

/// Whether the value tends to infinity, with this sign, wherever an input does: a square or a
/// magnitude of what grows, but for constant factors and terms.
bool tendsTo(int sign, Value value, const llvm::DenseMap<Value, Growth> &known) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumOperands() == 0)
    return false;
  const auto grows = [&](Value each) {
    const Growth &growth = known.lookup(each);
    return growth.exact && growth.most > 0 && !growth.oscillates();
  };
  Value first = op->getOperand(0);
  if (isa<NegOp>(op))
    return tendsTo(-sign, first, known);
  if (isa<AbsOp>(op))
    return sign > 0 && grows(first);
  if (!isa<MulOp, DivOp, AddOp, SubOp>(op))
    return false;
  Value second = op->getOperand(1);
  if (isa<MulOp>(op) && first == second)
    return sign > 0 && grows(first);
  if (isa<MulOp, AddOp>(op) && constantValue(first))
    std::swap(first, second);
  const std::optional<double> constant = constantValue(second);
  if (!constant)
    return false;
  if (isa<AddOp, SubOp>(op))
    return tendsTo(sign, first, known);
  return *constant != 0 && tendsTo(*constant > 0 ? sign : -sign, first, known);
}

/// Of an exponential that fades at each end: less than any power.
constexpr double faded = -1e9;

Growth growth(Operation &op, const llvm::DenseMap<Value, Growth> &known) {
  auto of = [&](unsigned i) { return known.lookup(op.getOperand(i)); };
  return llvm::TypeSwitch<Operation *, Growth>(&op)
      .Case([&](MulOp) { return product(of(0), of(1)); })
      .Case([&](DivOp) { return quotient(of(0), of(1)); })
      .Case([&](CompareOp) { return comparison(of(0), of(1)); })
      .Case<AddOp, SubOp>([&](auto) { return sum(of(0), of(1)); })
      .Case<MinOp, MaxOp>([&](auto) { return extreme(of(0), of(1)); })
      .Case([&](SelectOp) {
        Growth result = either(of(1), of(2));
        if (of(0).oscillates())
          result.oscillation = beyond;
        return result;
      })
      .Case([&](ExpOp) {
        const bool fades = tendsTo(-1, op.getOperand(0), known);
        return fades ? Growth{0, faded, false, false, without} : wild(of(0).oscillates());
      })
      .Case([&](FunctionOfOne function) { return ofFunction(function.facts().growth, of(0)); })
      .Case([&](PowOp pow) {
        std::optional<double> exponent = constantValue(pow.getRhs());
        return exponent ? power(of(0), *exponent) : wild(of(0).oscillates() || of(1).oscillates());
      })
      .Case([&](LogAddExpOp) {
        Growth result = either(of(0), of(1));
        return Growth{result.degree, std::max(result.most, 0.0), false, false, result.oscillation};
      })
      .Default([&](Operation *) {
        return wild(llvm::any_of(
            op.getOperands(), [&](Value operand) { return known.lookup(operand).oscillates(); }));
      });
}

} // namespace

bool isGrowing(func::FuncOp function, BlockArgument argument) {
  unsigned i = argument.getArgNumber();
  return function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName) &&
         !argument.getType().isInteger(1);
}

Growth growthOfResult(func::FuncOp whole) {
  const ExactForm exact(whole);
  func::FuncOp function = exact.function();
  llvm::DenseMap<Value, Growth> known;
  auto isFixed = [&](Value value) { return known.lookup(value).fixed; };
  for (BlockArgument argument : function.getArguments())
    known[argument] = isGrowing(function, argument) ? Growth{1, 1, true} : fixed(false);
  for (Operation &op : function.front().without_terminator()) {
    const bool isConstant = constantValue(op.getResult(0)).value_or(0) != 0;
    known[op.getResult(0)] =
        llvm::all_of(op.getOperands(), isFixed) ? fixed(isConstant) : growth(op, known);
  }
  return known.lookup(function.front().getTerminator()->getOperand(0));
}

bool hasLimit(func::FuncOp function) {
  const Growth result = growthOfResult(function);
  const auto inputs = llvm::count_if(function.getArguments(), [&](BlockArgument argument) {
    return isGrowing(function, argument);
  });
  // Where several inputs may be infinite, each alone, the growth in all of them says too little.
  if (!result.oscillates() || inputs > 1)
    return !result.oscillates();
  return result.oscillation < 0 ||
         (result.exact && result.most > 0 && result.most > result.oscillation);
}

} // namespace xphi::compiler
