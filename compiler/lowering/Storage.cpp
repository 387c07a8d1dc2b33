// Elements as they lie in memory, and the numbers that they are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Storage.h"

#include "abi/OperandKind.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr char f32Letter = letterOf(ElementType::F32), f16Letter = letterOf(ElementType::F16),
               bf16Letter = letterOf(ElementType::BF16);

/// Integers of one width, a lane each.
class Words {
public:
  Words(const Numbers &f32, unsigned bits)
      : n(f32), element(f32.builder.getIntegerType(bits)), type(f32.shaped(element)) {}

  Value constant(int64_t value) const {
    TypedAttr attribute = n.builder.getIntegerAttr(element, value);
    if (auto vector = dyn_cast<VectorType>(type))
      attribute = DenseElementsAttr::get(vector, Attribute(attribute));
    return arith::ConstantOp::create(n.builder, n.location, attribute);
  }
  template <class Op> Value make(Value a, Value b) const {
    return Op::create(n.builder, n.location, a, b);
  }
  template <class Op> Value make(Value a, int64_t b) const { return make<Op>(a, constant(b)); }
  template <class Cast> Value from(Value value) const {
    return Cast::create(n.builder, n.location, type, value);
  }
  Mask compare(arith::CmpIPredicate predicate, Value a, int64_t b) const {
    return compare(predicate, a, constant(b));
  }
  Mask compare(arith::CmpIPredicate predicate, Value a, Value b) const {
    return {&n, arith::CmpIOp::create(n.builder, n.location, predicate, a, b)};
  }
  Value select(Mask mask, Value a, Value b) const {
    return arith::SelectOp::create(n.builder, n.location, mask.value, a, b);
  }

private:
  const Numbers &n;
  const Type element, type;
};

Value bitsOf(Number value) {
  const Numbers &n = *value.numbers;
  return arith::BitcastOp::create(n.builder, n.location, n.bitsType(), value.value);
}

Number numberOf(const Numbers &n, Value bits) { return n.make<arith::BitcastOp>(bits); }

// The upper halves, rounded.
Value storeBf16(Number value) {
  const Numbers &n = *value.numbers;
  const Words words(n, 32), halves(n, 16);
  Value bits = bitsOf(value);
  Value odd = words.make<arith::AndIOp>(words.make<arith::ShRUIOp>(bits, 16), 1);
  Value rounded = words.make<arith::AddIOp>(words.make<arith::AddIOp>(bits, 0x7fff), odd);
  Value quiet = words.make<arith::OrIOp>(bits, 0x400000);
  Value chosen = words.select(isNan(value), quiet, rounded);
  return halves.from<arith::TruncIOp>(words.make<arith::ShRUIOp>(chosen, 16));
}

Value storeF16(Number value) {
  const Numbers &n = *value.numbers;
  Value half =
      arith::TruncFOp::create(n.builder, n.location, n.shaped(n.builder.getF16Type()), value.value);
  return Words(n, 16).from<arith::BitcastOp>(half);
}

} // namespace

Type storedType(const Numbers &f32, char kind) {
  if (kind == FloatScalar)
    return f32.element;
  return kind == f32Letter ? f32.type() : f32.shaped(f32.builder.getIntegerType(8 * bytesOf(kind)));
}

Value load(const Numbers &f32, Value stored, char kind) {
  OpBuilder &builder = f32.builder;
  const Location location = f32.location;
  switch (kind) {
  case FloatScalar:
    return f32.lanes == 1 ? stored
                          : vector::BroadcastOp::create(builder, location, f32.type(), stored);
  case ByteArray:
    return Words(f32, 8).compare(arith::CmpIPredicate::ne, stored, 0).value;
  case f16Letter: {
    Value half =
        arith::BitcastOp::create(builder, location, f32.shaped(builder.getF16Type()), stored);
    return arith::ExtFOp::create(builder, location, f32.type(), half);
  }
  case bf16Letter: {
    const Words words(f32, 32);
    return numberOf(f32, words.make<arith::ShLIOp>(words.from<arith::ExtUIOp>(stored), 16)).value;
  }
  default:
    return stored;
  }
}

Value store(Number value, char kind) {
  return kind == f16Letter ? storeF16(value) : kind == bf16Letter ? storeBf16(value) : value.value;
}

bool isNarrow(char kind) { return kind == f16Letter || kind == bf16Letter; }

Number roundToOdd(const Numbers &f32, Number value) {
  const Words words(f32, 32);
  Number nearest = f32.make<arith::TruncFOp>(value.value);
  Number back = value.numbers->make<arith::ExtFOp>(nearest.value);
  Value bits = bitsOf(nearest);
  Value isEven =
      words.compare(arith::CmpIPredicate::eq, words.make<arith::AndIOp>(bits, 1), 0).value;
  Mask inexact = value < back | back < value;
  Value other = words.select(abs(back) < abs(value), words.make<arith::AddIOp>(bits, 1),
                             words.make<arith::SubIOp>(bits, 1));
  return numberOf(f32, words.select(inexact & Mask{&f32, isEven}, other, bits));
}

Mask isNearTie(const Numbers &f32, Number value, char kind, Number width) {
  return Words(f32, 16).compare(arith::CmpIPredicate::ne,
                                store(roundToOdd(f32, value - width), kind),
                                store(roundToOdd(f32, value + width), kind));
}

Mask isNearTie(Number value, char kind, unsigned ulps) {
  const Numbers &n = *value.numbers;
  const Words words(n, 32), halves(n, 16);
  Value bits = bitsOf(value);
  if (kind == bf16Letter) {
    constexpr int64_t tie = 0x8000, all = 0xffff;
    Value low = words.make<arith::AndIOp>(words.make<arith::SubIOp>(bits, tie - ulps), all);
    return words.compare(arith::CmpIPredicate::ule, low, 2 * ulps);
  }
  // Where ulps of elements are not a fixed number of the value's.
  Value below = storeF16(numberOf(n, words.make<arith::SubIOp>(bits, ulps)));
  Value above = storeF16(numberOf(n, words.make<arith::AddIOp>(bits, ulps)));
  return halves.compare(arith::CmpIPredicate::ne, below, above) & ~(value == 0.0);
}

Mask isNearTie(Number value, char kind, Number width, Number scale) {
  const Numbers &n = *value.numbers;
  const bool isHalf = kind == f16Letter;
  // From the element to the middle there is half an ulp, of the value's binade or of subnormals.
  constexpr int64_t exponentField = 0x7f800000;
  Number binade = numberOf(n, Words(n, 32).make<arith::AndIOp>(bitsOf(value), exponentField));
  Number half = atLeast((isHalf ? 0x1p-11 : 0x1p-8) * binade, isHalf ? 0x1p-25 : 0x1p-134);
  Number moved = abs(value - n.wrap(load(n, store(value, kind), kind)));
  return ~((half - moved) * scale > width);
}

} // namespace xphi::compiler
