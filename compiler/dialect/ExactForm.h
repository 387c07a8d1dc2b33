// How fits are looked through: a function as it is where none stands for a part of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What asks for the mathematics of a function (growth, limits, NaN, conditioning, text, wide
// numbers) asks its exact form. What follows the code for f32 meets `xphi.fitted` itself, and
// takes it for the operation that gives the part: with `exactValue` on the way up, and with
// `usersOf` on the way down, since being the variable of a fit is no use of its own.
#ifndef XPHI_COMPILER_DIALECT_EXACTFORM_H
#define XPHI_COMPILER_DIALECT_EXACTFORM_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace xphi::compiler {

/// The part, where the value is one that a fit stands for; else the value.
mlir::Value exactValue(mlir::Value value);

/// The operations that use the value, but those fits that are made out of it.
llvm::SmallVector<mlir::Operation *> usersOf(mlir::Value value);

/// Whether nothing but choices and signs come between the operation and the function's result.
bool isOnlyChosen(mlir::Operation &op);

/// Puts the parts in the place of all fits.
void dropFits(mlir::func::FuncOp function);

/// A function without fits: itself, or a copy, which lives as long as this.
class ExactForm {
public:
  explicit ExactForm(mlir::func::FuncOp function);
  ~ExactForm();
  ExactForm(const ExactForm &) = delete;
  ExactForm &operator=(const ExactForm &) = delete;

  mlir::func::FuncOp function() const { return form; }
  /// What a value of the function is here.
  mlir::Value of(mlir::Value value) const { return isCopy ? copies.lookup(value) : value; }

private:
  bool isCopy;
  mlir::func::FuncOp form;
  mlir::IRMapping copies;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_EXACTFORM_H
