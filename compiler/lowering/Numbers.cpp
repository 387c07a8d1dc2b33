// Machine numbers while code is being built: `a * b + c` on these makes arith operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Numbers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cassert>

using namespace mlir;

namespace xphi::compiler {

static TypedAttr splat(Type type, TypedAttr element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return DenseElementsAttr::get(vector, Attribute(element));
  return element;
}

Type Numbers::shaped(Type scalar) const {
  return lanes == 1 ? scalar : VectorType::get({int64_t(lanes)}, scalar);
}

Number Numbers::constant(double value) const {
  bool loses;
  llvm::APFloat rounded(value);
  rounded.convert(FloatType(element).getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                  &loses);
  auto attribute = FloatAttr::get(element, rounded);
  return wrap(arith::ConstantOp::create(builder, location, splat(type(), attribute)));
}

Value Numbers::bitsConstant(int64_t bits) const {
  auto attribute = builder.getIntegerAttr(builder.getIntegerType(width()), bits);
  return arith::ConstantOp::create(builder, location, splat(bitsType(), attribute));
}

Number operator+(Number a, Number b) { return a.numbers->make<arith::AddFOp>({a.value, b.value}); }
Number operator-(Number a, Number b) { return a.numbers->make<arith::SubFOp>({a.value, b.value}); }
Number operator*(Number a, Number b) { return a.numbers->make<arith::MulFOp>({a.value, b.value}); }
Number operator/(Number a, Number b) { return a.numbers->make<arith::DivFOp>({a.value, b.value}); }
Number operator-(Number a) { return a.numbers->make<arith::NegFOp>(a.value); }
Number operator+(double a, Number b) { return b.numbers->constant(a) + b; }
Number operator-(double a, Number b) { return b.numbers->constant(a) - b; }
Number operator-(Number a, double b) { return a - a.numbers->constant(b); }
Number operator*(double a, Number b) { return b.numbers->constant(a) * b; }
Number operator/(double a, Number b) { return b.numbers->constant(a) / b; }

Number fma(Number a, Number b, Number c) {
  return a.numbers->make<math::FmaOp>({a.value, b.value, c.value});
}
// Of f(u) and f(−u) what is made of |u| is made once.
Number abs(Number a) {
  if (auto negative = a.value.getDefiningOp<arith::NegFOp>())
    a.value = negative.getOperand();
  return a.numbers->make<math::AbsFOp>(a.value);
}
Number sqrt(Number a) { return a.numbers->make<math::SqrtOp>(a.value); }
Number copysign(Number a, Number b) {
  return a.numbers->make<math::CopySignOp>({a.value, b.value});
}

static Mask compare(arith::CmpFPredicate predicate, Number a, Number b) {
  assert(a.value.getType() == b.value.getType() && "numbers of one type are compared");
  const Numbers &numbers = *a.numbers;
  return {&numbers,
          arith::CmpFOp::create(numbers.builder, numbers.location, predicate, a.value, b.value)};
}
Mask operator<(Number a, Number b) { return compare(arith::CmpFPredicate::OLT, a, b); }
Mask operator>(Number a, Number b) { return compare(arith::CmpFPredicate::OGT, a, b); }
Mask operator<=(Number a, Number b) { return compare(arith::CmpFPredicate::OLE, a, b); }
Mask operator==(Number a, Number b) { return compare(arith::CmpFPredicate::OEQ, a, b); }
Mask operator<(Number a, double b) { return a < a.numbers->constant(b); }
Mask operator>(Number a, double b) { return a > a.numbers->constant(b); }
Mask operator==(Number a, double b) { return a == a.numbers->constant(b); }
Mask isNan(Number a) { return compare(arith::CmpFPredicate::UNO, a, a); }

Mask operator&(Mask a, Mask b) {
  const Numbers &numbers = *a.numbers;
  return {&numbers, arith::AndIOp::create(numbers.builder, numbers.location, a.value, b.value)};
}
Mask operator|(Mask a, Mask b) {
  const Numbers &numbers = *a.numbers;
  return {&numbers, arith::OrIOp::create(numbers.builder, numbers.location, a.value, b.value)};
}
Mask operator~(Mask a) {
  const Numbers &numbers = *a.numbers;
  auto ones = splat(a.value.getType(), numbers.builder.getBoolAttr(true));
  Value all = arith::ConstantOp::create(numbers.builder, numbers.location, ones);
  return {&numbers, arith::XOrIOp::create(numbers.builder, numbers.location, a.value, all)};
}

void joinTo(std::optional<Mask> &all, Mask more) { all = all ? *all | more : more; }

/// The parts of what was put together of two of one length.
static std::optional<std::pair<Value, Value>> halvesOf(Value vector) {
  auto shuffle = vector.getDefiningOp<vector::ShuffleOp>();
  if (!shuffle || shuffle.getV1().getType() != shuffle.getV2().getType())
    return std::nullopt;
  const ArrayRef<int64_t> places = shuffle.getMask();
  const auto count = int64_t(2 * cast<VectorType>(shuffle.getV1().getType()).getNumElements());
  if (!llvm::equal(places, llvm::seq<int64_t>(count)))
    return std::nullopt;
  return std::pair(shuffle.getV1(), shuffle.getV2());
}

Value any(Mask mask) {
  const Numbers &numbers = *mask.numbers;
  if (numbers.lanes == 1)
    return mask.value;
  Value all = mask.value; // parts need not be put together for that
  if (const auto halves = halvesOf(all))
    all = arith::OrIOp::create(numbers.builder, numbers.location, halves->first, halves->second);
  return vector::ReductionOp::create(numbers.builder, numbers.location, vector::CombiningKind::OR,
                                     all);
}

Number select(Mask mask, Number a, Number b) {
  assert(a.value.getType() == b.value.getType() && "one of two numbers of one type");
  return a.numbers->make<arith::SelectOp>({mask.value, a.value, b.value});
}

Number atLeast(Number a, double least) {
  Number bound = a.numbers->constant(least);
  return select(a < bound, bound, a);
}

Number atMost(Number a, double most) {
  Number bound = a.numbers->constant(most);
  return select(a > bound, bound, a);
}

} // namespace xphi::compiler
