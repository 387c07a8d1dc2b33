// How many vectors a body takes at once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fit of pairs is one long chain of sums, and random bits are one of products, so the operations
// of two vectors are done in turns. That takes more registers than AVX2 has, but where rows of a
// table in memory leave few operations.
#include "RealFunctions.h"
#include "abi/OperandKind.h"
#include "dialect/Attributes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

// Bodies of elements of fewer bits have their own lanes, but for those that draw.
bool mayHaveTwo(const KernelDescription &kernel, unsigned lanes) {
  const std::string arrays = kernel.inputKinds + kernel.outputKinds;
  const bool areFloats = arrays.find_first_not_of(letterOf(ElementType::F32)) == arrays.npos;
  return lanes == 16  ? (areFloats || kernel.indexed) && !hasDoubles(arrays)
         : lanes == 8 ? areFloats
                      : false;
}

bool gainsByTwo(EvaluationAttr evaluation, bool isIndexed, const std::vector<Fit> &fits,
                unsigned lanes) {
  if (!evaluation)
    return false;
  const IntegerAttr pairs = evaluation.getPairFit();
  if (lanes == 8)
    return pairs && fits[std::size_t(pairs.getInt())].isOfRows;
  return isIndexed ? evaluation.hasFits() : bool(pairs);
}

} // namespace

void RealFunctions::chooseVectors(unsigned lanes) {
  for (KernelDescription &kernel : kernels)
    kernel.vectors = mayHaveTwo(kernel, lanes) ? 2 : 1;
  for (auto function : module->getOps<func::FuncOp>()) {
    KernelDescription &kernel = kernels[bool(said(function, kernelName))];
    if (!gainsByTwo(evaluationOf(function), kernel.indexed, fits, lanes))
      kernel.vectors = 1;
  }
}

} // namespace xphi::compiler
