// How far each value of an evaluation in f64 may be from the truth, computed beside it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every value gets a bound on its absolute error, as code on the same lanes: what an operation
// makes of the errors of its operands, to first order with room for the rest, and what it adds by
// its own rounding. What stays small by the form of the function (analysis/Conditioning.h) gets its
// bound where it is asked for, and nothing before it. A bound that cannot be had is infinite or
// NaN, never small. Lanes whose bound is not small are left to numbers that can do more
// (wide/Wide.h).
//
// Two errors are taken as known: 2^-53 of each rounding, and 2^-44 of each elementary function in
// f64, with what slopeBound() adds for some (lowering/SlopeBounds.h). The second is checked, not
// proved: ErrorBoundsTest holds every function against Arb at doubles of every binade.
#ifndef XPHI_COMPILER_LOWERING_ERRORBOUNDS_H
#define XPHI_COMPILER_LOWERING_ERRORBOUNDS_H

#include "lowering/Numbers.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace xphi::compiler {

class Evaluation;

class ErrorBounds {
public:
  using Bound = std::optional<Number>; ///< nothing: exact

  /// At most `relative`·2^-53 of the value, and `absolute`.
  struct Known {
    double relative, absolute;
  };
  using KnownErrors = llvm::DenseMap<mlir::Value, Known>;

  /// What an operation of arithmetic adds: the most that a rounding can be, or what it was, which
  /// takes some operations more and is nothing where the result is exact.
  enum class Rounding { Most, Own };

  /// `values` is in f64. The arguments of its function are exact. What is `known` to be off by
  /// little needs no code.
  explicit ErrorBounds(const Evaluation &values, const KnownErrors &known = KnownErrors(),
                       Rounding rounding = Rounding::Most);

  /// Adds the bound of this operation's result; its value and the bounds of its operands are known.
  void add(mlir::Operation &op);

  /// The lanes in which `result` is not known to be within so many ulp of f32, before it is
  /// rounded.
  Mask tooLarge(mlir::Value result, double ulps) const;

  /// The same of f64; it is not rounded any more.
  Mask tooLargeForDouble(mlir::Value result, double ulps) const;

  /// Of a value that was added.
  Bound boundOf(mlir::Value value) const;

private:
  Number constant(double value) const { return numbers.constant(value); }
  Number valueOf(mlir::Value value) const;
  std::optional<Mask> doubtOf(mlir::Value condition) const;

  Bound bound(mlir::Operation &op);
  Number roundingOfSum(mlir::Operation &op) const;
  Mask isExactZero(Number value, Bound bound) const;
  Number roundingOfProduct(Number a, Number b, Number product, Mask isZero) const;
  Bound ofSum(mlir::Operation &op);
  Bound ofProduct(mlir::Operation &op);
  Bound ofQuotient(mlir::Operation &op);
  Bound ofSelect(mlir::Operation &op);
  Bound ofRounding(mlir::Operation &op);
  Bound ofJump(mlir::Operation &op);
  Bound ofRoot(mlir::Operation &op);
  Bound ofPower(mlir::Operation &op);
  Bound ofIntegralPart(mlir::Value part);
  Bound ofLogAddExp(mlir::Operation &op);
  Bound ofFunction(mlir::Operation &op);
  void addDoubt(mlir::Operation &op);
  Number infiniteUnless(Mask holds, Number bound) const;

  const Evaluation &values;
  const Numbers &numbers;
  const KnownErrors known;
  const Rounding counted;
  llvm::DenseMap<mlir::Value, mlir::Value> bounds; ///< null: exact
  llvm::DenseMap<mlir::Value, mlir::Value> doubts; ///< of conditions; null: certain
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ERRORBOUNDS_H
