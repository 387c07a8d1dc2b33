// Eight loads of half a row twice, and a transposition that crosses no 128 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/RowsInMemory.h"

#include "lowering/VectorParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

#include <array>
#include <cassert>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr unsigned lanes = 8, half = 4, columns = 8, bytesOfRow = columns * sizeof(float);

/// The same table has one name.
std::string define(const Numbers &n, const std::vector<float> &table) {
  const auto bytes = ArrayRef(reinterpret_cast<const uint8_t *>(table.data()), 4 * table.size());
  const std::string name = "rows" + llvm::utohexstr(llvm::xxh3_64bits(bytes));
  OpBuilder &b = n.builder;
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    const auto count = int64_t(table.size());
    const auto values = DenseElementsAttr::get(RankedTensorType::get(count, b.getF32Type()),
                                               ArrayRef<float>(table));
    LLVM::GlobalOp::create(b, n.location, LLVM::LLVMArrayType::get(b.getF32Type(), unsigned(count)),
                           /*isConstant=*/true, LLVM::Linkage::Internal, name, values, bytesOfRow);
  }
  return name;
}

Value shuffle(const Numbers &n, Value a, Value b, ArrayRef<int64_t> places) {
  return vector::ShuffleOp::create(n.builder, n.location, a, b, places);
}

/// Four columns of eight rows, of which two stand in each of these.
void turnOver(const Numbers &n, Value *rows) {
  constexpr int64_t low[] = {0, 8, 1, 9, 4, 12, 5, 13}, high[] = {2, 10, 3, 11, 6, 14, 7, 15},
                    first[] = {0, 1, 8, 9, 4, 5, 12, 13}, second[] = {2, 3, 10, 11, 6, 7, 14, 15};
  Value a = shuffle(n, rows[0], rows[1], low), b = shuffle(n, rows[0], rows[1], high),
        c = shuffle(n, rows[2], rows[3], low), d = shuffle(n, rows[2], rows[3], high);
  rows[0] = shuffle(n, a, c, first);
  rows[1] = shuffle(n, a, c, second);
  rows[2] = shuffle(n, b, d, first);
  rows[3] = shuffle(n, b, d, second);
}

/// Of one vector.
std::array<Value, columns> columnsOf(const Numbers &f32, Value words, uint32_t first,
                                     const std::vector<float> &table) {
  OpBuilder &b = f32.builder;
  const Type pointer = LLVM::LLVMPointerType::get(b.getContext()), byte = b.getI8Type();
  Value start = LLVM::AddressOfOp::create(b, f32.location, pointer, define(f32, table));
  // An index that is an attribute has 29 bits.
  constexpr unsigned shift = 5;
  static_assert(bytesOfRow == 1 << shift);
  Value toOrigin = arith::ConstantIntOp::create(b, f32.location, -int64_t(first << shift), 64);
  start =
      LLVM::GEPOp::create(b, f32.location, pointer, byte, start, ArrayRef<LLVM::GEPArg>{toOrigin});
  const auto last = first + uint32_t(table.size() / columns) - 1;
  words = arith::MinSIOp::create(b, f32.location, words, f32.bitsConstant(last));
  words = arith::MaxSIOp::create(b, f32.location, words, f32.bitsConstant(first));
  // Two offsets leave a vector at once.
  const Type longWord = b.getI64Type();
  Value offsets = arith::ShLIOp::create(b, f32.location, words, f32.bitsConstant(shift)),
        twos = vector::BitCastOp::create(b, f32.location, VectorType::get({lanes / 2}, longWord),
                                         offsets),
        width = arith::ConstantIntOp::create(b, f32.location, 32, 64),
        lower = arith::ConstantIntOp::create(b, f32.location, UINT32_MAX, 64);
  Value rows[lanes];
  auto locate = [&](unsigned row, Value offset) {
    rows[row] =
        LLVM::GEPOp::create(b, f32.location, pointer, byte, start, ArrayRef<LLVM::GEPArg>{offset});
  };
  for (unsigned i = 0; i < lanes; i += 2) {
    Value two = vector::ExtractOp::create(b, f32.location, twos, ArrayRef<int64_t>{i / 2});
    locate(i, arith::AndIOp::create(b, f32.location, two, lower));
    locate(i + 1, arith::ShRUIOp::create(b, f32.location, two, width));
  }
  const Type halfType = VectorType::get({half}, b.getF32Type());
  auto load = [&](Value row, unsigned from) -> Value {
    Value place = LLVM::GEPOp::create(b, f32.location, pointer, b.getF32Type(), row,
                                      ArrayRef<LLVM::GEPArg>{int32_t(from)});
    return LLVM::LoadOp::create(b, f32.location, halfType, place, half * sizeof(float));
  };
  std::array<Value, columns> result;
  for (unsigned from = 0; from < columns; from += half) {
    Value *both = &result[from];
    for (unsigned i = 0; i < half; ++i)
      both[i] =
          shuffle(f32, load(rows[i], from), load(rows[i + half], from), {0, 1, 2, 3, 4, 5, 6, 7});
    turnOver(f32, both);
  }
  return result;
}

} // namespace

llvm::SmallVector<Number> columnsOfRows(const Numbers &f32, Value words, uint32_t first,
                                        const std::vector<float> &table) {
  assert(f32.lanes % lanes == 0 && !f32.isDouble());
  OpBuilder &b = f32.builder;
  const Numbers one(b, f32.location, f32.element, lanes);
  std::array<llvm::SmallVector<Value>, columns> parts;
  for (unsigned from = 0; from < f32.lanes; from += lanes)
    for (auto [column, part] : llvm::zip_equal(
             columnsOf(one, someLanes(b, f32.location, words, from, lanes), first, table), parts))
      part.push_back(column);
  llvm::SmallVector<Number> result;
  for (const llvm::SmallVector<Value> &column : parts)
    result.push_back(f32.wrap(concatenated(b, f32.location, column)));
  return result;
}

} // namespace xphi::compiler
