// From text to one function, as the pipeline begins.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/analysis/Imported.h"

#include "compiler/truth/BallArithmetic.h"
#include "dsl/Frontend.h"
#include "dsl/Interpreter.h"

#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "import/EmitDialect.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

namespace xphi::analysis {
namespace {

mlir::MLIRContext &context() {
  static mlir::MLIRContext only = [] {
    mlir::DialectRegistry registry;
    registry.insert<compiler::XphiDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                    mlir::math::MathDialect, mlir::scf::SCFDialect>();
    return mlir::MLIRContext(registry, mlir::MLIRContext::Threading::DISABLED);
  }();
  only.loadAllAvailableDialects();
  return only;
}

} // namespace

Imported::Imported(const std::string &text, Form form) {
  const dsl::ParseResult parsed = dsl::analyse({"<test>", text});
  EXPECT_TRUE(parsed) << text << "\n" << parsed.render();
  program = parsed.program;
  module = compiler::emitDialect(context(), *program, program->entry());
  compiler::say(function(), compiler::promiseName,
                compiler::PromiseAttr::get(&context(), mlir::Builder(&context()).getF64FloatAttr(4),
                                           /*exact=*/false, /*slack=*/{}, /*library=*/false));
  if (form == Form::AsWritten)
    return;
  mlir::PassManager manager(&context());
  manager.addNestedPass<mlir::func::FuncOp>(compiler::createSimplify());
  EXPECT_TRUE(succeeded(manager.run(*module))) << text;
}

mlir::func::FuncOp Imported::function() const {
  return *mlir::ModuleOp(*module).getOps<mlir::func::FuncOp>().begin();
}

mlir::Value Imported::result() const { return function().front().getTerminator()->getOperand(0); }

reference::ArbBall Imported::at(std::span<const double> inputs, slong bits) const {
  return decidedAt(inputs, bits).value_or(reference::ArbBall::unknown());
}

std::optional<reference::ArbBall> Imported::decidedAt(std::span<const double> inputs,
                                                      slong bits) const {
  const reference::ArbPrecision precision(bits);
  const std::vector<reference::ArbBall> operands(inputs.begin(), inputs.end());
  std::vector<reference::ArbBall> parameters;
  for (double value : dsl::defaultParameters(*program, program->entry()))
    parameters.emplace_back(value);
  reference::BallArithmetic balls;
  reference::ArbBall value =
      dsl::evaluate(*program, program->entry(), std::span<const reference::ArbBall>(operands),
                    std::span<const reference::ArbBall>(parameters), balls);
  return balls.undecided() ? std::nullopt : std::optional(std::move(value));
}

double Imported::inDoubles(std::span<const double> inputs) const {
  const std::vector<double> parameters = dsl::defaultParameters(*program, program->entry());
  dsl::DoubleArithmetic doubles;
  return dsl::evaluate(*program, program->entry(), inputs, std::span<const double>(parameters),
                       doubles);
}

} // namespace xphi::analysis
