// The first way that knows the function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/DoubleEvaluation.h"

#include "analysis/Arithmetic.h"
#include "analysis/ErrorEstimate.h"
#include "dialect/Attributes.h"
#include "lowering/DoubleFunction.h"
#include "lowering/DoublePairEvaluation.h"
#include "lowering/Doubts.h"
#include "lowering/ErrorBounds.h"
#include "lowering/Evaluation.h"
#include "lowering/Storage.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

struct Known {
  Number value;
  Mask doubtful;
  Number error; ///< absolute, at most, in the other lanes
};

Known inArithmetic(func::FuncOp function, const Numbers &f64, ValueRange arguments) {
  Evaluation evaluation(function, f64, arguments);
  ErrorBounds bounds(evaluation, ErrorBounds::KnownErrors(), ErrorBounds::Rounding::Own);
  const Number value = evaluation.run([&](Operation &op) { bounds.add(op); });
  Value wanted = function.front().getTerminator()->getOperand(0);
  // A part of 2^-53 of a double is at most that of an ulp.
  const double ulps = promised(function).getExact() ? 0 : promisedUlps(function) - 0.125;
  return {value, bounds.tooLargeForDouble(wanted, ulps),
          bounds.boundOf(wanted).value_or(f64.constant(0))};
}

std::optional<Known> inPairs(func::FuncOp function, const Numbers &f64, ValueRange arguments) {
  const auto pair = evaluateInDoublePairs(function, f64, arguments);
  if (!pair)
    return std::nullopt;
  return Known{pair->value.high,
               promised(function).getExact() ? pair->mayMisround()
                                             : pair->isFurther(promisedUlps(function) - 0.125),
               pair->error + abs(pair->value.low)};
}

/// The lanes in doubt in pairs, behind a branch.
Known withPairs(const Known &known, func::FuncOp function, const Numbers &f64,
                ValueRange arguments) {
  OpBuilder &builder = f64.builder;
  OpBuilder::InsertionGuard guard(builder);
  auto branch = scf::IfOp::create(builder, f64.location,
                                  TypeRange{f64.type(), known.doubtful.value.getType(), f64.type()},
                                  any(known.doubtful), /*withElse=*/true);
  const auto end = [&](Block *block, const Known &of) {
    builder.setInsertionPointToEnd(block);
    scf::YieldOp::create(builder, f64.location,
                         ValueRange{of.value.value, of.doubtful.value, of.error.value});
  };
  end(branch.elseBlock(), known);
  builder.setInsertionPointToEnd(branch.thenBlock());
  if (const std::optional<Known> pair = inPairs(function, f64, arguments))
    end(branch.thenBlock(),
        {select(known.doubtful, pair->value, known.value), known.doubtful & pair->doubtful,
         select(known.doubtful, pair->error, known.error)});
  else
    end(branch.thenBlock(), known);
  return {f64.wrap(branch.getResult(0)), Mask{&f64, branch.getResult(1)},
          f64.wrap(branch.getResult(2))};
}

Known evaluate(func::FuncOp function, const std::vector<DoubleFit> &fits, const Numbers &f64,
               ValueRange arguments) {
  if (const auto fitted = evaluateInDoubles(function, fits, f64, arguments)) {
    const Known known{fitted->value, fitted->outside, fitted->error * 0x1p-53 * abs(fitted->value)};
    return fitted->ends ? withPairs(known, function, f64, arguments) : known;
  }
  if (isArithmetic(function) && !promised(function).getExact())
    return inArithmetic(function, f64, arguments);
  if (const auto pair = inPairs(function, f64, arguments))
    return *pair;
  if (mayBeArithmetic(function))
    return inArithmetic(function, f64, arguments);
  const Number none = f64.constant(0);
  return {none, none == none, none};
}

} // namespace

ToDouble evaluateToDouble(func::FuncOp function, char output, const std::vector<DoubleFit> &fits,
                          const Numbers &f32, const Numbers &f64, ValueRange arguments) {
  auto [result, doubtful, error] = evaluate(function, fits, f64, arguments);
  if (isNarrow(output))
    doubtful = doubtful | isNearTie(f32, result, output, error);
  for (BlockArgument argument : function.getArguments()) { // NaN in, NaN out, at no cost
    if (!function.getArgAttr(argument.getArgNumber(), inputName))
      continue;
    const Number number = f64.wrap(arguments[argument.getArgNumber()]);
    doubtful = doubtful & ~isNan(number);
    result = select(isNan(number), number, result);
  }
  return {result, doubtful};
}

// A zero may need a sign, and of infinities limits are taken.
ToDouble decideInPairs(const ToDouble &known, func::FuncOp function, char output,
                       const Numbers &f32, ValueRange arguments) {
  const Numbers &f64 = *known.value.numbers;
  OpBuilder &builder = f64.builder;
  OpBuilder::InsertionGuard guard(builder);
  auto branch = scf::IfOp::create(builder, f64.location,
                                  TypeRange{f64.type(), known.doubtful.value.getType()},
                                  any(known.doubtful), /*withElse=*/true);
  const auto end = [&](Block *block, const ToDouble &of) {
    builder.setInsertionPointToEnd(block);
    scf::YieldOp::create(builder, f64.location, ValueRange{of.value.value, of.doubtful.value});
  };
  end(branch.elseBlock(), known);
  builder.setInsertionPointToEnd(branch.thenBlock());
  if (const auto pair = evaluateInDoublePairs(function, f64, arguments)) {
    const Number value = pair->value.high, size = abs(value),
                 width = pair->error + abs(pair->value.low) + 0x1p-51 * size;
    const auto isInfinite = [](Number of) {
      return abs(of) > double(std::numeric_limits<float>::max());
    };
    Mask open =
        isNearTie(f32, value, output, width) | isInfinite(value) | isNan(value) | (value == 0.0);
    for (Value argument : arguments)
      open = open | isInfinite(f64.wrap(argument));
    end(branch.thenBlock(),
        {select(known.doubtful & ~open, value, known.value), known.doubtful & open});
  } else {
    end(branch.thenBlock(), known);
  }
  return {f64.wrap(branch.getResult(0)), Mask{&f64, branch.getResult(1)}};
}

} // namespace xphi::compiler
