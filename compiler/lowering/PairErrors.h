// How far the values of a function are off when it is evaluated in pairs of floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products and quotients of pairs are known to a part of themselves. A sum is known to a part of
// its terms only: where these cancel, that is all of it. So from a sum on, and from a fit on, which
// errs more where data is rare, there is a bound that is computed beside the value, and a lane
// whose bound is too large for its result goes to the exact evaluation. Every figure here is
// derived: from the bound of the fit, and from the roundings of Knuth's sum and Dekker's product.
#ifndef XPHI_COMPILER_LOWERING_PAIRERRORS_H
#define XPHI_COMPILER_LOWERING_PAIRERRORS_H

#include "dialect/XphiDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <array>
#include <optional>

namespace xphi::compiler {

/// Of a value.
struct PairError {
  double relative = 0;     ///< a part of it
  bool hasRest = false;    ///< a second float, of at most 2^-22 of it
  bool isComputed = false; ///< there is a bound beside it, of what else it is off by
};

class PairErrors {
public:
  /// Of sums and products, with what is known to a part of itself: roundings of pairs.
  static constexpr double ofSum = 0x1p-45, ofProduct = 0x1p-44;
  /// Of a sum that is the last, and so need not be a pair.
  static constexpr double ofLastSum = 0x1.0001p-24;

  /// Nothing where the function holds more than sums, products, quotients, choices, parts that are
  /// marked as fitted, and functions whose form is marked by its domain.
  static std::optional<PairErrors> of(mlir::func::FuncOp function);

  const PairError &operator[](mlir::Value value) const { return errors.find(value)->second; }
  PairError ofResult() const { return (*this)[result]; }
  /// Whether there is a sum whose terms may cancel.
  bool hasSums() const { return sums; }
  bool isNeeded(mlir::Operation *op) const { return needed.contains(op); }
  /// Whether it is a function of which a float is enough, as the result is made of it by products.
  bool isFloatEnough(mlir::Operation *op) const { return floats.contains(op); }
  /// Whether this is the product that is the result, one factor of which is above zero, so that it
  /// is rounded at once.
  bool isLastProduct(mlir::Operation &product) const;
  /// Whether nothing is added to what is made of this sum.
  bool isLast(mlir::Operation &sum) const;
  /// What parts of its terms a sum is off by. What is made of these has the share of the result
  /// itself already, and so a product that is added at once need not be there for its own: it is no
  /// larger than the result and the other term.
  std::array<double, 2> partsOfTerms(mlir::Operation &sum) const;

  /// A product that is added at once, in the sum's own rounding; null if there is none.
  static MulOp addedProduct(mlir::Operation &sum);

private:
  explicit PairErrors(mlir::func::FuncOp function);
  bool find();
  void findFloats();
  bool isOnlyMultiplied(mlir::Operation &op) const;
  std::optional<PairError> errorOf(mlir::Operation &op);
  std::optional<PairError> ofTerms(mlir::Operation &op);
  std::optional<PairError> ofFunction(mlir::Operation &op);
  bool isFloat(mlir::Value value) const;

  mlir::func::FuncOp function;
  llvm::DenseSet<mlir::Operation *> needed, floats;
  llvm::DenseMap<mlir::Value, PairError> errors;
  mlir::Value result;
  bool sums = false;
};

/// What a value is multiplied by, if that is a power of two, so that nothing is rounded; and the
/// value.
struct ExactScale {
  mlir::Value value;
  double factor;
};
std::optional<ExactScale> exactScale(mlir::Operation &op);

/// Whether it is above zero wherever it has a form in pairs.
bool isAboveZero(mlir::Value value);

/// What the result may be off by before it is rounded to a float, as a part of itself.
double allowedPairError(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_PAIRERRORS_H
