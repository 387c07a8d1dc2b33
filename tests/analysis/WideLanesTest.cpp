// One function in wide numbers for vectors of several lengths, and rounded in both ways.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"

#include "lowering/WideEvaluation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>

#include <set>

namespace xphi::analysis {
namespace {

using namespace mlir;

/// A body that leaves all of its lanes to wide numbers.
void addBody(func::FuncOp function, unsigned lanes, bool toOdd) {
  OpBuilder builder(function->getContext());
  builder.setInsertionPointAfter(function);
  const compiler::Numbers f64(builder, function.getLoc(), builder.getF64Type(), lanes);
  const llvm::SmallVector<Type> types(function.getNumArguments(), f64.type());
  auto body = func::FuncOp::create(builder, function.getLoc(),
                                   "body" + std::to_string(lanes) + (toOdd ? "odd" : "even"),
                                   builder.getFunctionType(types, f64.type()));
  builder.setInsertionPointToEnd(body.addEntryBlock());
  const compiler::Number value = f64.wrap(body.getArgument(0));
  func::ReturnOp::create(
      builder, function.getLoc(),
      compiler::replaceByWide(function, value, ~compiler::isNan(value), body.getArguments(), toOdd)
          .value);
}

TEST(WideLanes, FunctionsOfOneNumberServeVectorsOfAnyLength) {
  for (const char *text : {"exp(x) - x", "def f(x, y) = x * sin(y) / x", "x^3"}) {
    const Imported imported(text);
    func::FuncOp function = imported.function();
    function->getContext()->loadDialect<arith::ArithDialect, LLVM::LLVMDialect>();
    for (const unsigned lanes : {8u, 4u, 16u, 8u})
      for (const bool toOdd : {true, false})
        if (auto module = function->getParentOfType<ModuleOp>();
            !module.lookupSymbol("body" + std::to_string(lanes) + (toOdd ? "odd" : "even")))
          addBody(function, lanes, toOdd);
    auto module = function->getParentOfType<ModuleOp>();
    EXPECT_TRUE(succeeded(verify(module))) << text;
    unsigned numbers = 0;
    std::set<std::string> called;
    module.walk([&](func::FuncOp each) { numbers += each.getName().ends_with("wide_number"); });
    module.walk([&](func::CallOp call) {
      if (call.getCallee().contains(".wide"))
        called.insert(call.getCallee().str());
    });
    EXPECT_EQ(numbers, 1u) << text;
    EXPECT_EQ(called.size(), 6u) << text;
  }
}

} // namespace
} // namespace xphi::analysis
