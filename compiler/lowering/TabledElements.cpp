// A choice between bounds or few results where that is all there is to it; bytes as rows of 16 in
// registers, told apart by the upper four bits; all else in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/TabledElements.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "abi/OperandKind.h"
#include "lowering/RunsOfBytes.h"
#include "lowering/Storage.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <limits>
#include <optional>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr unsigned rowLength = 16;

/// Lanes of bytes.
class Bytes {
public:
  Bytes(const Numbers &f32, Value elements, ArrayRef<uint32_t> table)
      : b(f32.builder), location(f32.location), lanes(f32.lanes), elements(elements),
        table(table.begin(), table.end()) {}

  /// Of integers, where the table only keeps them between two.
  std::optional<Value> asBounds(bool isSigned) const {
    const auto number = [&](uint32_t bits) { return isSigned ? int(int8_t(bits)) : int(bits); };
    int least = number(table[0]), most = least;
    for (const uint8_t each : table) {
      least = std::min(least, number(each));
      most = std::max(most, number(each));
    }
    for (uint32_t bits = 0; bits < ElementTable::size; ++bits)
      if (std::clamp(number(bits), least, most) != number(table[bits]))
        return std::nullopt;
    const auto bound = [&]<class Signed, class Unsigned>(Value value, int limit, Signed *,
                                                         Unsigned *) -> Value {
      if (isSigned)
        return Signed::create(b, location, value, constant(limit));
      return Unsigned::create(b, location, value, constant(limit));
    };
    Value value = elements;
    if (least != (isSigned ? INT8_MIN : 0))
      value = bound(value, least, (arith::MaxSIOp *)nullptr, (arith::MaxUIOp *)nullptr);
    if (most != (isSigned ? INT8_MAX : UINT8_MAX))
      value = bound(value, most, (arith::MinSIOp *)nullptr, (arith::MinUIOp *)nullptr);
    return value;
  }

  /// With an instruction that looks up 16 bytes.
  Value inRegisters() {
    lower = arith::AndIOp::create(b, location, elements, constant(rowLength - 1));
    return lookedUp(table, 0);
  }

private:
  Type type() const { return VectorType::get({int64_t(lanes)}, b.getI8Type()); }

  Value constant(int64_t byte) const { return constants(llvm::SmallVector<uint8_t>(lanes, byte)); }
  Value constants(ArrayRef<uint8_t> bytes) const {
    llvm::SmallVector<Attribute> each;
    for (const uint8_t byte : bytes)
      each.push_back(b.getIntegerAttr(b.getI8Type(), int8_t(byte)));
    return arith::ConstantOp::create(b, location,
                                     DenseElementsAttr::get(cast<ShapedType>(type()), each));
  }

  /// Of a part of the table, which the highest `known` bits tell.
  Value lookedUp(ArrayRef<uint8_t> part, unsigned known) {
    if (llvm::all_equal(part))
      return constant(part[0]);
    if (part.size() == rowLength)
      return row(part);
    const ArrayRef<uint8_t> below = part.take_front(part.size() / 2),
                            above = part.take_back(part.size() / 2);
    Value low = lookedUp(below, known + 1);
    if (below == above)
      return low;
    Value high = lookedUp(above, known + 1);
    Value isHigh = elements;
    if (known > 0)
      isHigh = arith::ShLIOp::create(b, location, elements, constant(known));
    isHigh = arith::CmpIOp::create(b, location, arith::CmpIPredicate::slt, isHigh, constant(0));
    return arith::SelectOp::create(b, location, isHigh, high, low);
  }

  Value row(ArrayRef<uint8_t> bytes) {
    llvm::SmallVector<uint8_t> repeated;
    while (repeated.size() < lanes)
      repeated.append(bytes.begin(), bytes.end());
    const char *name = lanes == 64 ? "llvm.x86.avx512.pshuf.b.512" : "llvm.x86.avx2.pshuf.b";
    Value operands[] = {constants(repeated), lower};
    return LLVM::CallIntrinsicOp::create(b, location, type(), b.getStringAttr(name), operands)
        .getResult(0);
  }

  OpBuilder &b;
  const Location location;
  const unsigned lanes;
  const Value elements;
  const llvm::SmallVector<uint8_t> table;
  Value lower;
};

/// The same words have one name.
Value tableInMemory(OpBuilder &b, Location location, ArrayRef<uint32_t> words) {
  const auto bytes = ArrayRef(reinterpret_cast<const uint8_t *>(words.data()), 4 * words.size());
  const std::string name = "elements" + llvm::utohexstr(llvm::xxh3_64bits(bytes));
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  const Type word = b.getI32Type();
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    const auto count = int64_t(words.size());
    LLVM::GlobalOp::create(b, location, LLVM::LLVMArrayType::get(word, unsigned(count)),
                           /*isConstant=*/true, LLVM::Linkage::Internal, name,
                           DenseElementsAttr::get(RankedTensorType::get(count, word), words),
                           /*alignment=*/64);
  }
  return LLVM::AddressOfOp::create(b, location, LLVM::LLVMPointerType::get(b.getContext()), name);
}

/// Words of 32 bits, a lane each.
Value gathered(const Numbers &f32, Value elements, ArrayRef<uint32_t> words) {
  OpBuilder &b = f32.builder;
  const Location location = f32.location;
  const Type pointer = LLVM::LLVMPointerType::get(b.getContext()), word = b.getI32Type();
  Value start = tableInMemory(b, location, words),
        places = arith::ExtUIOp::create(b, location, f32.shaped(word), elements),
        each = LLVM::GEPOp::create(b, location, f32.shaped(pointer), word, start,
                                   ArrayRef<LLVM::GEPArg>{places});
  if (f32.lanes == 1)
    return LLVM::LoadOp::create(b, location, word, each);
  const Type masks = f32.shaped(b.getI1Type());
  Value all = arith::ConstantOp::create(b, location,
                                        DenseElementsAttr::get(cast<ShapedType>(masks), true)),
        nothing = f32.bitsConstant(0);
  return LLVM::masked_gather::create(b, location, f32.shaped(word), each, all, nothing, 4);
}

llvm::SmallVector<uint8_t> bytesOf(ArrayRef<uint32_t> words) {
  return llvm::SmallVector<uint8_t>(words.begin(), words.end());
}

Value resultOf(const Numbers &f32, Value element, char input, char output,
               const ElementTable &table, bool isX86) {
  OpBuilder &b = f32.builder;
  const ElementType type = *typeOf(output);
  if (sizeOf(type) == 1) {
    Bytes bytes(f32, element, table.results);
    if (input == output && isInteger(type))
      if (const std::optional<Value> bounds =
              bytes.asBounds(fractionBits(type) < int(8 * sizeOf(type))))
        return *bounds;
    if (const std::optional<Value> few = keptOrOneOfFew(f32, element, bytesOf(table.results)))
      return *few;
    if (isX86 && f32.lanes >= 32)
      return bytes.inRegisters();
  }
  Value words = gathered(f32, element, table.results);
  if (type == ElementType::F32)
    return arith::BitcastOp::create(b, f32.location, f32.type(), words);
  return arith::TruncIOp::create(b, f32.location,
                                 f32.shaped(b.getIntegerType(unsigned(8 * sizeOf(type)))), words);
}

/// What a gradient is multiplied by.
class Slopes {
public:
  explicit Slopes(const ElementTable &table) : table(table) {
    std::array<unsigned, ElementTable::size> choices;
    for (std::size_t bits = 0; bits != ElementTable::size; ++bits) {
      const auto at = std::ranges::find_if(
          different, [&](float slope) { return isSame(slope, table.slopes[bits]); });
      choices[bits] = unsigned(at - different.begin());
      if (at == different.end())
        different.push_back(table.slopes[bits]);
    }
    runs = RunsOfBytes::of(choices);
  }

  Number times(Number dy, Value element) const {
    const Numbers &f32 = *dy.numbers;
    const Number slope = at(f32, element), product = slope * dy;
    if (!table.zerosAreChosen)
      return product;
    const Mask isNothing = slope == f32.constant(0) & f32.constant(HUGE_VAL) == abs(dy);
    return select(isNothing, f32.constant(0), product);
  }

  /// The same of bytes, where there are few slopes and each makes few different ones of them.
  std::optional<Value> timesBytes(const Numbers &f32, Value dy, ElementType type,
                                  Value element) const {
    if (!runs)
      return std::nullopt;
    llvm::SmallVector<Value> products;
    for (const float slope : different) {
      llvm::SmallVector<uint8_t> product;
      for (unsigned bits = 0; bits != ElementTable::size; ++bits)
        product.push_back(uint8_t(nearestElement(timesNumber(slope, valueOf(bits, type)), type)));
      const std::optional<Value> few = keptOrOneOfFew(f32, dy, product);
      if (!few)
        return std::nullopt;
      products.push_back(*few);
    }
    return runs->chosen(f32, element, products);
  }

private:
  static bool isSame(float a, float b) {
    return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
  }

  float timesNumber(float slope, double dy) const {
    return table.zerosAreChosen && slope == 0 && std::isinf(dy) ? 0 : slope * float(dy);
  }

  Number at(const Numbers &f32, Value element) const {
    if (!runs) {
      llvm::SmallVector<uint32_t> words;
      for (const float slope : table.slopes)
        words.push_back(std::bit_cast<uint32_t>(slope));
      return f32.make<arith::BitcastOp>(gathered(f32, element, words));
    }
    llvm::SmallVector<Value> outcomes;
    for (const float slope : different)
      outcomes.push_back(f32.constant(slope).value);
    return f32.wrap(runs->chosen(f32, element, outcomes));
  }

  const ElementTable &table;
  llvm::SmallVector<float> different;
  std::optional<RunsOfBytes> runs;
};

} // namespace

void emitOfTable(OpBuilder &builder, Location location, StringRef name, StringRef inputs,
                 char output, unsigned lanes, const ElementTable &table, bool isX86) {
  const Numbers f32(builder, location, builder.getF32Type(), lanes);
  llvm::SmallVector<Type> types;
  for (const char kind : inputs)
    types.push_back(storedType(f32, kind));
  auto body = func::FuncOp::create(builder, location, name,
                                   builder.getFunctionType(types, {storedType(f32, output)}));
  builder.setInsertionPointToEnd(body.addEntryBlock());
  Value element = body.getArgument(0), result;
  if (table.slopes.empty()) {
    result = resultOf(f32, element, inputs[0], output, table, isX86);
  } else {
    const Slopes slopes(table);
    std::optional<Value> bytes;
    if (inputs[1] == output && sizeOf(*typeOf(output)) == 1)
      bytes = slopes.timesBytes(f32, body.getArgument(1), *typeOf(output), element);
    const Number dy = f32.wrap(load(f32, body.getArgument(1), inputs[1]));
    result = bytes ? *bytes : store(slopes.times(dy, element), output);
  }
  func::ReturnOp::create(builder, location, result);
}

} // namespace xphi::compiler
