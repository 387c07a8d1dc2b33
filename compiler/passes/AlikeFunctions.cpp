// Operation by operation, with all that is said of these, of arguments and of results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "passes/AlikeFunctions.h"

#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace xphi::compiler {

static bool areAlike(func::FuncOp a, func::FuncOp b) {
  if (!a || !b)
    return !a && !b;
  return a.getFunctionType() == b.getFunctionType() && a.getAllArgAttrs() == b.getAllArgAttrs() &&
         a.getAllResultAttrs() == b.getAllResultAttrs() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                    OperationEquivalence::IgnoreLocations);
}

size_t firstAlike(size_t i, ArrayRef<func::FuncOp> functions, StringRef outputs,
                  const llvm::MapVector<StringRef, func::FuncOp> &byDefault) {
  if (outputs.size() != functions.size()) // one has a mask beside its result
    return i;
  const auto usual = [&](func::FuncOp function) { return byDefault.lookup(function.getName()); };
  for (size_t k = 0; k < i; ++k)
    if (outputs[k] == outputs[i] && areAlike(functions[k], functions[i]) &&
        areAlike(usual(functions[k]), usual(functions[i])))
      return k;
  return i;
}

} // namespace xphi::compiler
