// A function of the dialect from its text, and an empty body to emit its code into.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dialect/XphiDialect.h"
#include "lowering/Numbers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"

#include <optional>
#include <string>

namespace xphi::numerics {

/// Of %x and %y, which `text` makes %r of; code is of one lane.
struct DialectFunction {
  explicit DialectFunction(const std::string &text) : builder(&context) {
    context.loadDialect<compiler::XphiDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                        mlir::math::MathDialect, mlir::scf::SCFDialect, mlir::LLVM::LLVMDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(
        "func.func @f(%x: !xphi.real {xphi.input = \"x\"}, %y: !xphi.real {xphi.input = \"y\"}) -> "
        "(!xphi.real {xphi.is_derivative}) {\n" +
            text + "\nreturn %r : !xphi.real\n}",
        &context);
    if (!module)
      return;
    function = *module->getOps<mlir::func::FuncOp>().begin();
    const mlir::Location location = builder.getUnknownLoc();
    const mlir::Type type = builder.getF64Type();
    builder.setInsertionPointToEnd(module->getBody());
    auto made = mlir::func::FuncOp::create(builder, location, "body",
                                           builder.getFunctionType({type, type}, {}));
    body = made.addEntryBlock();
    builder.setInsertionPointToEnd(body);
    f64.emplace(builder, location, builder.getF64Type(), 1);
  }

  mlir::MLIRContext context;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module; ///< null if the text is not understood
  mlir::func::FuncOp function;
  mlir::Block *body = nullptr;
  std::optional<compiler::Numbers> f64;
};

} // namespace xphi::numerics
