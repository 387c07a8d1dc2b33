// ResolveCalls: writes calls out in place and carries out the derivatives that a program names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Callees stand before callers in the module. So when a function's turn comes, what it calls holds
// no call any more, and `diff` inside `diff` is differentiated from the inside out.
#include "dialect/XphiDialect.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_RESOLVECALLS
#include "XphiPasses.h.inc"

namespace {

void writeOut(func::CallOp call, func::FuncOp callee) {
  OpBuilder builder(call);
  IRMapping values;
  values.map(callee.getArguments(), call.getOperands());
  for (Operation &op : callee.front().without_terminator())
    builder.clone(op, values);
  Value result = values.lookupOrDefault(callee.front().getTerminator()->getOperand(0));
  call.getResult(0).replaceAllUsesWith(result);
  call.erase();
}

struct ResolveCalls : impl::ResolveCallsBase<ResolveCalls> {

  void runOnOperation() final {
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      for (auto call : llvm::make_early_inc_range(function.getOps<func::CallOp>()))
        writeOut(call, symbols.lookup<func::FuncOp>(call.getCallee()));
      auto variable = said<IntegerAttr>(function, deriveName);
      if (!variable)
        continue;
      function.removeResultAttr(0, StringAttr::get(&getContext(), deriveName));
      OpPassManager derive(func::FuncOp::getOperationName());
      addTidying(derive);
      derive.addPass(createDerive({.variable = unsigned(variable.getInt())}));
      addTidying(derive);
      if (failed(runPipeline(derive, function)))
        return signalPassFailure();
    }
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function.isPrivate())
        function.erase();
  }
};

} // namespace

void addTidying(OpPassManager &passes) {
  passes.addPass(createSimplify());
  passes.addPass(createStabilise({.last = false}));
  passes.addPass(createSimplify());
}

} // namespace xphi::compiler
