// Calls of the library of wide numbers, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two functions are made. `NAME.wide_number` has the function's operations on wide numbers.
// `NAME.wide8` puts eight lanes of doubles into memory and lets the library go over those that are
// asked for: it turns them into wide numbers, takes the limit where one is infinite, multiplies
// with the incoming gradient, and rounds.
#include "lowering/WideEvaluation.h"

#include "dialect/Attributes.h"
#include "dialect/Constants.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"
#include "lowering/Growth.h"
#include "wide/Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include "llvm/ADT/DenseSet.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr int64_t bytesOfNumber = sizeof(wide::Wide);
constexpr size_t mostOperations = 4000;

std::string calleeOf(Operation *op) { return ("xphi_wide_" + op->getName().stripDialect()).str(); }

// Where code is added: calls by name of functions that are declared when first needed.
class Calls {
public:
  Calls(OpBuilder &builder, ModuleOp module, Location location)
      : builder(builder), module(module), location(location) {}

  Value call(StringRef name, ValueRange operands, TypeRange results = {}) {
    declare(name, builder.getFunctionType(operands.getTypes(), results));
    auto call = func::CallOp::create(builder, location, name, results, operands);
    return results.empty() ? Value() : call.getResult(0);
  }

  Value number(Type type, int64_t value) {
    return arith::ConstantOp::create(builder, location, builder.getIntegerAttr(type, value));
  }
  Value i32(int64_t value) { return number(builder.getI32Type(), value); }
  Value i64(int64_t value) { return number(builder.getI64Type(), value); }
  Type pointer() { return LLVM::LLVMPointerType::get(builder.getContext()); }
  Value memory(Type element, int64_t count) {
    return LLVM::AllocaOp::create(builder, location, pointer(), element, i64(count), 16);
  }
  Value at(Value base, int64_t bytes) {
    if (bytes == 0)
      return base;
    return LLVM::GEPOp::create(builder, location, pointer(), builder.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{int32_t(bytes)});
  }

  OpBuilder &builder;
  ModuleOp module;
  Location location;

private:
  void declare(StringRef name, FunctionType type) {
    if (module.lookupSymbol(name))
      return;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    func::FuncOp::create(builder, location, name, type).setPrivate();
  }
};

// The operations of a function, on numbers in memory: a slot is used again when its number is not.
class NumberCode {
public:
  NumberCode(Calls &code, func::FuncOp function)
      : code(code), function(function), wanted(withoutCotangent()) {}

  func::FuncOp emit(StringRef name) {
    OpBuilder &b = code.builder;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(code.module.getBody());
    auto made = func::FuncOp::create(b, code.location, name,
                                     b.getFunctionType({code.pointer(), code.pointer()}, {}));
    made.setPrivate();
    b.setInsertionPointToEnd(made.addEntryBlock());
    Value result = made.getArgument(0), arguments = made.getArgument(1);
    for (BlockArgument argument : function.getArguments())
      places[argument] = code.at(arguments, argument.getArgNumber() * bytesOfNumber);
    noteLastUses();
    auto count =
        LLVM::AllocaOp::create(b, code.location, code.pointer(), b.getI8Type(), code.i64(0), 16);
    slots = count;
    for (Operation &op : function.front().without_terminator())
      if (uses.contains(&op))
        emit(op);
    copy(result);
    b.setInsertionPoint(count);
    count.setOperand(code.i64(bytesOfNumber * int64_t(slotCount)));
    func::ReturnOp::create(b = OpBuilder::atBlockEnd(&made.front()), code.location);
    return made;
  }

private:
  // The function's value without the incoming gradient; null for the constant one.
  Value withoutCotangent() {
    Operation *terminator = function.front().getTerminator();
    BlockArgument cotangent = cotangentOf(function);
    OpBuilder before(terminator);
    return cotangent ? without(cotangent, terminator->getOperand(0), before)
                     : terminator->getOperand(0);
  }

  // Along the operations that cotangentOf() goes back.
  static Value without(Value cotangent, Value value, OpBuilder &builder) {
    if (value == cotangent)
      return {};
    Operation *op = value.getDefiningOp();
    const Location location = value.getLoc();
    if (isa<MulOp>(op) && op->getOperand(1) == cotangent)
      return op->getOperand(0);
    Value first = without(cotangent, op->getOperand(0), builder);
    if (isa<MulOp>(op))
      return first ? MulOp::create(builder, location, first, op->getOperand(1)).getResult()
                   : op->getOperand(1);
    if (!first)
      first = ConstantOp::create(builder, location, "1");
    return isa<NegOp>(op) ? NegOp::create(builder, location, first).getResult()
                          : DivOp::create(builder, location, first, op->getOperand(1)).getResult();
  }

  // By operation, the last one that uses it; only operations that the result depends on.
  void noteLastUses() {
    llvm::SmallVector<Operation *> operations;
    for (Operation &op : function.front().without_terminator())
      operations.push_back(&op);
    if (Operation *op = wanted ? wanted.getDefiningOp() : nullptr)
      uses[op] = function.front().getTerminator();
    for (Operation *op : llvm::reverse(operations))
      if (uses.contains(op) && !constantValue(op->getResult(0)))
        for (Value operand : op->getOperands())
          if (Operation *source = operand.getDefiningOp())
            uses.try_emplace(source, op);
  }

  void emit(Operation &op) {
    Value result = op.getResult(0);
    if (result.getType().isInteger(1)) {
      conditions[result] = condition(op);
    } else {
      unsigned slot = take();
      Value place = code.at(slots, slot * bytesOfNumber);
      number(op, place);
      places[result] = place;
      slotOf[&op] = slot;
    }
    if (!constantValue(result))
      for (Value operand : op.getOperands())
        release(operand, &op);
  }

  unsigned take() {
    if (!freeSlots.empty())
      return freeSlots.pop_back_val();
    return slotCount++;
  }

  void release(Value operand, Operation *user) {
    Operation *source = operand.getDefiningOp();
    auto slot = slotOf.find(source);
    if (!source || uses.lookup(source) != user || slot == slotOf.end())
      return;
    freeSlots.push_back(slot->second);
    slotOf.erase(slot);
  }

  Value condition(Operation &op) {
    OpBuilder &b = code.builder;
    const Type i32 = b.getI32Type();
    auto of = [&](unsigned i) { return conditions.lookup(op.getOperand(i)); };
    if (isa<AndOp>(op))
      return arith::AndIOp::create(b, code.location, of(0), of(1));
    if (isa<OrOp>(op))
      return arith::OrIOp::create(b, code.location, of(0), of(1));
    if (isa<NotOp>(op))
      return arith::XOrIOp::create(b, code.location, of(0), code.i32(1));
    auto compare = cast<CompareOp>(op);
    Value left = places.lookup(compare.getLhs()), right = places.lookup(compare.getRhs());
    switch (compare.getPredicate()) {
    case Predicate::Less:
      return code.call("xphi_wide_less", {left, right}, i32);
    case Predicate::LessEqual:
      return code.call("xphi_wide_less_equal", {left, right}, i32);
    case Predicate::Greater:
      return code.call("xphi_wide_less", {right, left}, i32);
    case Predicate::GreaterEqual:
      return code.call("xphi_wide_less_equal", {right, left}, i32);
    case Predicate::Equal:
      return code.call("xphi_wide_equal", {left, right}, i32);
    case Predicate::NotEqual:
      return arith::XOrIOp::create(b, code.location,
                                   code.call("xphi_wide_equal", {left, right}, i32), code.i32(1));
    }
    llvm_unreachable("every predicate is handled");
  }

  void number(Operation &op, Value place) {
    if (std::optional<double> value = constantValue(op.getResult(0)))
      return constant(longConstant(op.getResult(0)), *value, place);
    llvm::SmallVector<Value> operands{place};
    for (Value operand : op.getOperands())
      operands.push_back(operand.getType().isInteger(1) ? conditions.lookup(operand)
                                                        : places.lookup(operand));
    code.call(calleeOf(&op), operands);
  }

  void constant(std::optional<LongConstant> digits, double value, Value place) {
    OpBuilder &b = code.builder;
    if (digits) {
      llvm::SmallVector<Value> operands{place};
      for (uint64_t word : digits->mantissa)
        operands.push_back(code.i64(int64_t(word)));
      operands.push_back(code.i64(digits->exponent));
      operands.push_back(code.i32(digits->negative));
      code.call("xphi_wide_constant", operands);
    } else {
      Value special = arith::ConstantOp::create(b, code.location, b.getF64FloatAttr(value));
      code.call("xphi_wide_from_f64", {place, special});
    }
  }

  void copy(Value result) {
    if (wanted)
      code.call("xphi_wide_select",
                {result, code.i32(1), places.lookup(wanted), places.lookup(wanted)});
    else
      constant(std::nullopt, 1, result);
  }

  Calls &code;
  func::FuncOp function;
  Value wanted, slots;
  unsigned slotCount = 0;
  llvm::SmallVector<unsigned> freeSlots;
  llvm::DenseMap<Value, Value> places, conditions;
  llvm::DenseMap<Operation *, Operation *> uses;
  llvm::DenseMap<Operation *, unsigned> slotOf;
};

// Whether a comparison is of what a sine or tangent is in.
bool comparesWaves(func::FuncOp function) {
  llvm::DenseSet<Value> waves;
  for (Operation &op : function.front().without_terminator()) {
    auto known = dyn_cast<FunctionOfOne>(op);
    const bool isWave =
        known && llvm::is_contained({FunctionFacts::Growth::Waves, FunctionFacts::Growth::Poles},
                                    known.facts().growth);
    if (!isWave &&
        llvm::none_of(op.getOperands(), [&](Value each) { return waves.contains(each); }))
      continue;
    if (isa<CompareOp>(op))
      return true;
    waves.insert(op.getResult(0));
  }
  return false;
}

// The function on lanes of doubles: of the operands, of flags, and of the values to be replaced.
func::FuncOp emitLanes(Calls &code, func::FuncOp function, StringRef name, StringRef nameOfNumber,
                       TypeRange types, unsigned lanes, bool toOdd) {
  OpBuilder &b = code.builder;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(code.module.getBody());
  const unsigned count = function.getNumArguments();
  auto made = func::FuncOp::create(b, code.location, name, b.getFunctionType(types, types.back()));
  made.setPrivate();
  const ExactForm exact(function);
  auto number = code.module.lookupSymbol<func::FuncOp>(nameOfNumber);
  if (!number)
    number = NumberCode(code, exact.function()).emit(nameOfNumber);
  b.setInsertionPointToEnd(made.addEntryBlock());
  constexpr int64_t bytesOfDouble = 8;
  Value doubles = code.memory(b.getF64Type(), int64_t(count + 1) * lanes);
  Value flags = code.memory(b.getI8Type(), lanes);
  Value values = code.at(doubles, int64_t(count) * lanes * bytesOfDouble);
  auto store = [&](Value value, Value place) {
    LLVM::StoreOp::create(b, code.location, value, place, /*alignment=*/1);
  };
  uint64_t growing = 0;
  int64_t cotangent = -1;
  for (BlockArgument argument : function.getArguments()) {
    const unsigned i = argument.getArgNumber();
    store(made.getArgument(i), code.at(doubles, int64_t(i) * lanes * bytesOfDouble));
    growing |= uint64_t(isGrowing(function, argument)) << i;
    if (argument == cotangentOf(function))
      cotangent = i;
  }
  store(made.getArgument(count), flags);
  store(made.getArgument(count + 1), values);
  Value callee = func::ConstantOp::create(b, code.location, number.getFunctionType(),
                                          SymbolRefAttr::get(number));
  code.call("xphi_wide_lanes",
            {callee, values, flags, doubles, code.i32(lanes), code.i32(count),
             code.i64(int64_t(growing)), code.i32(cotangent),
             code.i32((toOdd ? XphiWideToOdd : 0) |
                      (comparesWaves(exact.function()) ? XphiWideComparesWaves : 0))});
  Value result = LLVM::LoadOp::create(b, code.location, types.back(), values, /*alignment=*/1);
  func::ReturnOp::create(b, code.location, result);
  return made;
}

} // namespace

BlockArgument cotangentOf(func::FuncOp function) {
  auto asCotangent = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && function.getArgAttr(argument.getArgNumber(), cotangentName)
               ? argument
               : BlockArgument();
  };
  // In front of factors that come late, if any (passes/Cotangent.cpp).
  Value value = function.front().getTerminator()->getOperand(0);
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<MulOp, DivOp, NegOp>(op))
      return {};
    if (isa<MulOp>(op))
      if (BlockArgument found = asCotangent(op->getOperand(1)))
        return found;
    value = op->getOperand(0);
  }
  return asCotangent(value);
}

bool canBeWide(func::FuncOp function) {
  const auto operations = llvm::count_if(function.front().without_terminator(),
                                         [](Operation &op) { return !isa<FittedOp>(op); });
  return function.getNumArguments() <= 64 && size_t(operations) <= mostOperations &&
         function.getNumResults() == 1 &&
         llvm::none_of(function.getArgumentTypes(), [](Type type) { return type.isInteger(1); });
}

Number replaceByWide(func::FuncOp function, Number value, Mask where, ValueRange arguments,
                     bool toOdd) {
  const Numbers &n = *value.numbers;
  auto module = function->getParentOfType<ModuleOp>();
  Calls code(n.builder, module, n.location);
  Type bytes = n.shaped(n.builder.getI8Type());
  llvm::SmallVector<Value> operands(arguments);
  operands.push_back(arith::ExtUIOp::create(n.builder, n.location, bytes, where.value));
  operands.push_back(value.value);
  // As many lanes, rounded likewise, are one function; all have one for a number.
  const std::string stem = (function.getName() + ".wide").str(),
                    name = stem + std::to_string(n.lanes) + (toOdd ? "" : ".nearest");
  if (!module.lookupSymbol(name))
    emitLanes(code, function, name, stem + "_number", ValueRange(operands).getTypes(), n.lanes,
              toOdd);
  return n.wrap(code.call(name, operands, n.type()));
}

Number replaceDoubtful(func::FuncOp function, Number value, Mask doubtful, ValueRange arguments,
                       bool toOdd) {
  OpBuilder &builder = value.numbers->builder;
  const Location location = value.numbers->location;
  auto branch = scf::IfOp::create(builder, location, value.value.getType(), any(doubtful),
                                  /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(builder, location,
                       replaceByWide(function, value, doubtful, arguments, toOdd).value);
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, location, value.value);
  return value.numbers->wrap(branch.getResult(0));
}

} // namespace xphi::compiler
