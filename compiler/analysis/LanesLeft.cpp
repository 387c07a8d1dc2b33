// The bounds of lowering/PairEvaluation.cpp, of numbers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/LanesLeft.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/Comparison.h"
#include "lowering/Evaluation.h"
#include "lowering/PairElementary.h"
#include "lowering/PairErrors.h"
#include "lowering/UniformValues.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {
namespace {

struct Element {
  double value = 0, bound = 0; ///< 1 and 0 of what holds and does not
};

/// The i-th of a sequence that fills (0, 1) evenly, another one for each input.
double placeOf(unsigned i, unsigned input) {
  constexpr double steps[] = {0.6180339887, 0.7548776662, 0.5698402910, 0.8191725134};
  const double at = 0.5 + i * steps[input % std::size(steps)];
  return at - std::floor(at);
}

/// What a part `place` of normally distributed numbers is below, by Newton's method.
double normalNumber(double place) {
  double x = 0;
  for (int step = 0; step < 12; ++step) {
    const double below = std::erfc(-x / std::numbers::sqrt2) / 2,
                 density = std::exp(-x * x / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    x += std::clamp((place - below) / density, -1.0, 1.0);
  }
  return x;
}

class Elements {
public:
  explicit Elements(func::FuncOp function)
      : function(function), errors(*PairErrors::of(function)),
        allowed(allowedPairError(function) - errors.ofResult().relative) {}

  bool isLeft(unsigned place) {
    left = false;
    unsigned inputs = 0;
    for (BlockArgument argument : function.getArguments()) {
      const unsigned i = argument.getArgNumber();
      const auto usual = function.getArgAttrOfType<FloatAttr>(i, defaultName);
      double value = usual ? usual.getValueAsDouble() : 1;
      if (function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName))
        value = normalNumber(placeOf(place, inputs++));
      elements[argument] = {value, 0};
    }
    for (Operation &op : function.front().without_terminator())
      elements[op.getResult(0)] = elementOf(op);
    const Element result = of(function.front().getTerminator()->getOperand(0));
    return left || !(result.bound <= allowed * std::fabs(result.value));
  }

private:
  Element of(Value value) const { return elements.lookup(value); }

  Element elementOf(Operation &op) {
    if (const std::optional<double> number = constantValue(op.getResult(0)))
      return {*number, 0};
    if (op.hasAttr(domainName))
      return ofFunction(op, *formInPairs(&op));
    const Element a = op.getNumOperands() > 0 ? of(op.getOperand(0)) : Element(),
                  b = op.getNumOperands() > 1 ? of(op.getOperand(1)) : Element();
    return llvm::TypeSwitch<Operation *, Element>(&op)
        .Case([&](NegOp) { return Element{-a.value, a.bound}; })
        .Case([&](AbsOp) { return Element{std::fabs(a.value), a.bound}; })
        .Case<AddOp, SubOp>([&](Operation *) {
          Element sum{isa<AddOp>(op) ? a.value + b.value : a.value - b.value, 0};
          if (errors.isNeeded(&op) && errors[op.getResult(0)].isComputed) {
            const auto [first, second] = errors.partsOfTerms(op);
            sum.bound =
                a.bound + b.bound + first * std::fabs(a.value) + second * std::fabs(b.value);
          }
          return sum;
        })
        .Case([&](MulOp) {
          return Element{a.value * b.value,
                         a.bound * (std::fabs(b.value) + b.bound) + b.bound * std::fabs(a.value)};
        })
        .Case([&](DivOp) { return Element{a.value / b.value, a.bound / std::fabs(b.value)}; })
        .Case([&](SqrtOp) { return Element{std::sqrt(a.value), 0}; })
        .Case([&](MinOp) { return Element{std::min(a.value, b.value), 0}; })
        .Case([&](MaxOp) { return Element{std::max(a.value, b.value), 0}; })
        .Case([&](SelectOp) { return a.value != 0 ? b : of(op.getOperand(2)); })
        .Case([&](CompareOp compare) {
          return Element{double(compares(compare.getPredicate(), a.value, b.value)), 0};
        })
        .Case([&](AndOp) { return Element{double(a.value != 0 && b.value != 0), 0}; })
        .Case([&](OrOp) { return Element{double(a.value != 0 || b.value != 0), 0}; })
        .Case([&](NotOp) { return Element{double(a.value == 0), 0}; })
        .Default([&](Operation *) { // of what nothing is known
          left |= errors.isNeeded(&op);
          return Element();
        });
  }

  Element ofFunction(Operation &op, const FormInPairs &form) {
    const Element x = of(op.getOperand(0));
    const double y = valueOf(op, x.value);
    const double lost =
        takesPair(&op) || isLeaf(op.getOperand(0)) ? 0 : errors[op.getOperand(0)].relative;
    left |= !(std::fabs(x.value) <= form.domain) || std::fabs(y) < form.apart * std::fabs(x.value);
    if (!errors[op.getResult(0)].isComputed)
      return {y, 0};
    double bound = form.steepness * (x.bound + lost * std::fabs(x.value)) * std::fabs(y);
    if (form.ofOne > 0)
      bound = 0x1p-24 * std::min(form.parts * std::fabs(y), form.ofOne * (1 + std::fabs(y)));
    return {y, bound};
  }

  static double valueOf(Operation &op, double x) {
    const auto sigmoid = [](double at) { return 1 / (1 + std::exp(-at)); };
    return llvm::TypeSwitch<Operation *, double>(&op)
        .Case([&](ExpOp) { return std::exp(x); })
        .Case([&](Expm1Op) { return std::expm1(x); })
        .Case([&](SigmoidOp) { return sigmoid(x); })
        .Case([&](LogisticPdfOp) { return sigmoid(x) * sigmoid(-x); })
        .Case([&](Sech2Op) { return 1 / (std::cosh(x) * std::cosh(x)); })
        .Case([&](TanhOp) { return std::tanh(x); })
        .Case([&](SinOp) { return std::sin(x); })
        .Case([&](CosOp) { return std::cos(x); });
  }

  func::FuncOp function;
  const PairErrors errors;
  const double allowed;
  llvm::DenseMap<Value, Element> elements;
  bool left = false;
};

} // namespace

double shareLeft(func::FuncOp function) {
  constexpr unsigned places = 256;
  Elements elements(function);
  unsigned left = 0;
  for (unsigned place = 0; place < places; ++place)
    left += elements.isLeft(place);
  return double(left) / places;
}

} // namespace xphi::compiler
