// Kernels as tables: what they look up in place of computing it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RealFunctions.h"
#include "abi/ElementTypes.h"
#include "abi/OperandKind.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "lowering/TabledElements.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// As Cotangent has it: whether the slope is the outcome of choices of which one is zero.
bool choosesZero(Value slope) {
  auto choice = slope.getDefiningOp<SelectOp>();
  if (!choice)
    return false;
  const auto isZero = [](Value value) {
    return rationalValue(value) == Rational(0) || choosesZero(value);
  };
  return isZero(choice.getThenValue()) || isZero(choice.getElseValue());
}

} // namespace

void RealFunctions::tabulate(std::vector<ElementTable> known, bool onX86) {
  tables = std::move(known);
  isX86 = onX86;
  for (auto function : module->getOps<func::FuncOp>())
    if (said(function, kernelName))
      tables.back().zerosAreChosen = choosesZero(function.front().getTerminator()->getOperand(0));
  for (KernelDescription &kernel : kernels) {
    kernel.evaluation.push_back("looked up");
    kernel.reasons.push_back("");
  }
}

void RealFunctions::lowerTables(unsigned lanes) {
  for (func::FuncOp function : llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
    function.erase();
  OpBuilder builder(module->getContext());
  for (auto [kernel, table] : llvm::zip_equal(kernels, tables)) {
    // As many bytes as are a vector.
    const bool areBytes = llvm::all_of(kernel.inputKinds + kernel.outputKinds,
                                       [](char kind) { return bytesOf(kind) == 1; });
    kernel.vectors = isX86 && lanes >= 8 && areBytes ? 4 : 1;
    builder.setInsertionPointToEnd(module->getBody());
    emitOfTable(builder, module->getLoc(), kernel.name, kernel.inputKinds,
                kernel.outputKinds.front(),
                kernel.vectors * lanesOf(lanes, kernel.inputKinds + kernel.outputKinds, false),
                table, isX86);
  }
}

} // namespace xphi::compiler
