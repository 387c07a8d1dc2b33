// Calls for parts of a vector, and a branch around each.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/VectorParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xphi::compiler {

namespace {

Value indexOf(OpBuilder &builder, Location location, Value index, unsigned lane) {
  return arith::AddIOp::create(
      builder, location, index,
      arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(lane)));
}

/// Of values that functions of lanes take: vectors, scalars, and the index of the first lane.
llvm::SmallVector<Value> someLanesOf(OpBuilder &builder, Location location, ValueRange values,
                                     unsigned first, unsigned count) {
  llvm::SmallVector<Value> own;
  for (Value value : values)
    own.push_back(value.getType().isInteger(64)
                      ? indexOf(builder, location, value, first)
                      : someLanes(builder, location, value, first, count));
  return own;
}

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

llvm::SmallVector<Type> typesOfLanes(TypeRange types, unsigned lanes) {
  llvm::SmallVector<Type> result;
  for (Type type : types) {
    auto vector = dyn_cast<VectorType>(type);
    result.push_back(vector ? VectorType::get({int64_t(lanes)}, vector.getElementType()) : type);
  }
  return result;
}

func::FuncOp emitOfParts(func::FuncOp part, unsigned lanesOfPart, unsigned lanes) {
  if (lanesOfPart == lanes)
    return part;
  OpBuilder builder(part->getContext());
  builder.setInsertionPointAfter(part);
  const Location location = part.getLoc();
  auto whole =
      func::FuncOp::create(builder, location, (part.getName() + ".vector").str(),
                           builder.getFunctionType(typesOfLanes(part.getArgumentTypes(), lanes),
                                                   typesOfLanes(part.getResultTypes(), lanes)));
  whole.setPrivate();
  builder.setInsertionPointToEnd(whole.addEntryBlock());
  llvm::SmallVector<llvm::SmallVector<Value>> results(whole.getNumResults());
  for (unsigned first = 0; first < lanes; first += lanesOfPart) {
    auto call = func::CallOp::create(
        builder, location, part,
        someLanesOf(builder, location, whole.getArguments(), first, lanesOfPart));
    for (auto [all, result] : llvm::zip(results, call.getResults()))
      all.push_back(result);
  }
  llvm::SmallVector<Value> joined;
  for (const auto &parts : results)
    joined.push_back(concatenated(builder, location, parts));
  func::ReturnOp::create(builder, location, joined);
  return whole;
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
      return someLanesOf(builder, location, values, first, lanes);
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

} // namespace xphi::compiler
