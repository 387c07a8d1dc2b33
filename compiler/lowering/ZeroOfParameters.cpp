// One comparison of a sum with one of its terms: beside its zero they are alike in size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ZeroOfParameters.h"

#include "dialect/Attributes.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"
#include "lowering/WideEvaluation.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Of a term; f64 loses some 2^-50 of it, and a float has 2^-24 of the sum.
constexpr double littleOfIt = 0x1p-22;

bool isParameter(func::FuncOp function, BlockArgument argument) {
  const unsigned i = argument.getArgNumber();
  return !function.getArgAttr(i, inputName) && !function.getArgAttr(i, cotangentName) &&
         !argument.getType().isInteger(1);
}

/// Whether it depends on an input.
bool isOfInputs(func::FuncOp function, Value value) {
  llvm::SmallVector<Value> open{value};
  llvm::DenseSet<Value> seen;
  while (!open.empty()) {
    Value each = open.pop_back_val();
    if (!seen.insert(each).second)
      continue;
    auto argument = dyn_cast<BlockArgument>(each);
    if (argument && !isParameter(function, argument))
      return true;
    if (!argument)
      llvm::append_range(open, each.getDefiningOp()->getOperands());
  }
  return false;
}

/// What is made of parameters alone and is a factor of this; null if there is none. What divides it
/// is one, too, where it costs nothing to watch it.
Value factorOf(func::FuncOp function, Value value) {
  if (constantValue(value))
    return {};
  if (!isOfInputs(function, value))
    return value;
  Operation *op = value.getDefiningOp();
  const bool isForAll = evaluationOf(function).getNumbers() == EvaluatedIn::F64;
  if (!op || !(isa<MulOp>(op) || (isa<DivOp>(op) && !isForAll)))
    return {};
  Value first = factorOf(function, op->getOperand(0));
  return first ? first : factorOf(function, op->getOperand(1));
}

bool isZeroByDefault(func::FuncOp function, Value factor) {
  auto argument = dyn_cast<BlockArgument>(factor);
  const auto usual =
      argument ? function.getArgAttrOfType<FloatAttr>(argument.getArgNumber(), defaultName)
               : FloatAttr();
  return usual && usual.getValueAsDouble() == 0;
}

int bitsOf(double number) {
  if (!std::isfinite(number))
    return 0;
  int exponent = 0, bits = 0;
  for (double rest = std::frexp(number, &exponent); rest != 0; ++bits)
    rest = std::modf(2 * rest, &number);
  return bits;
}

/// Bits of its significand, of what f64 computes of floats without a rounding; else none.
std::optional<int> exactBits(Value value) {
  constexpr int ofFloat = 24, ofDouble = std::numeric_limits<double>::digits;
  if (isa<BlockArgument>(value))
    return ofFloat;
  if (constantValue(value))
    return isExactDouble(value) ? std::optional(bitsOf(*constantValue(value))) : std::nullopt;
  Operation *op = value.getDefiningOp();
  if (isa<NegOp>(op))
    return exactBits(op->getOperand(0));
  if (!isa<MulOp, MinOp, MaxOp>(op))
    return std::nullopt;
  const auto first = exactBits(op->getOperand(0)), second = exactBits(op->getOperand(1));
  if (!first || !second)
    return std::nullopt;
  const int bits = isa<MulOp>(op) ? *first + *second : std::max(*first, *second);
  return bits <= ofDouble ? std::optional(bits) : std::nullopt;
}

/// Whether it is rounded once, so that it has all its digits.
bool isRoundedOnce(Operation *sum) {
  MulOp product = fusedProduct(*sum);
  return llvm::all_of(sum->getOperands(), [&](Value term) {
    return exactBits(term) || (product && term == product.getResult() &&
                               llvm::all_of(product->getOperands(), exactBits));
  });
}

/// Whether it depends on inputs, and a term on a parameter that may be anything: only then is there
/// no telling where it is zero.
bool mayCancel(func::FuncOp function, Operation *sum) {
  const auto hasInput = [&](Value term) { return isOfInputs(function, term); };
  const auto isScaled = [&](Value term) { return bool(factorOf(function, term)); };
  return llvm::any_of(sum->getOperands(), hasInput) && llvm::any_of(sum->getOperands(), isScaled) &&
         !isRoundedOnce(sum);
}

/// The sums that are the value, are chosen to be it, or are a factor of it.
void addSums(func::FuncOp function, Value value, llvm::SetVector<Operation *> &sums) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return;
  if (isa<AddOp, SubOp>(op) && mayCancel(function, op))
    sums.insert(op);
  else if (isa<MulOp, DivOp, NegOp, SelectOp, MinOp, MaxOp>(op))
    for (Value operand : op->getOperands())
      if (isa<RealType>(operand.getType()))
        addSums(function, operand, sums);
}

/// Those that may be zero at parameters that are known when it runs.
llvm::SetVector<Operation *> sumsOf(func::FuncOp function) {
  llvm::SetVector<Operation *> sums;
  if (promised(function).getLibrary() && !said(function, derivativeName) &&
      function.getNumResults() == 1 && canBeWide(function))
    addSums(function, function.front().getTerminator()->getOperand(0), sums);
  return sums;
}

/// What value a sum makes, as a float: the result itself is one already, so that of all lanes but
/// few it takes the fewest operations.
struct InFloats {
  llvm::function_ref<Number(Number)> rounded;
  llvm::ArrayRef<Value> arguments;
  const Numbers &numbers;
};

class BesideZero {
public:
  BesideZero(const llvm::SetVector<Operation *> &sums, const Evaluation &evaluation,
             const InFloats *floats = nullptr)
      : sums(sums), evaluation(evaluation), floats(floats) {}

  /// Where a sum that makes the value has few digits.
  std::optional<Mask> of(Value value, std::optional<Number> shown = {}) const {
    return of(value, shown, {});
  }

private:
  using Arguments = llvm::SmallVector<BlockArgument>; // of which something is the product

  std::optional<Mask> of(Value value, std::optional<Number> shown, const Arguments &factor) const {
    Operation *op = value.getDefiningOp();
    if (!op)
      return std::nullopt;
    if (sums.contains(op))
      return ofSum(op, shown, factor);
    if (isa<SelectOp>(op)) {
      const Mask condition = evaluation.maskOf(op->getOperand(0));
      return either(within(of(op->getOperand(1), shown, factor), condition),
                    within(of(op->getOperand(2), shown, factor), ~condition));
    }
    if (isa<MulOp>(op))
      for (unsigned i : {0u, 1u})
        if (Arguments all = factor; addFactors(op->getOperand(i), all))
          return of(op->getOperand(1 - i), shown, all);
    if (isa<MulOp, DivOp, NegOp>(op)) {
      std::optional<Mask> any;
      for (Value operand : op->getOperands())
        if (const std::optional<Mask> here = of(operand))
          joinTo(any, *here);
      return any;
    }
    if (isa<MinOp, MaxOp>(op)) {
      auto chosen = [&](Value operand) {
        const std::optional<Mask> here = of(operand);
        return here ? within(here, evaluation.of(operand) == evaluation.of(value)) : here;
      };
      return either(chosen(op->getOperand(0)), chosen(op->getOperand(1)));
    }
    return std::nullopt;
  }

  Mask ofSum(Operation *sum, std::optional<Number> shown, Arguments factor) const {
    const Number value = evaluation.of(sum->getResult(0));
    if (floats)
      for (Value term : sum->getOperands())
        if (Arguments factors; addFactors(term, factors)) {
          if (shown)
            llvm::append_range(factors, factor);
          return abs(shown ? *shown : floats->rounded(value)) < littleOf(factors);
        }
    return abs(value) < littleOfIt * abs(evaluation.of(sum->getOperand(0)));
  }

  static bool addFactors(Value value, Arguments &factors) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      factors.push_back(argument);
      return true;
    }
    Operation *op = value.getDefiningOp();
    return isa<MulOp>(op) && addFactors(op->getOperand(0), factors) &&
           addFactors(op->getOperand(1), factors);
  }

  Number littleOf(const Arguments &factors) const {
    std::optional<Number> size;
    for (BlockArgument each : factors) {
      const Number factor = abs(floats->numbers.wrap(floats->arguments[each.getArgNumber()]));
      size = size ? *size * factor : factor;
    }
    return littleOfIt * *size;
  }

  static std::optional<Mask> within(std::optional<Mask> mask, Mask where) {
    return mask ? std::optional(*mask & where) : std::nullopt;
  }
  static std::optional<Mask> either(std::optional<Mask> one, std::optional<Mask> other) {
    if (one && other)
      joinTo(one, *other);
    return one ? one : other;
  }

  const llvm::SetVector<Operation *> &sums;
  const Evaluation &evaluation;
  const InFloats *floats;
};

/// Where no term of the sum is zero for its parameters, if one is by default; else where parameters
/// are others than by default.
std::optional<Mask> isToWatch(func::FuncOp function, Operation *sum, const Evaluation &evaluation) {
  llvm::SmallVector<Value> factors;
  for (Value term : sum->getOperands())
    if (Value factor = factorOf(function, term))
      factors.push_back(factor);
  std::optional<Mask> result;
  if (llvm::any_of(factors, [&](Value each) { return isZeroByDefault(function, each); })) {
    for (Value factor : factors) {
      const Mask here = abs(evaluation.of(factor)) > 0.0;
      result = result ? *result & here : here;
    }
    return result;
  }
  for (BlockArgument argument : function.getArguments())
    if (const auto usual =
            function.getArgAttrOfType<FloatAttr>(argument.getArgNumber(), defaultName))
      joinTo(result, ~(evaluation.of(argument) == double(float(usual.getValueAsDouble()))));
  return result;
}

} // namespace

std::optional<Mask> besideZeroOfParameters(func::FuncOp function, const Evaluation &evaluation) {
  const llvm::SetVector<Operation *> sums = sumsOf(function);
  if (sums.empty() || evaluationOf(function).getNumbers() == EvaluatedIn::F64)
    return std::nullopt;
  return BesideZero(sums, evaluation).of(function.front().getTerminator()->getOperand(0));
}

Number rightBesideZero(func::FuncOp function, const Evaluation &evaluation, Number value,
                       llvm::function_ref<Number(Number)> rounded, ValueRange inDoubles,
                       llvm::ArrayRef<Value> arguments) {
  const llvm::SetVector<Operation *> sums = sumsOf(function);
  if (sums.empty())
    return value;
  Value wanted = function.front().getTerminator()->getOperand(0);
  auto right = [&](Mask here) {
    return replaceDoubtful(function, value, here, inDoubles, /*toOdd=*/true);
  };
  if (evaluationOf(function).getNumbers() != EvaluatedIn::F64)
    return right(*BesideZero(sums, evaluation).of(wanted));
  std::optional<Mask> watched;
  for (Operation *sum : sums)
    if (const std::optional<Mask> here = isToWatch(function, sum, evaluation))
      joinTo(watched, *here);
  if (!watched)
    return value;
  OpBuilder &builder = value.numbers->builder;
  auto branch = scf::IfOp::create(builder, value.numbers->location, value.value.getType(),
                                  any(*watched), /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  const Number shown = rounded(value);
  const InFloats floats{rounded, arguments, *shown.numbers};
  scf::YieldOp::create(builder, value.numbers->location,
                       right(*BesideZero(sums, evaluation, &floats).of(wanted, shown)).value);
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, value.numbers->location, value.value);
  return value.numbers->wrap(branch.getResult(0));
}

} // namespace xphi::compiler
