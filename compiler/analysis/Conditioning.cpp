// Sign, range and relative error of each value, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Conditioning.h"

#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"
#include "import/RaiseToText.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

struct Known {
  double error = 0;                      ///< relative, in 2^-53; 0 for what is exact
  double least = 0, most = 0;            ///< of the exponent of 2, where the value is not zero
  bool positive = true, negative = true; ///< what it may be

  bool isExact() const { return error == 0; }
};

constexpr double range = 1000;        // of exponents that are safe in f64
constexpr double elementary = 512;    // 2^-44
constexpr double mostError = 1 << 23; // 2^-30

using Maybe = std::optional<Known>;

class Conditioning {
public:
  explicit Conditioning(func::FuncOp function) : function(function) {}

  std::string run() {
    for (BlockArgument argument : function.getArguments())
      known[argument] = {0, -149, 128};
    for (Operation &op : function.front().without_terminator()) {
      Value result = op.getResult(0);
      if (result.getType().isInteger(1)) {
        if (!isCertain(op))
          return "a rounding may decide " + excerpt(function, result);
        continue;
      }
      Maybe made = of(op);
      if (!made)
        return lossAt(op);
      if (made->error > mostError)
        return "the errors add up at " + excerpt(function, result);
      if ((made->least < -range || made->most > range) && !isLast(op))
        return excerpt(function, result) + " may leave the range of f64: 2^" +
               std::to_string(int(made->least)) + " to 2^" + std::to_string(int(made->most));
      known[result] = *made;
    }
    return "";
  }

private:
  std::string lossAt(Operation &op) const {
    const std::string text = excerpt(function, op.getResult(0));
    if (isa<AddOp, SubOp>(op))
      return "the terms of " + text + " may cancel";
    return constantValue(op.getResult(0)) ? text + " is not finite"
                                          : text + " may magnify the error of its argument";
  }

  Known operand(Operation &op, unsigned i) const { return known.lookup(op.getOperand(i)); }

  static bool isLast(Operation &op) {
    return llvm::all_of(op.getUsers(), [](Operation *user) {
      return user->hasTrait<OpTrait::IsTerminator>() || (isa<NegOp>(user) && isLast(*user));
    });
  }

  // Signs are certain, since no relative error turns one.
  bool isCertain(Operation &op) const {
    if (!isa<CompareOp>(op))
      return true;
    const Known a = operand(op, 0), b = operand(op, 1);
    return (a.isExact() && b.isExact()) || constantValue(op.getOperand(0)) == 0.0 ||
           constantValue(op.getOperand(1)) == 0.0;
  }

  static Known ofConstant(Value value, double number) {
    if (number == 0)
      return {0, 0, 0, false, false};
    const double exponent = std::log2(std::fabs(number));
    return {isExactDouble(value) ? 0.0 : 1.0, std::floor(exponent), std::ceil(exponent), number > 0,
            number < 0};
  }

  static Known worse(const Known &a, const Known &b) {
    return {std::max(a.error, b.error), std::min(a.least, b.least), std::max(a.most, b.most),
            a.positive || b.positive, a.negative || b.negative};
  }

  static Known product(const Known &a, const Known &b) {
    return {a.error + b.error + 1, a.least + b.least, a.most + b.most,
            (a.positive && b.positive) || (a.negative && b.negative),
            (a.positive && b.negative) || (a.negative && b.positive)};
  }

  static Maybe sum(const Known &a, Known b, bool subtract) {
    if (subtract)
      std::swap(b.positive, b.negative);
    const bool cancels = (a.positive && b.negative) || (a.negative && b.positive);
    if (cancels && !(a.isExact() && b.isExact()))
      return std::nullopt;
    Known result = worse(a, b);
    result.error += 1;
    result.most += 1;
    if (cancels)
      result.least -= 60;
    return result;
  }

  static Known power(const Known &base, double exponent) {
    const double size = std::fabs(exponent), a = base.least * exponent, b = base.most * exponent;
    const bool even = std::fmod(exponent, 2) == 0;
    return {size * (base.error + 1), std::min(a, b), std::max(a, b),
            base.positive || (even && base.negative), base.negative && !even};
  }

  static Maybe root(const Known &x, double exponent) {
    return Known{x.error + elementary, std::min(x.least * exponent, x.most * exponent),
                 std::max(x.least * exponent, x.most * exponent), x.positive, x.negative};
  }

  Maybe of(Operation &op) const {
    if (std::optional<double> constant = constantValue(op.getResult(0)))
      return std::isfinite(*constant) ? Maybe(ofConstant(op.getResult(0), *constant))
                                      : std::nullopt;
    const Known x = op.getNumOperands() ? operand(op, 0) : Known();
    return llvm::TypeSwitch<Operation *, Maybe>(&op)
        .Case([&](NegOp) { return Maybe(Known{x.error, x.least, x.most, x.negative, x.positive}); })
        .Case([&](AbsOp) { return Maybe(Known{x.error, x.least, x.most, true, false}); })
        .Case<MinOp, MaxOp>([&](auto) { return Maybe(worse(x, operand(op, 1))); })
        .Case([&](SelectOp) { return Maybe(worse(operand(op, 1), operand(op, 2))); })
        .Case<SignOp, StepOp>(
            [&](auto) { return Maybe(Known{0, 0, 0, true, isa<SignOp>(op) && x.negative}); })
        .Case<FloorOp, CeilOp, RoundOp>([&](auto) {
          return x.isExact() ? Maybe(Known{0, 0, std::max(x.most, 0.0) + 1, true, x.negative})
                             : std::nullopt;
        })
        .Case([&](MulOp) {
          Known result = product(x, operand(op, 1));
          result.negative = result.negative && op.getOperand(0) != op.getOperand(1);
          return Maybe(result);
        })
        .Case([&](DivOp) {
          Known divisor = operand(op, 1);
          std::swap(divisor.least, divisor.most);
          divisor.least = -divisor.least;
          divisor.most = -divisor.most;
          return Maybe(product(x, divisor));
        })
        .Case([&](AddOp) { return sum(x, operand(op, 1), false); })
        .Case([&](SubOp) { return sum(x, operand(op, 1), true); })
        .Case([&](PowOp) {
          std::optional<double> exponent = constantValue(op.getOperand(1));
          const bool byProducts =
              exponent && std::fabs(*exponent) <= 64 && *exponent == std::floor(*exponent);
          return byProducts ? Maybe(power(x, *exponent)) : std::nullopt;
        })
        .Case([&](SqrtOp) { return root(x, 0.5); })
        .Case([&](RsqrtOp) { return root(x, -0.5); })
        .Case([&](CbrtOp) { return root(x, 1.0 / 3); })
        .Default([&](Operation *) {
          return op.getNumOperands() == 1 ? ofFunction(op, x) : std::nullopt;
        });
  }

  // Elementary functions of exact numbers, and those with a condition of at most one, or three.
  static Maybe ofFunction(Operation &op, const Known &x) {
    using enum FunctionFacts::Condition;
    const FunctionFacts facts = cast<FunctionOfOne>(op).facts();
    const bool tame = facts.condition == Tame || facts.condition == LikeArgument ||
                      (facts.condition == TameAboveZero && !x.negative);
    if (!x.isExact() && !tame)
      return std::nullopt;
    Known result{3 * x.error + elementary, -2000, 2000};
    if (facts.condition == LikeArgument)
      result = {result.error, std::min(x.least, 0.0) - 1, std::min(std::max(x.most, 0.0), 10.0),
                x.positive, x.negative};
    else if (facts.growth == FunctionFacts::Growth::Bounded)
      result.most = 1;
    result.negative = result.negative && facts.sign != FunctionFacts::Sign::Positive;
    return result;
  }

  func::FuncOp function;
  llvm::DenseMap<Value, Known> known;
};

} // namespace

std::string obstacleInF64(func::FuncOp function) { return Conditioning(function).run(); }

} // namespace xphi::compiler
