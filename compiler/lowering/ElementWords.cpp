// The elements that compare so with a number are rows of bits: one of positive ones, one of
// negative ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ElementWords.h"

#include "abi/ElementValues.h"

#include "mlir/IR/BuiltinTypes.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {

using arith::CmpFPredicate, arith::CmpIPredicate;

static constexpr std::uint64_t sign = 0x8000, allButSign = sign - 1;

/// The bits of magnitudes from `first` to `last`; none where first > last.
struct ElementWords::Sizes {
  std::uint64_t first, last;
};

ElementWords::ElementWords(OpBuilder &builder, Location location, ElementType type, unsigned lanes)
    : builder(builder), location(location), element(type),
      words(VectorType::get({int64_t(lanes)}, builder.getI16Type())),
      infinity(nearestElement(HUGE_VAL, type)) {}

Value ElementWords::constant(std::uint64_t bits) const {
  return arith::ConstantOp::create(
      builder, location, DenseElementsAttr::get(cast<VectorType>(words), llvm::APInt(16, bits)));
}

Value ElementWords::number(double value) const { return constant(nearestElement(value, element)); }

Value ElementWords::condition(bool holds) const {
  auto type = VectorType::get(cast<VectorType>(words).getShape(), builder.getI1Type());
  return arith::ConstantOp::create(builder, location, DenseElementsAttr::get(type, holds));
}

Value ElementWords::opposite(Value condition) const {
  return arith::XOrIOp::create(builder, location, condition, this->condition(true));
}

Value ElementWords::magnitude(Value value) const {
  return arith::AndIOp::create(builder, location, value, constant(allButSign));
}

Value ElementWords::negated(Value value) const {
  return arith::XOrIOp::create(builder, location, value, constant(sign));
}

Value ElementWords::select(Value condition, Value a, Value b) const {
  return arith::SelectOp::create(builder, location, condition, a, b);
}

Value ElementWords::isNan(Value value) const {
  return compareBits(CmpIPredicate::ugt, magnitude(value), infinity);
}

// The bits of a finite number may join those of NaN: that stays one.
Value ElementWords::keepNan(Value result, Value a, Value b) const {
  Value size = magnitude(a), joined = a;
  if (a != b) {
    size = arith::MaxUIOp::create(builder, location, size, magnitude(b));
    joined = arith::OrIOp::create(builder, location, a, b);
  }
  Value quiet = constant(std::uint64_t(1) << (fractionBits(element) - 1));
  return select(compareBits(CmpIPredicate::ugt, size, infinity),
                arith::OrIOp::create(builder, location, joined, quiet), result);
}

Value ElementWords::compareBits(CmpIPredicate predicate, Value value, std::uint64_t bits) const {
  return arith::CmpIOp::create(builder, location, predicate, value, constant(bits));
}

std::uint64_t ElementWords::sizeUpTo(double number) const {
  const std::uint64_t nearest = nearestElement(number, element);
  return nearest - (valueOf(nearest, element) > number);
}

std::uint64_t ElementWords::sizeFrom(double number) const {
  const std::uint64_t nearest = nearestElement(number, element);
  return nearest + (valueOf(nearest, element) < number);
}

/// Of a number that is not negative. None is less than 0: the last one wraps around.
ElementWords::Sizes ElementWords::sizesWhere(CmpFPredicate predicate, double number) const {
  switch (predicate) {
  case CmpFPredicate::OGT:
    return {sizeUpTo(number) + 1, infinity};
  case CmpFPredicate::OGE:
    return {sizeFrom(number), infinity};
  case CmpFPredicate::OLT:
    return {0, sizeFrom(number) - 1};
  case CmpFPredicate::OLE:
    return {0, sizeUpTo(number)};
  default:
    return {sizeFrom(number), sizeUpTo(number)};
  }
}

Value ElementWords::compareMagnitude(CmpFPredicate predicate, Value value, double number) const {
  if (number == 0 && (predicate == CmpFPredicate::OLT || predicate == CmpFPredicate::OGE))
    return condition(predicate == CmpFPredicate::OGE);
  const auto [first, last] = sizesWhere(predicate, number);
  if (predicate == CmpFPredicate::OEQ)
    return first > last ? condition(false)
                        : compareBits(CmpIPredicate::eq, magnitude(value), first);
  return first > 0 ? compareBits(CmpIPredicate::ugt, magnitude(value), first - 1)
                   : compareBits(CmpIPredicate::ule, magnitude(value), last);
}

static CmpFPredicate turned(CmpFPredicate predicate) {
  switch (predicate) {
  case CmpFPredicate::OGT:
    return CmpFPredicate::OLT;
  case CmpFPredicate::OGE:
    return CmpFPredicate::OLE;
  case CmpFPredicate::OLT:
    return CmpFPredicate::OGT;
  case CmpFPredicate::OLE:
    return CmpFPredicate::OGE;
  default:
    return predicate;
  }
}

Value ElementWords::compare(CmpFPredicate predicate, Value value, double number) const {
  if (std::isnan(number))
    return condition(false);
  if (number == 0) { // of either sign
    if (predicate == CmpFPredicate::OEQ)
      return compareMagnitude(predicate, value, 0);
    if (predicate == CmpFPredicate::OLT)
      return compareBits(CmpIPredicate::ugt, value, sign);
    if (predicate == CmpFPredicate::OGE)
      return compareBits(CmpIPredicate::ule, value, sign);
  }
  const bool isNegative = number < 0;
  const CmpFPredicate onSide = isNegative ? turned(predicate) : predicate;
  const auto [first, last] = sizesWhere(onSide, std::fabs(number));
  const std::uint64_t side = isNegative ? sign : 0;
  if (onSide == CmpFPredicate::OEQ)
    return first > last ? condition(false) : compareBits(CmpIPredicate::eq, value, side | first);
  // Further from 0 than the number, on its side; or nearer, and all on the other side.
  if (onSide == CmpFPredicate::OGT || onSide == CmpFPredicate::OGE)
    return compareBits(isNegative ? CmpIPredicate::ugt : CmpIPredicate::sgt, value,
                       (side | first) - 1);
  return compareBits(isNegative ? CmpIPredicate::ule : CmpIPredicate::sle, value, side | last);
}

} // namespace xphi::compiler
