// Even elements in one call, odd ones in another; or lower ones and upper ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/Halves.h"

#include "lowering/ElementConditions.h"
#include "lowering/VectorParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

class Halves {
public:
  Halves(OpBuilder &builder, Location location, ElementType type)
      : b(builder), location(location), areInterleaved(type == ElementType::BF16) {}

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
    if (!areInterleaved)
      return someLanes(b, location, whole, unsigned(odd * count), unsigned(count));
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
    if (!areInterleaved)
      return concatenated(b, location, {even, odd});
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
  const bool areInterleaved;
};

// An empty function of this name, behind `half`, and the builder in it.
func::FuncOp emitWhole(OpBuilder &builder, func::FuncOp half, llvm::StringRef name) {
  builder.setInsertionPointAfter(half);
  llvm::SmallVector<Type> types, results;
  llvm::transform(half.getArgumentTypes(), std::back_inserter(types), Halves::doubledType);
  llvm::transform(half.getResultTypes(), std::back_inserter(results), Halves::doubledType);
  auto whole =
      func::FuncOp::create(builder, half.getLoc(), name, builder.getFunctionType(types, results));
  builder.setInsertionPointToEnd(whole.addEntryBlock());
  return whole;
}

/// What the calls for both parts give, one after the other.
llvm::SmallVector<Value> callOfHalves(OpBuilder &builder, func::FuncOp half, func::FuncOp whole,
                                      Halves &halves) {
  llvm::SmallVector<Value> parts;
  for (const bool odd : {false, true}) {
    llvm::SmallVector<Value> arguments;
    for (BlockArgument argument : whole.getArguments())
      arguments.push_back(halves.part(argument, odd));
    auto call = func::CallOp::create(builder, half.getLoc(), half, arguments);
    llvm::append_range(parts, call.getResults());
  }
  return parts;
}

llvm::SmallVector<Value> joined(ValueRange parts, Halves &halves) {
  const std::size_t count = parts.size() / 2;
  llvm::SmallVector<Value> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(halves.whole(parts[i], parts[count + i]));
  return values;
}

} // namespace

void emitOfHalves(func::FuncOp half, llvm::StringRef name, ElementType type) {
  OpBuilder builder(half->getContext());
  func::FuncOp whole = emitWhole(builder, half, name);
  Halves halves(builder, half.getLoc(), type);
  func::ReturnOp::create(builder, half.getLoc(),
                         joined(callOfHalves(builder, half, whole, halves), halves));
  half.setPrivate();
}

namespace {

/// A body that goes on with what is right where its usual half is not.
class Whole {
public:
  Whole(const UsualHalf &given, llvm::StringRef name, ElementType type)
      : usual(given), type(type), builder(usual.half->getContext()), location(usual.half.getLoc()),
        types(usual.half.getResultTypes()), whole(emitWhole(builder, usual.half, name)),
        halves(builder, location, type) {
    if (type == ElementType::BF16)
      types.assign(whole.getResultTypes().begin(), whole.getResultTypes().end());
    else
      llvm::append_range(types, usual.half.getResultTypes());
  }

  void emit() {
    llvm::SmallVector<Value> values;
    if (usual.other) {
      const Numbers scalar(builder, location, builder.getF32Type(), 1);
      values = oneOf(
          usual.isOther(scalar, whole.getArguments()), [&] { return parts(usual.other); },
          [&] { return usually(); });
    } else {
      values = usually();
    }
    if (type != ElementType::BF16)
      values = joined(values, halves);
    func::ReturnOp::create(builder, location, values);
  }

private:
  using Values = llvm::SmallVector<Value>;

  Values usually() {
    if (!usual.outside)
      return parts(usual.half);
    if (const std::optional<Value> asked = askedOfWords())
      return oneOf(
          any(*asked), [&] { return parts(usual.complete); }, [&] { return parts(usual.half); });
    // Each half says whether any of its lanes is outside.
    Operation *end = usual.half.front().getTerminator();
    OpBuilder inHalf(end);
    Value said =
        vector::ReductionOp::create(inHalf, location, vector::CombiningKind::OR, usual.outside);
    end->insertOperands(end->getNumOperands(), said);
    usual.half.setType(
        builder.getFunctionType(usual.half.getArgumentTypes(), end->getOperandTypes()));
    Values values = callOfHalves(builder, usual.half, whole, halves);
    const std::size_t count = values.size() / 2 - 1;
    Value first = values[count], second = values.pop_back_val();
    values.erase(values.begin() + long(count));
    values = ready(std::move(values));
    Value isOutside = arith::OrIOp::create(builder, location, first, second);
    return oneOf(isOutside, [&] { return parts(usual.complete); }, [&] { return values; });
  }

  std::optional<Value> askedOfWords() {
    llvm::SmallVector<LoadedElements> loaded;
    unsigned lanes = 0;
    for (auto [number, elements] : llvm::zip(usual.loaded, whole.getArguments()))
      if (auto vector = dyn_cast<VectorType>(elements.getType());
          vector && vector.getElementType().isInteger(16)) {
        loaded.push_back({number, elements});
        lanes = unsigned(vector.getNumElements());
      }
    const ElementWords words(builder, location, type, lanes);
    return askedOfElements(usual.outside, words, loaded);
  }

  Value any(Value lanes) {
    return vector::ReductionOp::create(builder, location, vector::CombiningKind::OR, lanes);
  }

  Values parts(func::FuncOp half) { return ready(callOfHalves(builder, half, whole, halves)); }

  // Of bf16 two are joined where they are made, as numbers of 32 bits; of f16 where they are
  // stored.
  Values ready(Values values) {
    return type == ElementType::BF16 ? joined(values, halves) : values;
  }

  template <class First, class Second> Values oneOf(Value condition, First first, Second second) {
    auto branch = scf::IfOp::create(builder, location, types, condition, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    scf::YieldOp::create(builder, location, first());
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, location, second());
    return Values(branch.getResults());
  }

  UsualHalf usual;
  const ElementType type;
  OpBuilder builder;
  const Location location;
  llvm::SmallVector<Type> types; ///< of the results of both halves
  func::FuncOp whole;
  Halves halves;
};

} // namespace

void emitOfHalves(const UsualHalf &usual, llvm::StringRef name, ElementType type) {
  Whole(usual, name, type).emit();
  for (func::FuncOp each : {usual.half, usual.complete, usual.other})
    if (each)
      each.setPrivate();
}

} // namespace xphi::compiler
