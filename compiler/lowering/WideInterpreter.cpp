// The operations of a function on wide numbers, one after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/WideInterpreter.h"

#include "dialect/Constants.h"
#include "dialect/ExactForm.h"
#include "dialect/XphiDialect.h"
#include "lowering/WideEvaluation.h"
#include "wide/Lanes.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSwitch.h"

#include <deque>

using namespace mlir;

namespace xphi::compiler {
namespace {

using wide::Wide;

class WideInterpreter {
public:
  explicit WideInterpreter(func::FuncOp function) : function(function) {}

  /// False if an operation is not known.
  bool run(Wide &result, const Wide *arguments) {
    numbers.clear();
    places.clear();
    conditions.clear();
    for (BlockArgument argument : function.getArguments())
      place(argument) = arguments[argument.getArgNumber()];
    for (Operation &op : function.front().without_terminator()) {
      Value value = op.getResult(0);
      if (value.getType().isInteger(1))
        conditions[value] = condition(op);
      else if (!number(op, place(value)))
        return false;
    }
    result = *places.lookup(function.front().getTerminator()->getOperand(0));
    return true;
  }

private:
  Wide &place(Value value) {
    numbers.emplace_back();
    places[value] = &numbers.back();
    return numbers.back();
  }
  const Wide *operand(Operation &op, unsigned i) const { return places.lookup(op.getOperand(i)); }

  bool condition(Operation &op) const {
    auto of = [&](unsigned i) { return conditions.lookup(op.getOperand(i)); };
    if (isa<AndOp>(op))
      return of(0) && of(1);
    if (isa<OrOp>(op))
      return of(0) || of(1);
    if (isa<NotOp>(op))
      return !of(0);
    const Wide *a = operand(op, 0), *b = operand(op, 1);
    switch (cast<CompareOp>(op).getPredicate()) {
    case Predicate::Less:
      return xphi_wide_less(a, b);
    case Predicate::LessEqual:
      return xphi_wide_less_equal(a, b);
    case Predicate::Greater:
      return xphi_wide_less(b, a);
    case Predicate::GreaterEqual:
      return xphi_wide_less_equal(b, a);
    case Predicate::Equal:
      return xphi_wide_equal(a, b);
    case Predicate::NotEqual:
      return !xphi_wide_equal(a, b);
    }
    llvm_unreachable("every predicate is handled");
  }

  bool number(Operation &op, Wide &result) const {
    if (std::optional<double> value = constantValue(op.getResult(0))) {
      if (std::optional<LongConstant> digits = longConstant(op.getResult(0)))
        xphi_wide_from_bits(&result, digits->mantissa.data(), digits->exponent, digits->negative);
      else
        xphi_wide_from_f64(&result, *value);
      return true;
    }
    if (isa<SelectOp>(op)) {
      result = *operand(op, conditions.lookup(op.getOperand(0)) ? 1 : 2);
      return true;
    }
    const llvm::StringRef name = op.getName().stripDialect();
    using Unary = void (*)(Wide *, const Wide *);
    using Binary = void (*)(Wide *, const Wide *, const Wide *);
    const Unary unary = llvm::StringSwitch<Unary>(name)
#define UNARY(name) .Case(#name, xphi_wide_##name)
#include "compiler/wide/WideFunctions.def"
#undef UNARY
                            .Default(nullptr);
    const Binary binary = llvm::StringSwitch<Binary>(name)
#define BINARY(name) .Case(#name, xphi_wide_##name)
#include "compiler/wide/WideFunctions.def"
#undef BINARY
                              .Default(nullptr);
    if (unary)
      unary(&result, operand(op, 0));
    else if (binary)
      binary(&result, operand(op, 0), operand(op, 1));
    return unary || binary;
  }

  func::FuncOp function;
  std::deque<Wide> numbers;
  llvm::DenseMap<Value, const Wide *> places;
  llvm::DenseMap<Value, bool> conditions;
};

// What xphi_wide_lanes calls has no other way to know what it is of.
struct Running {
  WideInterpreter *interpreter;
  bool ok = true;
};
thread_local Running *running = nullptr;

void evaluate(Wide *result, const Wide *arguments) {
  if (!running->interpreter->run(*result, arguments))
    running->ok = false;
}

} // namespace

std::optional<std::array<double, 2>> wideValues(func::FuncOp function, std::array<double, 2> at,
                                                bool isGrowing) {
  const BlockArgument factor = cotangentOf(function);
  if (!canBeWide(function) || function.getNumArguments() != (factor ? 2 : 1))
    return std::nullopt;
  std::vector<double> arguments;
  uint64_t growing = 0;
  for (BlockArgument argument : function.getArguments()) {
    if (argument == factor) {
      arguments.insert(arguments.end(), {1, 1});
      continue;
    }
    growing |= uint64_t(isGrowing) << argument.getArgNumber();
    arguments.insert(arguments.end(), at.begin(), at.end());
  }
  std::array<double, 2> values = {};
  const uint8_t flags[2] = {1, 1};
  const ExactForm exact(function);
  WideInterpreter interpreter(exact.function());
  Running now{&interpreter};
  running = &now;
  xphi_wide_lanes(evaluate, values.data(), flags, arguments.data(), 2,
                  int32_t(function.getNumArguments()), int64_t(growing), /*cotangent=*/-1,
                  XphiWideToOdd);
  running = nullptr;
  return now.ok ? std::optional(values) : std::nullopt;
}

} // namespace xphi::compiler
