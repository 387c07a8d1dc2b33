// Builds xphi operations the way one writes mathematics, folding as it goes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A null Value stands for an exact zero in sums and products, so that a derivative never gathers
// terms that are not there. Signs move outwards: a·(−b) becomes −(a·b), a + (−b) becomes a − b.
#ifndef XPHI_COMPILER_DIALECT_ALGEBRA_H
#define XPHI_COMPILER_DIALECT_ALGEBRA_H

#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"

#include <optional>

namespace xphi::compiler {

/// The number, if it is a constant fraction.
std::optional<Rational> rationalValue(mlir::Value value);

class Algebra {
public:
  Algebra(mlir::OpBuilder &builder, mlir::Location location)
      : builder(builder), location(location) {}

  template <class Op, class... Operands> mlir::Value make(Operands... operands) {
    return builder.createOrFold<Op>(location, operands...);
  }

  mlir::Value constant(const Rational &value) {
    return make<ConstantOp>(llvm::StringRef(value.fraction()));
  }
  mlir::Value pi() { return make<ConstantOp>(llvm::StringRef("pi")); }
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value neg(mlir::Value a);
  mlir::Value square(mlir::Value a) { return mul(a, a); }
  /// A slope times a tangent. Where the tangent is a choice with nothing on one side, so is the
  /// product: an infinite slope there would make NaN of the branch not taken. A slope that is zero
  /// throughout gives nothing, whatever the tangent.
  mlir::Value chain(mlir::Value slope, mlir::Value tangent) {
    if (rationalValue(slope) == Rational(0))
      return {};
    return onTangent(tangent, [&](mlir::Value part) { return slopeTimes(slope, part); });
  }
  /// The slope of |x|: the sign of x, from which slopeTimes() knows that x passes through zero
  /// where its own slope does not vanish.
  mlir::Value cornerSign(mlir::Value x);
  /// The same for any function that is nothing where the tangent is nothing.
  mlir::Value onTangent(mlir::Value tangent, llvm::function_ref<mlir::Value(mlir::Value)> function);
  /// `tangent`, but nothing where `condition` holds, and nothing where it is zero and an infinite
  /// slope follows.
  mlir::Value flatWhere(mlir::Value condition, mlir::Value tangent);
  /// True for NaN, too.
  mlir::Value isInfinite(mlir::Value value);
  /// The sum of two tangents: choices by the same condition stay one.
  mlir::Value addTangents(mlir::Value a, mlir::Value b);
  mlir::Value compare(Predicate predicate, mlir::Value a, mlir::Value b) {
    return CompareOp::create(builder, location, builder.getI1Type(), predicate, a, b);
  }
  /// Null values are zeros here too; the result is null where both are.
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b);

private:
  mlir::Value slopeTimes(mlir::Value slope, mlir::Value tangent);

  mlir::OpBuilder &builder;
  mlir::Location location;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_ALGEBRA_H
