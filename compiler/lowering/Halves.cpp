// Even elements in one call, odd ones in another; or one vector after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Halves.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

class Halves {
public:
  explicit Halves(OpBuilder &builder, Location location) : b(builder), location(location) {}

  static VectorType doubled(VectorType type) {
    return VectorType::get({2 * type.getNumElements()}, type.getElementType());
  }
  static Type doubledType(Type type) {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? doubled(vector) : type;
  }

  /// A scalar is everyone's.
  Value part(Value whole, bool odd) {
    auto type = dyn_cast<VectorType>(whole.getType());
    if (!type)
      return whole;
    const int64_t count = type.getNumElements() / 2;
    if (!type.getElementType().isInteger(16)) {
      llvm::SmallVector<int64_t> places;
      for (int64_t i = 0; i < count; ++i)
        places.push_back(2 * i + odd);
      return vector::ShuffleOp::create(b, location, whole, whole, places);
    }
    Value pairs = vector::BitCastOp::create(b, location, pairType(count), whole);
    if (odd)
      pairs = arith::ShRUIOp::create(b, location, pairs, sixteen(count));
    return arith::TruncIOp::create(b, location, VectorType::get({count}, b.getI16Type()), pairs);
  }

  /// Of words of 16 bits.
  Value whole(Value even, Value odd) {
    const int64_t count = cast<VectorType>(even.getType()).getNumElements();
    const auto wide = [&](Value value) -> Value {
      return arith::ExtUIOp::create(b, location, pairType(count), value);
    };
    Value upper = arith::ShLIOp::create(b, location, wide(odd), sixteen(count)),
          pairs = arith::OrIOp::create(b, location, wide(even), upper);
    return vector::BitCastOp::create(b, location, VectorType::get({2 * count}, b.getI16Type()),
                                     pairs);
  }

private:
  VectorType pairType(int64_t count) { return VectorType::get({count}, b.getI32Type()); }
  Value sixteen(int64_t count) {
    return arith::ConstantOp::create(
        b, location, DenseElementsAttr::get(pairType(count), Attribute(b.getI32IntegerAttr(16))));
  }

  OpBuilder &b;
  const Location location;
};

} // namespace

Value someLanes(OpBuilder &builder, Location location, Value vector, unsigned first,
                unsigned count) {
  auto type = dyn_cast<VectorType>(vector.getType());
  if (!type || type.getNumElements() == count)
    return vector;
  return vector::ExtractStridedSliceOp::create(builder, location, vector, ArrayRef<int64_t>{first},
                                               ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

Value concatenated(OpBuilder &builder, Location location, ArrayRef<Value> vectors) {
  Value all = vectors.front();
  for (Value next : vectors.drop_front()) {
    const int64_t count = cast<VectorType>(all.getType()).getNumElements() +
                          cast<VectorType>(next.getType()).getNumElements();
    all = vector::ShuffleOp::create(builder, location, all, next,
                                    llvm::to_vector(llvm::seq<int64_t>(count)));
  }
  return all;
}

llvm::SmallVector<Value> callInParts(OpBuilder &builder, Location location, func::FuncOp function,
                                     ValueRange arguments, Value mask, ValueRange others,
                                     unsigned lanes) {
  const auto type = dyn_cast<VectorType>(mask.getType());
  const unsigned all = type ? unsigned(type.getNumElements()) : 1;
  if (all == lanes)
    return func::CallOp::create(builder, location, function, arguments).getResults();
  llvm::SmallVector<llvm::SmallVector<Value>> results(others.size());
  for (unsigned first = 0; first < all; first += lanes) {
    auto part = [&](ValueRange values) {
      llvm::SmallVector<Value> own;
      for (Value value : values)
        own.push_back(someLanes(builder, location, value, first, lanes));
      return own;
    };
    const llvm::SmallVector<Value> unchanged = part(others);
    Value isAny = vector::ReductionOp::create(builder, location, vector::CombiningKind::OR,
                                              someLanes(builder, location, mask, first, lanes));
    auto branch = scf::IfOp::create(builder, location, ValueRange(unchanged).getTypes(), isAny,
                                    /*withElse=*/true);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToEnd(branch.thenBlock());
      auto call = func::CallOp::create(builder, location, function, part(arguments));
      scf::YieldOp::create(builder, location, call.getResults());
      builder.setInsertionPointToEnd(branch.elseBlock());
      scf::YieldOp::create(builder, location, unchanged);
    }
    for (auto [whole, result] : llvm::zip(results, branch.getResults()))
      whole.push_back(result);
  }
  llvm::SmallVector<Value> joined;
  for (const auto &parts : results)
    joined.push_back(concatenated(builder, location, parts));
  return joined;
}

void emitOfHalves(func::FuncOp half, llvm::StringRef name) {
  OpBuilder builder(half->getContext());
  builder.setInsertionPointAfter(half);
  const Location location = half.getLoc();
  Halves halves(builder, location);
  llvm::SmallVector<Type> types, results;
  llvm::transform(half.getArgumentTypes(), std::back_inserter(types), Halves::doubledType);
  llvm::transform(half.getResultTypes(), std::back_inserter(results), Halves::doubledType);
  auto whole =
      func::FuncOp::create(builder, location, name, builder.getFunctionType(types, results));
  builder.setInsertionPointToEnd(whole.addEntryBlock());
  func::CallOp calls[2];
  for (const bool odd : {false, true}) {
    llvm::SmallVector<Value> arguments;
    for (BlockArgument argument : whole.getArguments())
      arguments.push_back(halves.part(argument, odd));
    calls[odd] = func::CallOp::create(builder, location, half, arguments);
  }
  llvm::SmallVector<Value> values;
  for (auto [even, odd] : llvm::zip(calls[0].getResults(), calls[1].getResults()))
    values.push_back(halves.whole(even, odd));
  func::ReturnOp::create(builder, location, values);
  half.setPrivate();
}

} // namespace xphi::compiler
