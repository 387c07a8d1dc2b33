// The operations as Evaluation.cpp has them in floats: the second of two that are equal is left.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ChosenElements.h"

#include "abi/OperandKind.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"
#include "lowering/Storage.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

using arith::CmpFPredicate;

class Chosen {
public:
  Chosen(func::FuncOp function, const ElementWords &words, ArrayRef<Value> arguments)
      : function(function), words(words), arguments(arguments) {
    values.map(function.getArguments(), arguments);
  }

  std::optional<Value> run() {
    for (Operation &op : function.front().without_terminator()) {
      const std::optional<Value> value = constantValue(op.getResult(0))
                                             ? words.number(*constantValue(op.getResult(0)))
                                             : evaluate(op);
      if (!value)
        return std::nullopt;
      values.map(op.getResult(0), *value);
    }
    Value result = of(function.front().getTerminator()->getOperand(0));
    for (std::size_t i = 0; i < arguments.size(); i += 2)
      result =
          words.keepNan(result, arguments[i], arguments[std::min(i + 1, arguments.size() - 1)]);
    return result;
  }

private:
  Value of(Value value) const { return values.lookup(value); }

  std::optional<Value> evaluate(Operation &op) {
    const auto operand = [&](unsigned i) { return of(op.getOperand(i)); };
    const auto make = [&]<class Op>(Op *) {
      return Op::create(words.builder, words.location, operand(0), operand(1)).getResult();
    };
    using Result = std::optional<Value>;
    return llvm::TypeSwitch<Operation *, Result>(&op)
        .Case([&](SelectOp) { return words.select(operand(0), operand(1), operand(2)); })
        .Case([&](NegOp) { return words.negated(operand(0)); })
        .Case([&](AbsOp) { return words.magnitude(operand(0)); })
        .Case([&](AndOp) { return make((arith::AndIOp *)nullptr); })
        .Case([&](OrOp) { return make((arith::OrIOp *)nullptr); })
        .Case([&](NotOp) { return words.opposite(operand(0)); })
        .Case([&](MaxOp) { return extreme(op, CmpFPredicate::OLT); })
        .Case([&](MinOp) { return extreme(op, CmpFPredicate::OGT); })
        .Case([&](CompareOp compare) {
          const std::optional<Value> holds = compared(op, predicateOf(compare.getPredicate()));
          const bool isOpposite = holds && compare.getPredicate() == Predicate::NotEqual;
          return isOpposite ? words.opposite(*holds) : holds;
        })
        .Default([](Operation *) { return Result(); });
  }

  /// The constant where the other compares so with it.
  std::optional<Value> extreme(Operation &op, CmpFPredicate wins) {
    const std::optional<Value> second = compared(op, wins);
    if (!second)
      return std::nullopt;
    return words.select(*second, of(op.getOperand(1)), of(op.getOperand(0)));
  }

  std::optional<Value> compared(Operation &op, CmpFPredicate predicate) {
    const std::optional<double> number = constantValue(op.getOperand(1));
    if (!number || constantValue(op.getOperand(0)))
      return std::nullopt;
    return words.compare(predicate, of(op.getOperand(0)), *number);
  }

  static CmpFPredicate predicateOf(Predicate predicate) {
    switch (predicate) {
    case Predicate::Less:
      return CmpFPredicate::OLT;
    case Predicate::LessEqual:
      return CmpFPredicate::OLE;
    case Predicate::Greater:
      return CmpFPredicate::OGT;
    case Predicate::GreaterEqual:
      return CmpFPredicate::OGE;
    case Predicate::Equal:
    case Predicate::NotEqual:
      return CmpFPredicate::OEQ;
    }
    llvm_unreachable("every predicate has a case");
  }

  func::FuncOp function;
  const ElementWords &words;
  const ArrayRef<Value> arguments;
  IRMapping values;
};

} // namespace

bool emitOfElements(StringRef name, ArrayRef<func::FuncOp> functions, StringRef kinds,
                    StringRef outputs, unsigned lanes) {
  const std::optional<ElementType> type = typeOf(kinds.front());
  if (lanes == 1 || !type || sizeOf(*type) != 2 || outputs.size() != functions.size())
    return false;
  for (auto [i, function] : llvm::enumerate(functions))
    if (!isChosen(function, kinds, outputs[i]) ||
        func::FuncOp(function).getNumArguments() != kinds.size())
      return false;
  OpBuilder builder(functions.front());
  const Location location = functions.front()->getLoc();
  const ElementWords words(builder, location, *type, lanes);
  const llvm::SmallVector<Type> types(kinds.size(), words.type()),
      results(outputs.size(), words.type());
  auto body =
      func::FuncOp::create(builder, location, name, builder.getFunctionType(types, results));
  builder.setInsertionPointToEnd(body.addEntryBlock());
  llvm::SmallVector<Value> values;
  for (func::FuncOp function : functions) {
    const std::optional<Value> value =
        Chosen(function, words, llvm::SmallVector<Value>(body.getArguments())).run();
    if (!value) {
      body.erase();
      return false;
    }
    values.push_back(*value);
  }
  func::ReturnOp::create(builder, location, values);
  return true;
}

} // namespace xphi::compiler
