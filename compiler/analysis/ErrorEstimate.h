// How far a function errs when it is computed in f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Adds up what each operation may contribute in ulp. It chooses; it proves nothing: what a kernel
// really errs is measured on its machine code.
#ifndef XPHI_COMPILER_ANALYSIS_ERRORESTIMATE_H
#define XPHI_COMPILER_ANALYSIS_ERRORESTIMATE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <string>

namespace xphi::compiler {

struct ErrorEstimate {
  std::optional<double> ulp; ///< of the result; nothing if f32 will not do
  bool isNearest = false;    ///< the result is rounded once, from what is exact
  std::string obstacle;      ///< what is first in the way of f32, in words
  double enough = 4;         ///< ulps, that the promise leaves
  /// The products and quotients that may leave the range of normal numbers, as they must not, and
  /// sums that must not overflow.
  llvm::SmallVector<mlir::Operation *> guarded;
  /// The sums whose error counts against their largest term, not against themselves.
  llvm::SmallVector<mlir::Operation *> sums;
  /// Guarded sums whose terms must have this sign, so that they do not cancel; 0 for those that are
  /// guarded for another reason, and stay finite.
  llvm::DenseMap<mlir::Operation *, int> ofSigns;
  /// Guarded sums with a fused product that must not end below the normal numbers, where the
  /// product loses digits.
  llvm::SmallVector<mlir::Operation *> whole;
  /// Of fast functions that a rounding comes before: less than their own domain, and where terms
  /// cancel inside the magnitude that the result must have near zero.
  struct Limits {
    double domain, apart;
  };
  llvm::DenseMap<mlir::Operation *, Limits> limits;
  /// The last products and quotients of a slope with an operand that an incoming gradient goes in
  /// front of: whether it is the first one, and whether what comes out must be finite.
  struct Late {
    bool isSwapped, isFinite;
  };
  llvm::DenseMap<mlir::Operation *, Late> late;
  /// Functions in their finer form, without which the errors would add up to more.
  llvm::SmallVector<mlir::Operation *> fine;
  /// Whether a quotient that keeps its order does so for some parameters only
  /// (lowering/OrderedQuotient.h).
  bool hasFreeQuotients = false;
  /// The magnitude that no argument but the incoming gradient exceeds, so that nothing overflows.
  std::optional<double> within;
};

ErrorEstimate estimateInF32(mlir::func::FuncOp function);

/// What elements with fewer digits than f32 leave, in 2^-23 of the result; else 0.
double slackOf(mlir::func::FuncOp function);
/// How many ulp of f32 a result may be off.
double promisedUlps(mlir::func::FuncOp function);

/// Whether this estimate keeps the function's promise.
bool isPromised(mlir::func::FuncOp function, const ErrorEstimate &estimate);
bool isPromisedInF32(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_ERRORESTIMATE_H
