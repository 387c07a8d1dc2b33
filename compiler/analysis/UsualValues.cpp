// Plain arithmetic in doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/UsualValues.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {

namespace {

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

} // namespace

double usualNumber(unsigned i, unsigned input) { return normalNumber(placeOf(i, input)); }

std::optional<double> usualFunction(Operation &op, double x) {
  using Result = std::optional<double>;
  const auto sigmoid = [](double at) { return 1 / (1 + std::exp(-at)); };
  return llvm::TypeSwitch<Operation *, Result>(&op)
      .Case([&](ExpOp) { return Result(std::exp(x)); })
      .Case([&](Expm1Op) { return Result(std::expm1(x)); })
      .Case([&](SigmoidOp) { return Result(sigmoid(x)); })
      .Case([&](SoftplusOp) {
        return Result(std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))));
      })
      .Case([&](LogisticPdfOp) { return Result(sigmoid(x) * sigmoid(-x)); })
      .Case([&](Sech2Op) { return Result(1 / (std::cosh(x) * std::cosh(x))); })
      .Case([&](TanhOp) { return Result(std::tanh(x)); })
      .Case([&](SinOp) { return Result(std::sin(x)); })
      .Case([&](CosOp) { return Result(std::cos(x)); })
      .Default([](Operation *) { return Result(); });
}

static func::FuncOp ownerOf(BlockArgument argument) {
  return cast<func::FuncOp>(argument.getOwner()->getParentOp());
}

double usualValue(Value value, double x, llvm::function_ref<double(BlockArgument)> parameterOf) {
  std::optional<BlockArgument> first;
  auto number = [&](auto &number, Value each) -> double {
    if (auto argument = dyn_cast<BlockArgument>(each)) {
      if (ownerOf(argument).getArgAttr(argument.getArgNumber(), parameterName))
        return parameterOf(argument);
      if (!first)
        first = argument;
      return *first == argument ? x : 1;
    }
    if (std::optional<double> constant = constantValue(each))
      return *constant;
    Operation *op = each.getDefiningOp();
    const double a = number(number, op->getOperand(0));
    if (isa<NegOp>(op))
      return -a;
    if (isa<AbsOp>(op))
      return std::fabs(a);
    if (isa<SqrtOp>(op))
      return std::sqrt(a);
    const double b = number(number, op->getOperand(1));
    return isa<AddOp>(op)   ? a + b
           : isa<SubOp>(op) ? a - b
           : isa<MulOp>(op) ? a * b
           : isa<DivOp>(op) ? a / b
           : isa<MinOp>(op) ? std::min(a, b)
                            : std::max(a, b);
  };
  return number(number, value);
}

double usualValue(Value value, double x) {
  return usualValue(value, x, [](BlockArgument argument) {
    auto usual =
        ownerOf(argument).getArgAttrOfType<FloatAttr>(argument.getArgNumber(), defaultName);
    return usual ? usual.getValueAsDouble() : 1;
  });
}

} // namespace xphi::compiler
