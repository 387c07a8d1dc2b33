// Sign, range and error of each value, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/Conditioning.h"

#include "analysis/FunctionErrors.h"
#include "dialect/Attributes.h"
#include "dialect/Constants.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"
#include "import/RaiseToText.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double range = 1000;            // of exponents that are safe in f64
constexpr double mostRelative = 1 << 23;  // 2^-30
constexpr double closeRelative = 1 << 16; // 2^-37
constexpr double mostAbsolute = 0x1p-174; // 2^-25 of the least float
constexpr double atTheEnd = 0x1p-1020;    // what results below the normal numbers are off by
constexpr double anything = 2000;         // an exponent beyond f64

using Maybe = std::optional<Known>;

class Analysis {
public:
  explicit Analysis(func::FuncOp function) : function(function) {}

  Conditioning run() {
    for (BlockArgument argument : function.getArguments())
      result.known[argument] = {0, 0, -149, 128};
    for (Operation &op : function.front().without_terminator()) {
      Value value = op.getResult(0);
      if (value.getType().isInteger(1)) {
        if (!isCertain(op)) {
          uncertain.insert(value);
          obstacle("a rounding may decide " + excerpt(function, value));
        }
        continue;
      }
      if (!areKnown(op))
        continue;
      Maybe made = of(op);
      if (!made)
        obstacle(lossAt(op));
      else if (made->relative > mostRelative)
        obstacle("the errors add up at " + excerpt(function, value));
      else if (made->most > range && !isLast(op))
        obstacle(excerpt(function, value) + " may leave the range of f64: 2^" +
                 std::to_string(int(made->least)) + " to 2^" + std::to_string(int(made->most)));
      else
        result.known[value] = *made;
    }
    judge(function.front().getTerminator()->getOperand(0));
    return std::move(result);
  }

private:
  void obstacle(std::string text) {
    if (result.obstacle.empty())
      result.obstacle = std::move(text);
  }

  void judge(Value returned) {
    const auto found = result.known.find(returned);
    if (found == result.known.end())
      return;
    const Known &last = found->second;
    if (last.absolute > mostAbsolute)
      obstacle(lossAt(cause()));
    result.isLoose = last.ofTerms || last.relative > closeRelative;
  }

  /// Where an absolute error comes from.
  Operation &cause() {
    for (Operation &op : function.front().without_terminator())
      if (known(op.getResult(0)).absolute > mostAbsolute)
        return op;
    llvm_unreachable("the result has one");
  }

  std::string lossAt(Operation &op) const {
    const std::string text = excerpt(function, op.getResult(0));
    if (isa<AddOp, SubOp>(op))
      return "the terms of " + text + " may cancel";
    for (Value operand : op.getOperands())
      if (Operation *sum = operand.getDefiningOp();
          sum && (cancelling.contains(sum) || known(operand).ofTerms))
        return lossAt(*sum);
    return constantValue(op.getResult(0)) ? text + " is not finite"
                                          : text + " may magnify the error of its argument";
  }

  Known known(Value value) const { return result.known.lookup(value); }
  Known operand(Operation &op, unsigned i) const { return known(op.getOperand(i)); }

  bool areKnown(Operation &op) const {
    return constantValue(op.getResult(0)) || llvm::all_of(op.getOperands(), [&](Value operand) {
             return operand.getType().isInteger(1) ? !uncertain.contains(operand)
                                                   : result.known.contains(operand);
           });
  }

  static bool isLast(Operation &op) {
    return llvm::all_of(op.getUsers(), [](Operation *user) {
      return user->hasTrait<OpTrait::IsTerminator>() || (isa<NegOp>(user) && isLast(*user));
    });
  }

  // A relative error turns no sign.
  static bool hasSign(const Known &x) { return x.absolute == 0 && !x.ofTerms; }

  bool isCertain(Operation &op) const {
    if (!areKnown(op))
      return false;
    if (!isa<CompareOp>(op))
      return true;
    const Known a = operand(op, 0), b = operand(op, 1);
    return (a.isExact() && b.isExact()) || (constantValue(op.getOperand(0)) == 0.0 && hasSign(b)) ||
           (constantValue(op.getOperand(1)) == 0.0 && hasSign(a));
  }

  static Known ofConstant(Value value, double number) {
    if (number == 0)
      return {0, 0, 0, 0, false, false};
    const double exponent = std::log2(std::fabs(number));
    return {isExactDouble(value) ? 0.0 : 1.0,
            0,
            std::floor(exponent),
            std::ceil(exponent),
            number > 0,
            number < 0};
  }

  static Known worse(const Known &a, const Known &b) {
    return {std::max(a.relative, b.relative),
            std::max(a.absolute, b.absolute),
            std::min(a.least, b.least),
            std::max(a.most, b.most),
            a.positive || b.positive,
            a.negative || b.negative,
            a.ofTerms || b.ofTerms};
  }

  static double scaled(double error, double exponent) {
    return error == 0 ? 0 : error * std::exp2(exponent);
  }

  static Known product(const Known &a, const Known &b) {
    Known result{a.relative + b.relative + 1,
                 scaled(a.absolute, b.most + 0.1) + scaled(b.absolute, a.most + 0.1) +
                     2 * a.absolute * b.absolute,
                 a.least + b.least,
                 a.most + b.most,
                 (a.positive && b.positive) || (a.negative && b.negative),
                 (a.positive && b.negative) || (a.negative && b.positive),
                 a.ofTerms || b.ofTerms};
    if (result.least < -range)
      result.absolute += atTheEnd;
    return result;
  }

  // With the absolute error as a part of what the value is at least; nothing if that is too much.
  static Maybe asRelative(Known x) {
    if (x.ofTerms)
      return std::nullopt;
    if (x.absolute == 0)
      return x;
    const double part = scaled(x.absolute, -x.least);
    if (!(part <= 0x1p-10))
      return std::nullopt;
    x.relative += 1.01 * part * 0x1p53;
    x.absolute = 0;
    return x;
  }

  Maybe sum(Operation &op, const Known &a, Known b) {
    if (isa<SubOp>(op))
      std::swap(b.positive, b.negative);
    Known result = worse(a, b);
    result.most += 1;
    result.absolute = a.absolute + b.absolute;
    const bool cancels = (a.positive && b.negative) || (a.negative && b.positive);
    if (!cancels) {
      result.relative += 1;
      return result;
    }
    if (a.isExact() && b.isExact()) { // of floats, and doubles near them
      result.relative = 1;
      result.least -= 60;
      return result;
    }
    result.least = -anything;
    if (op.hasAttr(slopesName) && !op.hasAttr(valueName) && function->hasAttr(derivativeName)) {
      result.relative = a.relative + b.relative + 2;
      result.ofTerms = true;
      return result;
    }
    if (result.ofTerms)
      return std::nullopt;
    // The larger term is at most the sum and the smaller one.
    const Known &larger = a.most > b.most ? a : b, &smaller = a.most > b.most ? b : a;
    cancelling.insert(&op);
    result.relative = larger.relative + 1;
    result.absolute += std::exp2(smaller.most) * 0x1p-53 * (larger.relative + smaller.relative);
    return result;
  }

  static Maybe power(const Maybe &base, double exponent) {
    if (!base)
      return std::nullopt;
    const double size = std::fabs(exponent), a = base->least * exponent, b = base->most * exponent;
    const bool even = std::fmod(exponent, 2) == 0;
    const double least = std::min(a, b);
    return Known{size * (base->relative + 1),
                 least < -range ? atTheEnd : 0,
                 least,
                 std::max(a, b),
                 base->positive || (even && base->negative),
                 base->negative && !even};
  }

  static Maybe root(const Maybe &x, double exponent) {
    if (!x)
      return std::nullopt;
    const double a = x->least * exponent, b = x->most * exponent;
    return Known{
        x->relative + ofElementary, 0, std::min(a, b), std::max(a, b), x->positive, x->negative};
  }

  static Maybe inverse(const Maybe &x) {
    if (!x)
      return std::nullopt;
    Known result = *x;
    result.least = -x->most;
    result.most = -x->least;
    result.relative *= 1.01;
    return result;
  }

  // What has the sign of a value: tanh(kx) that of x.
  static Value signOf(Value value) {
    for (;;) {
      Operation *op = value.getDefiningOp();
      const bool isMultiple =
          isa_and_nonnull<MulOp, DivOp>(op) && constantValue(op->getOperand(1)).value_or(0) > 0;
      if (!isMultiple &&
          !isa_and_nonnull<TanhOp, AtanOp, AsinhOp, ErfOp, SinhOp, Expm1Op, CbrtOp>(op))
        return value;
      value = op->getOperand(0);
    }
  }

  Maybe of(Operation &op) {
    if (std::optional<double> constant = constantValue(op.getResult(0)))
      return std::isfinite(*constant) ? Maybe(ofConstant(op.getResult(0), *constant))
                                      : std::nullopt;
    const Known x = op.getNumOperands() ? operand(op, 0) : Known();
    auto unlessTerms = [](const Known &value) {
      return value.ofTerms ? std::nullopt : Maybe(value);
    };
    return llvm::TypeSwitch<Operation *, Maybe>(&op)
        .Case([&](NegOp) {
          Known result = x;
          std::swap(result.positive, result.negative);
          return Maybe(result);
        })
        .Case([&](AbsOp) {
          Known result = x;
          result.positive = true;
          result.negative = false;
          return unlessTerms(result);
        })
        .Case<MinOp, MaxOp>([&](auto) { return unlessTerms(worse(x, operand(op, 1))); })
        .Case([&](SelectOp) { return Maybe(worse(operand(op, 1), operand(op, 2))); })
        .Case<SignOp, StepOp>([&](auto) {
          return hasSign(x) ? Maybe(Known{0, 0, 0, 0, true, isa<SignOp>(op) && x.negative})
                            : std::nullopt;
        })
        .Case<FloorOp, CeilOp, RoundOp>([&](auto) {
          return x.isExact() ? Maybe(Known{0, 0, 0, std::max(x.most, 0.0) + 1, true, x.negative})
                             : std::nullopt;
        })
        .Case([&](MulOp multiply) {
          Known result = product(x, operand(op, 1));
          result.negative =
              result.negative && signOf(multiply.getLhs()) != signOf(multiply.getRhs());
          return Maybe(result);
        })
        .Case([&](DivOp) {
          const Maybe divisor = inverse(asRelative(operand(op, 1)));
          return divisor ? Maybe(product(x, *divisor)) : std::nullopt;
        })
        .Case<AddOp, SubOp>([&](auto) { return sum(op, x, operand(op, 1)); })
        .Case([&](PowOp) {
          std::optional<double> exponent = constantValue(op.getOperand(1));
          const bool byProducts =
              exponent && std::fabs(*exponent) <= 64 && *exponent == std::floor(*exponent);
          return byProducts ? power(asRelative(x), *exponent) : std::nullopt;
        })
        .Case([&](SqrtOp) { return root(asRelative(x), 0.5); })
        .Case([&](RsqrtOp) { return root(asRelative(x), -0.5); })
        .Case([&](CbrtOp) { return root(asRelative(x), 1.0 / 3); })
        .Default([&](Operation *) {
          if (op.getNumOperands() != 1 || x.ofTerms)
            return Maybe();
          Maybe made = errorOfFunction(op, x);
          if (made && made->ofTerms &&
              (!function->hasAttr(derivativeName) || op.hasAttr(valueName)))
            return Maybe();
          return made;
        });
  }

  func::FuncOp function;
  Conditioning result;
  llvm::DenseSet<Operation *> cancelling; // sums whose terms may cancel, and which are values
  llvm::DenseSet<Value> uncertain;        // conditions
};

} // namespace

Conditioning conditioningOf(func::FuncOp function) {
  const ExactForm exact(function);
  Conditioning result = Analysis(exact.function()).run();
  if (exact.function() == function)
    return result;
  llvm::DenseMap<Value, Known> known;
  auto add = [&](Value value) {
    if (const auto found = result.known.find(exact.of(value)); found != result.known.end())
      known[value] = found->second;
  };
  llvm::for_each(function.getArguments(), add);
  for (Operation &op : function.front().without_terminator())
    add(op.getResult(0));
  result.known = std::move(known);
  return result;
}

} // namespace xphi::compiler
