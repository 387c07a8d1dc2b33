// By the estimated error; and not at all where every element was tried.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Doubts.h"

#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"
#include "lowering/Elementary.h"
#include "lowering/FittedParts.h"
#include "lowering/Storage.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

// With one input results are correctly rounded, with several they need not be.
std::optional<double> ulpsToDoubt(func::FuncOp function, char output) {
  FloatAttr estimate = evaluationOf(function).getUlps();
  const double ulps = estimate ? estimate.getValueAsDouble() : 0;
  if (!isNarrow(output) || !isOfOneInput(function) || ulps == 0 || isNearestFit(function))
    return std::nullopt;
  return ulps;
}

bool isInsideSum(Operation &op) {
  return llvm::any_of(usersOf(op.getResult(0)), [](Operation *user) {
    return isa<AddOp, SubOp>(user) ||
           (isa<MulOp, DivOp, SelectOp, NegOp>(user) && isInsideSum(*user));
  });
}

// Then what one loses of its digits the next may lose once more.
bool hasSumsInSums(func::FuncOp function) {
  return llvm::any_of(function.front().without_terminator(),
                      [](Operation &op) { return op.hasAttr(termsName) && isInsideSum(op); });
}

SettledTies settled(func::FuncOp function, Number value, char output, double ulps,
                    ArrayRef<std::pair<Number, Number>> sums, ArrayRef<Value> arguments) {
  std::optional<Mask> ties;
  if (sums.empty()) // a step of the bits is at most an ulp, and half of one below a power of two
    ties = isNearTie(value, output, 2 * unsigned(std::ceil(ulps)) + 1);
  std::optional<std::pair<Number, Number>> all;
  if (hasSumsInSums(function)) {
    for (auto [term, sum] : sums)
      all = all ? std::pair(all->first * (term + sum), all->second * sum)
                : std::pair(term + sum, sum);
    sums = *all;
  }
  for (auto [term, sum] : sums) {
    Mask near = isNearTie(value, output, abs(value) * ((ulps + 0.5) * 0x1p-23 * (term + sum)), sum);
    ties = ties ? *ties | near : near;
  }
  return settleTies(function, value, *ties, arguments, output);
}

bool isRightEverywhere(ArrayRef<float> tried) {
  return tried.size() == 2 && tried[0] == 0 && std::isinf(tried[1]);
}

// Smaller numbers but 0 than the first, and larger ones than the second; and the others.
Mask isWrong(Number x, ArrayRef<float> tried) {
  Mask wrong = isNan(x.numbers->constant(0));
  if (tried[0] > 0)
    wrong = ~(x == 0.0) & (abs(x) < double(tried[0]));
  if (tried[1] < std::numeric_limits<float>::infinity())
    wrong = wrong | (abs(x) > double(tried[1]));
  for (const float each : tried.drop_front(2))
    wrong = wrong | (x == double(each));
  return wrong;
}

} // namespace

bool isOfOneInput(func::FuncOp function) {
  unsigned inputs = 0;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    inputs += function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName);
  return inputs == 1;
}

std::optional<Mask> isOther(func::FuncOp function, ArrayRef<float> defaults, const Numbers &f32,
                            ArrayRef<Value> arguments) {
  std::optional<Mask> result;
  for (BlockArgument argument : function.getArguments()) {
    const unsigned i = argument.getArgNumber();
    if (!function.getArgAttr(i, parameterName))
      continue;
    Mask other = ~(f32.wrap(arguments[i]) == double(defaults.front()));
    defaults = defaults.drop_front();
    result = result ? *result | other : other;
  }
  return result;
}

std::optional<SettledTies> settleDoubts(func::FuncOp function, Number value, char output,
                                        ArrayRef<std::pair<Number, Number>> sums,
                                        ArrayRef<Value> arguments) {
  const std::optional<double> ulps = ulpsToDoubt(function, output);
  if (!ulps)
    return std::nullopt;
  DenseF32ArrayAttr tried = evaluationOf(function).getTried();
  if (tried && isRightEverywhere(tried.asArrayRef()))
    return std::nullopt;
  if (!tried)
    return settled(function, value, output, *ulps, sums, arguments);
  const Numbers &f32 = *value.numbers;
  return SettledTies{value, isWrong(f32.wrap(arguments[0]), tried.asArrayRef())};
}

std::optional<Number> termOf(Operation &op, const Evaluation &fast) {
  if (op.hasAttr(termsName)) {
    MulOp product = fusedProduct(op);
    return fast.of(op.getOperand(product && op.getOperand(0) == product.getResult()));
  }
  const std::optional<FastFunction> function = fastFunction(&op);
  if (!function || function->term == 0)
    return std::nullopt;
  return fast.numbers.constant(function->term);
}

} // namespace xphi::compiler
