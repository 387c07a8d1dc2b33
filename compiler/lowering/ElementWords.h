// Elements of 16 bits as they lie in memory, compared with numbers by their bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A vector holds twice as many of them as it holds f32, and what asks for their bits needs no
// conversion.
#ifndef XPHI_COMPILER_LOWERING_ELEMENTWORDS_H
#define XPHI_COMPILER_LOWERING_ELEMENTWORDS_H

#include "abi/ElementTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace xphi::compiler {

class ElementWords {
public:
  /// Of a format of IEEE 754 with 16 bits.
  ElementWords(mlir::OpBuilder &builder, mlir::Location location, ElementType type, unsigned lanes);

  mlir::OpBuilder &builder;
  const mlir::Location location;

  mlir::Type type() const { return words; }
  /// The element next to it.
  mlir::Value number(double value) const;
  /// The same in all lanes.
  mlir::Value condition(bool holds) const;
  mlir::Value opposite(mlir::Value condition) const;

  mlir::Value magnitude(mlir::Value words) const;
  mlir::Value negated(mlir::Value words) const;
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) const;
  mlir::Value isNan(mlir::Value words) const;
  /// `result`, but a quiet NaN in the lanes in which `a` or `b` is NaN.
  mlir::Value keepNan(mlir::Value result, mlir::Value a, mlir::Value b) const;

  /// OLT, OLE, OGT, OGE or OEQ of an element and a number. What comes out for NaN is left open.
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value words, double number) const;
  /// The same of the element's magnitude and a number that is not negative. NaN is greater than all
  /// of them, and not equal.
  mlir::Value compareMagnitude(mlir::arith::CmpFPredicate predicate, mlir::Value words,
                               double number) const;

private:
  struct Sizes;
  Sizes sizesWhere(mlir::arith::CmpFPredicate predicate, double number) const;
  std::uint64_t sizeUpTo(double number) const;
  std::uint64_t sizeFrom(double number) const;
  mlir::Value constant(std::uint64_t bits) const;
  mlir::Value compareBits(mlir::arith::CmpIPredicate predicate, mlir::Value words,
                          std::uint64_t bits) const;

  const ElementType element;
  const mlir::Type words;
  const std::uint64_t infinity;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ELEMENTWORDS_H
