// Bodies that take two elements for each f32 of a vector.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_HALVES_H
#define XPHI_COMPILER_LOWERING_HALVES_H

#include "abi/ElementTypes.h"

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <functional>

namespace xphi::compiler {

/// A function of this name that takes and gives twice as many lanes as `half`, elements of 16 bits:
/// it gives half of them to one call of that and the others to another. Of f16 these are the lower
/// and the upper ones. Of bf16 two lie in one place of 32 bits, so those with an even place and
/// those with an odd one are told apart and joined by shifts and masks.
void emitOfHalves(mlir::func::FuncOp half, llvm::StringRef name, ElementType type);

/// A half that is not right for all elements, or not for all parameters.
struct UsualHalf {
  mlir::func::FuncOp half;
  llvm::SmallVector<mlir::Value> loaded; ///< in it: the numbers that its operands are
  mlir::Value outside = {};              ///< in it: the lanes that are not right, if any
  mlir::func::FuncOp complete = {};      ///< right in these, too, with the same results in others
  mlir::func::FuncOp other = {};         ///< right for all parameters; null if there are none
  /// Whether parameters are such as `other` is for: of numbers of one lane, and what it takes.
  std::function<mlir::Value(const Numbers &, mlir::ValueRange)> isOther = {};
};

/// The same, of `complete` where any element is outside: one branch for both halves, before these
/// where the elements can be asked as they lie, and else behind them.
void emitOfHalves(const UsualHalf &usual, llvm::StringRef name, ElementType type);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_HALVES_H
