// As a matrix is transposed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/RowsOfDoubles.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

/// Swaps what lies across the diagonal: of pairs, of pairs of pairs, and so on.
void turnOver(const Numbers &n, std::vector<Value> &square) {
  for (unsigned apart = 1; apart < n.lanes; apart *= 2) {
    llvm::SmallVector<int64_t> low, high;
    for (unsigned i = 0; i < n.lanes; ++i) {
      const bool isHigh = (i & apart) != 0; // those of the second are numbered from n.lanes on
      low.push_back(isHigh ? n.lanes + i - apart : i);
      high.push_back(isHigh ? n.lanes + i : i + apart);
    }
    for (unsigned i = 0; i < n.lanes; ++i) {
      if (i & apart)
        continue;
      Value a = square[i], b = square[i + apart];
      square[i] = vector::ShuffleOp::create(n.builder, n.location, a, b, low);
      square[i + apart] = vector::ShuffleOp::create(n.builder, n.location, a, b, high);
    }
  }
}

void define(StringRef name, const std::vector<double> &rows, unsigned columns, unsigned width,
            unsigned alignment, const Numbers &n) {
  OpBuilder &builder = n.builder;
  auto module = builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  if (module.lookupSymbol(name))
    return;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  std::vector<double> padded;
  for (auto row = rows.begin(); row != rows.end(); row += columns) {
    padded.insert(padded.end(), row, row + columns);
    padded.resize(padded.size() + width - columns);
  }
  const auto count = int64_t(padded.size());
  const auto values = DenseElementsAttr::get(RankedTensorType::get(count, builder.getF64Type()),
                                             ArrayRef<double>(padded));
  LLVM::GlobalOp::create(builder, n.location,
                         LLVM::LLVMArrayType::get(builder.getF64Type(), unsigned(count)),
                         /*isConstant=*/true, LLVM::Linkage::Internal, name, values, alignment);
}

} // namespace

std::vector<Number> columnsOf(StringRef name, const std::vector<double> &rows, unsigned columns,
                              const Numbers &n, Value index) {
  OpBuilder &builder = n.builder;
  const auto width = unsigned(llvm::alignTo(columns, n.lanes)),
             alignment = n.lanes * unsigned(sizeof(double));
  define(name, rows, columns, width, alignment, n);
  const Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  const auto rowType = LLVM::LLVMArrayType::get(builder.getF64Type(), width);
  Value table = LLVM::AddressOfOp::create(builder, n.location, pointer, name);
  std::vector<Value> places;
  for (unsigned lane = 0; lane < n.lanes; ++lane) {
    Value here = n.lanes == 1 ? index
                              : vector::ExtractOp::create(builder, n.location, index,
                                                          ArrayRef<int64_t>{lane});
    places.push_back(LLVM::GEPOp::create(builder, n.location, pointer, rowType, table,
                                         ArrayRef<LLVM::GEPArg>{here}));
  }
  std::vector<Number> result;
  for (unsigned first = 0; first < width; first += n.lanes) {
    std::vector<Value> square;
    for (Value row : places) {
      Value place = LLVM::GEPOp::create(builder, n.location, pointer, builder.getF64Type(), row,
                                        ArrayRef<LLVM::GEPArg>{int32_t(first)});
      square.push_back(LLVM::LoadOp::create(builder, n.location, n.type(), place, alignment));
    }
    turnOver(n, square);
    for (Value column : square)
      result.push_back(n.wrap(column));
  }
  result.erase(result.begin() + columns, result.end());
  return result;
}

} // namespace xphi::compiler
