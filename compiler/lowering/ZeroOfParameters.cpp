// One comparison of a sum with one of its terms: beside its zero they are alike in size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ZeroOfParameters.h"

#include "dialect/Attributes.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"
#include "lowering/WideEvaluation.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/ADT/DenseSet.h"

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

/// Whether it depends on a parameter, and whether on an input.
struct Sources {
  bool parameter = false, input = false;
};

Sources sourcesOf(func::FuncOp function, Value value) {
  llvm::SmallVector<Value> open{value};
  llvm::DenseSet<Value> seen;
  Sources sources;
  while (!open.empty()) {
    Value each = open.pop_back_val();
    if (!seen.insert(each).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(each))
      (isParameter(function, argument) ? sources.parameter : sources.input) = true;
    else
      llvm::append_range(open, each.getDefiningOp()->getOperands());
  }
  return sources;
}

/// What is made of parameters alone and is a factor of this; null if there is none.
Value factorOf(func::FuncOp function, Value value) {
  if (constantValue(value))
    return {};
  if (!sourcesOf(function, value).input)
    return value;
  Operation *op = value.getDefiningOp();
  if (!op || !isa<MulOp>(op))
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

/// The sum that is the value, or a factor of it beside an input, where it may be zero at parameters
/// that are known when it runs.
Operation *sumOf(func::FuncOp function) {
  Operation *sum = function.front().getTerminator()->getOperand(0).getDefiningOp();
  if (sum && isa<MulOp>(sum))
    for (unsigned i : {0u, 1u})
      if (isa<BlockArgument>(sum->getOperand(i))) {
        sum = sum->getOperand(1 - i).getDefiningOp();
        break;
      }
  if (!promised(function).getLibrary() || said(function, derivativeName) || !sum ||
      !isa<AddOp, SubOp>(sum) || function.getNumResults() != 1 || !canBeWide(function))
    return nullptr;
  // A sum of operands is exact.
  const auto isOperand = [](Value value) { return isa<BlockArgument>(value); };
  const Sources first = sourcesOf(function, sum->getOperand(0)),
                second = sourcesOf(function, sum->getOperand(1));
  const bool isOfBoth = (first.parameter || second.parameter) && (first.input || second.input);
  return isOfBoth && !llvm::all_of(sum->getOperands(), isOperand) ? sum : nullptr;
}

Mask isBesideZero(Operation *sum, const Evaluation &evaluation) {
  const Number term = evaluation.of(sum->getOperand(0)), value = evaluation.of(sum->getResult(0));
  return abs(value) < littleOfIt * abs(term);
}

} // namespace

std::optional<Mask> besideZeroOfParameters(func::FuncOp function, const Evaluation &evaluation) {
  Operation *sum = sumOf(function);
  if (!sum || evaluationOf(function).getNumbers() == EvaluatedIn::F64)
    return std::nullopt;
  return isBesideZero(sum, evaluation);
}

Number rightBesideZero(func::FuncOp function, const Evaluation &evaluation, Number value,
                       ValueRange arguments) {
  Operation *sum = sumOf(function);
  if (!sum)
    return value;
  auto right = [&] {
    return replaceDoubtful(function, value, isBesideZero(sum, evaluation), arguments,
                           /*toOdd=*/true);
  };
  if (evaluationOf(function).getNumbers() != EvaluatedIn::F64)
    return right();
  llvm::SmallVector<Value> factors;
  for (Value term : sum->getOperands())
    if (Value factor = factorOf(function, term))
      factors.push_back(factor);
  if (llvm::none_of(factors, [&](Value each) { return isZeroByDefault(function, each); }))
    return value;
  std::optional<Mask> none; // of the terms is zero
  for (Value factor : factors) {
    const Mask here = abs(evaluation.of(factor)) > 0.0;
    none = none ? *none & here : here;
  }
  OpBuilder &builder = value.numbers->builder;
  auto branch = scf::IfOp::create(builder, value.numbers->location, value.value.getType(),
                                  any(*none), /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(builder, value.numbers->location, right().value);
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, value.numbers->location, value.value);
  return value.numbers->wrap(branch.getResult(0));
}

} // namespace xphi::compiler
