// Elements as they lie in memory, and the numbers that they are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Storage.h"

#include "abi/ElementValues.h"
#include "abi/OperandKind.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <bit>
#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr char f32Letter = letterOf(ElementType::F32), f16Letter = letterOf(ElementType::F16),
               bf16Letter = letterOf(ElementType::BF16), f64Letter = letterOf(ElementType::F64);

bool isIntegerKind(char kind) {
  const std::optional<ElementType> type = typeOf(kind);
  return type && isInteger(*type);
}

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

// The upper halves, rounded. Of NaN whose lower half is zero nothing is carried.
Value storeBf16(Number value, Storing how) {
  const Numbers &n = *value.numbers;
  const Words words(n, 32), halves(n, 16);
  Value bits = bitsOf(value), rounded;
  switch (how.ties) {
  case Fit::Ties::ToEven: {
    Value odd = words.make<arith::AndIOp>(words.make<arith::ShRUIOp>(bits, 16), 1);
    rounded = words.make<arith::AddIOp>(words.make<arith::AddIOp>(bits, 0x7fff), odd);
    break;
  }
  case Fit::Ties::Up:
    rounded = words.make<arith::AddIOp>(bits, words.make<arith::ShRSIOp>(bits, 31));
    rounded = words.make<arith::AddIOp>(rounded, 0x8000);
    break;
  case Fit::Ties::None:
    rounded = words.make<arith::AddIOp>(bits, 0x8000);
  }
  if (!how.hasShortNans)
    rounded = words.select(isNan(value), words.make<arith::OrIOp>(bits, 0x400000), rounded);
  return halves.from<arith::TruncIOp>(words.make<arith::ShRUIOp>(rounded, 16));
}

Value storeF16(Number value) {
  const Numbers &n = *value.numbers;
  Value half =
      arith::TruncFOp::create(n.builder, n.location, n.shaped(n.builder.getF16Type()), value.value);
  return Words(n, 16).from<arith::BitcastOp>(half);
}

// What is added to a float so that it is rounded to a multiple of 2^exponent, which its lowest bits
// then count: of numbers up to 2^(exponent + 22) in magnitude.
double counting(int exponent) { return std::ldexp(1.5, 23 + exponent); }

Value countOf(Number value, int exponent) {
  const Numbers &n = *value.numbers;
  const Words words(n, 32);
  const Number origin = n.constant(counting(exponent));
  return words.make<arith::SubIOp>(bitsOf(value + origin), bitsOf(origin));
}

// NaN becomes zero.
Number insideRange(Number value, ElementType type) {
  const Numbers &n = *value.numbers;
  Number number = select(isNan(value), n.constant(0), value);
  const double least = valueOf(nearestElement(-HUGE_VAL, type), type);
  return atMost(atLeast(number, least), largestElement(type));
}

Value storeInteger(Number value, ElementType type) {
  return Words(*value.numbers, 8 * unsigned(sizeOf(type)))
      .from<arith::TruncIOp>(countOf(insideRange(value, type), 0));
}

Value loadInteger(const Numbers &f32, Value stored, ElementType type) {
  const Words words(f32, 32);
  const bool isSigned = fractionBits(type) < int(8 * sizeOf(type));
  Value number = isSigned ? words.from<arith::ExtSIOp>(stored) : words.from<arith::ExtUIOp>(stored);
  return arith::SIToFPOp::create(f32.builder, f32.location, f32.type(), number);
}

/// Formats with fewer exponents than f32, of which all that is too large becomes the largest.
class SmallFloat {
public:
  SmallFloat(const Numbers &f32, ElementType type)
      : n(f32), words(f32, 32), type(type), fraction(fractionBits(type)), bias(exponentBias(type)),
        dropped(23 - fraction) {}

  // The bits moved to where an f16 has them, which gets subnormal ones right under every mode.
  Number load(Value stored) const {
    const Words halves(n, 16);
    const int shift = 10 - fraction;
    const int64_t signAndSize = 0x8000 | ((int64_t(1) << (exponentBits(type) + 10)) - 1);
    Value bits = halves.make<arith::ShLIOp>(halves.from<arith::ExtSIOp>(stored), shift);
    bits = halves.make<arith::AndIOp>(bits, signAndSize);
    Value half =
        arith::BitcastOp::create(n.builder, n.location, n.shaped(n.builder.getF16Type()), bits);
    Number value = n.make<arith::ExtFOp>(half);
    constexpr int biasOfF16 = 15;
    if (bias != biasOfF16)
      value = value * n.constant(std::ldexp(1.0, biasOfF16 - bias));
    if (formatOf(type) == ElementFormat::NoInfinity) // all ones read as a number
      value = select(abs(value) > largestElement(type),
                     n.constant(std::numeric_limits<double>::quiet_NaN()), value);
    return value;
  }

  Value store(Number value) const {
    Value bits = bitsOf(value), size = words.make<arith::AndIOp>(bits, 0x7fffffff);
    Value largest = words.constant(std::bit_cast<int32_t>(float(largestElement(type))));
    Value inside = words.make<arith::MinUIOp>(size, largest);
    Value odd = words.make<arith::AndIOp>(words.make<arith::ShRUIOp>(inside, dropped), 1);
    Value sum = words.make<arith::AddIOp>(inside, (int64_t(1) << (dropped - 1)) - 1 -
                                                      (int64_t(127 - bias) << 23));
    Value normal = words.make<arith::ShRUIOp>(words.make<arith::AddIOp>(sum, odd), dropped);
    Value chosen = words.select(isSubnormal(size), countOf(abs(value), leastExponent()), normal);
    const int64_t nan =
        int64_t(nearestElement(std::numeric_limits<double>::quiet_NaN(), type)) & 0x7f;
    chosen = words.select(isNan(value), words.constant(nan), chosen);
    Value sign = words.make<arith::AndIOp>(words.make<arith::ShRUIOp>(bits, 24), 0x80);
    return Words(n, 8).from<arith::TruncIOp>(words.make<arith::OrIOp>(chosen, sign));
  }

  Mask isNearTie(Number value, unsigned ulps) const {
    const int64_t tie = int64_t(1) << (dropped - 1);
    Value bits = bitsOf(value), size = words.make<arith::AndIOp>(bits, 0x7fffffff);
    Value low = words.make<arith::AndIOp>(words.make<arith::SubIOp>(bits, tie - ulps), 2 * tie - 1);
    Mask normal = words.compare(arith::CmpIPredicate::ule, low, 2 * ulps);
    // Of what is below the normal ones, an ulp is at most that of the least normal one.
    const double quantum = std::ldexp(1.0, leastExponent());
    Number origin = n.constant(counting(leastExponent()));
    Number moved = abs(value - ((value + origin) - origin));
    Mask subnormal = moved > (0.5 - ulps * std::ldexp(1.0, -dropped)) * quantum;
    return (isSubnormal(size) & subnormal) | (~isSubnormal(size) & normal);
  }

private:
  /// Of the least element above zero.
  int leastExponent() const { return 1 - bias - fraction; }
  Mask isSubnormal(Value size) const {
    return words.compare(arith::CmpIPredicate::ult, size, int64_t(128 - bias) << 23);
  }

  const Numbers &n;
  const Words words;
  const ElementType type;
  const int fraction, bias, dropped; ///< bits; bits of an f32's significand that are not stored
};

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
  case f32Letter:
    return stored;
  case f64Letter:
    return arith::BitcastOp::create(builder, location, f32.shaped(builder.getF64Type()), stored);
  default:
    return isIntegerKind(kind) ? loadInteger(f32, stored, *typeOf(kind))
                               : SmallFloat(f32, *typeOf(kind)).load(stored).value;
  }
}

Value store(Number value, char kind, Storing how) {
  switch (kind) {
  case f32Letter:
    return value.value;
  case f64Letter:
    return bitsOf(value);
  case f16Letter:
    return storeF16(value);
  case bf16Letter:
    return storeBf16(value, how);
  default:
    return isIntegerKind(kind) ? storeInteger(value, *typeOf(kind))
                               : SmallFloat(*value.numbers, *typeOf(kind)).store(value);
  }
}

Number asElement(Number value, char kind, Fit::Ties ties) {
  if (ties == Fit::Ties::ToEven)
    return value;
  return value.numbers->wrap(load(*value.numbers, store(value, kind), kind));
}

Value storeElement(Number element, char kind) {
  if (kind != bf16Letter)
    return store(element, kind);
  const Numbers &n = *element.numbers;
  const Words words(n, 32);
  Value bits = bitsOf(element), quiet = words.make<arith::OrIOp>(bits, 0x400000);
  Value upper = words.make<arith::ShRUIOp>(words.select(isNan(element), quiet, bits), 16);
  return Words(n, 16).from<arith::TruncIOp>(upper);
}

// Of two that are comparable neither is NaN.
static bool isNumberWhere(Value condition, Value value) {
  auto compare = condition.getDefiningOp<arith::CmpFOp>();
  return compare && compare.getPredicate() <= arith::CmpFPredicate::ORD &&
         compare.getPredicate() != arith::CmpFPredicate::AlwaysFalse &&
         (compare.getLhs() == value || compare.getRhs() == value);
}

// Arithmetic quiets; a call is one of f64, which was rounded.
static bool isQuiet(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto choice = dyn_cast_if_present<arith::SelectOp>(op))
    return (isQuiet(choice.getTrueValue()) ||
            isNumberWhere(choice.getCondition(), choice.getTrueValue())) &&
           isQuiet(choice.getFalseValue());
  if (auto constant = dyn_cast_if_present<arith::ConstantOp>(op)) {
    auto number = dyn_cast<DenseFPElementsAttr>(constant.getValue());
    return number && number.isSplat() && !number.getSplatValue<APFloat>().isNaN();
  }
  if (auto branch = dyn_cast_if_present<scf::IfOp>(op)) {
    const unsigned i = cast<OpResult>(value).getResultNumber();
    return isQuiet(branch.thenYield().getOperand(i)) && isQuiet(branch.elseYield().getOperand(i));
  }
  return isa_and_nonnull<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, math::FmaOp,
                         func::CallOp>(op);
}

bool hasShortNans(Value value, StringRef kinds) {
  const char known[] = {bf16Letter, char(ByteArray)};
  // Of a GPU's own NaN all bits are ones, and text for one element may be made for a GPU.
  return isa<VectorType>(value.getType()) &&
         kinds.find_first_not_of(StringRef(known, std::size(known))) == StringRef::npos &&
         isQuiet(value);
}

bool isChosen(func::FuncOp function, StringRef kinds, char kind) {
  const std::optional<ElementType> type = typeOf(kind);
  if (!type || kinds.find_first_not_of(kind) != StringRef::npos)
    return false;
  const auto isCompared = [](Operation *user) { return isa<CompareOp>(user); };
  return llvm::all_of(function.front().without_terminator(), [&](Operation &op) {
    Value result = op.getResult(0);
    if (const std::optional<double> constant = constantValue(result))
      return valueOf(nearestElement(*constant, *type), *type) == *constant ||
             llvm::all_of(result.getUsers(), isCompared);
    return isa<SelectOp, MinOp, MaxOp, NegOp, AbsOp, CompareOp, AndOp, OrOp, NotOp>(op);
  });
}

bool isDouble(char kind) { return kind == f64Letter; }

bool isNarrow(char kind) { return typeOf(kind) && bytesOf(kind) < sizeof(float); }

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
  if (kind == letterOf(ElementType::F32))
    return ~(f32.make<arith::TruncFOp>((value - width).value) ==
             f32.make<arith::TruncFOp>((value + width).value));
  const unsigned bits = 8 * bytesOf(kind);
  const Words words(f32, bits);
  Value below = store(roundToOdd(f32, value - width), kind),
        above = store(roundToOdd(f32, value + width), kind);
  Mask differ = words.compare(arith::CmpIPredicate::ne, below, above);
  if (isIntegerKind(kind))
    return differ;
  // Two zeros are as good as one.
  Value sizes = words.make<arith::AndIOp>(words.make<arith::OrIOp>(below, above),
                                          (int64_t(1) << (bits - 1)) - 1);
  return differ & words.compare(arith::CmpIPredicate::ne, sizes, 0);
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
  if (isIntegerKind(kind)) {
    Number inside = insideRange(value, *typeOf(kind)), origin = n.constant(counting(0));
    Number moved = abs(inside - ((inside + origin) - origin));
    return ~(fma(abs(inside), n.constant(ulps * 0x1p-23), moved) < 0.5);
  }
  if (kind != f16Letter)
    return SmallFloat(n, *typeOf(kind)).isNearTie(value, ulps);
  // Where ulps of elements are not a fixed number of the value's.
  Value below = storeF16(numberOf(n, words.make<arith::SubIOp>(bits, ulps)));
  Value above = storeF16(numberOf(n, words.make<arith::AddIOp>(bits, ulps)));
  return halves.compare(arith::CmpIPredicate::ne, below, above) & ~(value == 0.0);
}

Mask isNearTie(Number value, char kind, Number width, Number scale) {
  const Numbers &n = *value.numbers;
  const ElementType type = *typeOf(kind);
  Number inside = value;
  if (isInteger(type))
    inside = insideRange(value, type);
  else if (saturates(type))
    inside = atMost(atLeast(value, -largestElement(type)), largestElement(type));
  // From the element to the middle there is half an ulp, of the value's binade or of subnormals.
  Number half = n.constant(0.5);
  if (!isInteger(type)) {
    constexpr int64_t exponentField = 0x7f800000;
    const int fraction = fractionBits(type);
    Number binade = numberOf(n, Words(n, 32).make<arith::AndIOp>(bitsOf(inside), exponentField));
    half = atLeast(std::ldexp(1.0, -fraction - 1) * binade,
                   std::ldexp(1.0, -exponentBias(type) - fraction));
  }
  Number moved = abs(inside - n.wrap(load(n, store(inside, kind), kind)));
  Mask doubt = ~((half - moved) * scale > width);
  if (!saturates(type))
    return doubt;
  // Far above the largest element nothing is in doubt but the sign.
  Number size = abs(value);
  Mask isFar = (size > 2 * largestElement(type)) & (2.0 * width < size * scale);
  return doubt & ~isFar;
}

} // namespace xphi::compiler
