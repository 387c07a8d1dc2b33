// A text of the language as a function of the dialect, and its true values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/ArbBall.h"
#include "dsl/Ast.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace xphi::analysis {

class Imported {
public:
  enum class Form { AsWritten, Simplified };

  /// A text with a mistake is a failure of the test that asks for it.
  explicit Imported(const std::string &text, Form form = Form::AsWritten);

  mlir::func::FuncOp function() const;
  mlir::Value result() const;
  /// Its value there, at the parameters' defaults, by Arb at so many bits; unknown where a choice
  /// is undecided.
  reference::ArbBall at(std::span<const double> inputs, slong bits = 192) const;
  /// The same; nothing where a choice is undecided.
  std::optional<reference::ArbBall> decidedAt(std::span<const double> inputs, slong bits) const;
  /// The same in doubles, where 1/0 is infinite and atan(1/0) a number.
  double inDoubles(std::span<const double> inputs) const;

private:
  std::shared_ptr<const dsl::Program> program;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace xphi::analysis
