// One comparison of a sum with one of its terms: beside its zero they are alike in size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ZeroOfParameters.h"

#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "lowering/WideEvaluation.h"

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

} // namespace

std::optional<Mask> besideZeroOfParameters(func::FuncOp function, const Evaluation &evaluation) {
  Operation *sum = function.front().getTerminator()->getOperand(0).getDefiningOp();
  if (evaluationOf(function).getNumbers() == EvaluatedIn::F64 || !promised(function).getLibrary() ||
      said(function, derivativeName) || !sum || !isa<AddOp, SubOp>(sum) ||
      function.getNumResults() != 1 || !canBeWide(function))
    return std::nullopt;
  // A sum of operands is exact.
  const auto isOperand = [](Value value) { return isa<BlockArgument>(value); };
  const Sources first = sourcesOf(function, sum->getOperand(0)),
                second = sourcesOf(function, sum->getOperand(1));
  if (llvm::all_of(sum->getOperands(), isOperand) || !(first.parameter || second.parameter) ||
      !(first.input || second.input))
    return std::nullopt;
  const Number term = evaluation.of(sum->getOperand(0)), value = evaluation.of(sum->getResult(0));
  return abs(value) < littleOfIt * abs(term);
}

} // namespace xphi::compiler
