// MarkValues: finds what a gradient has in common with the function itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The gradient of (x − π)·a in a is x − π: no sum that differentiation made, but a value, which is
// right to its own last digits. Such sums, and the slopes that are sums, get the attribute
// `is_value`.
#include "dialect/XphiDialect.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <map>

using namespace mlir;

namespace xphi::compiler {

#define GEN_PASS_DEF_MARKVALUES
#include "XphiPasses.h.inc"

namespace {

// Gives equal expressions of any function the same number, and those of opposite sign, which lose
// as much.
class Numbering {
public:
  // By operation.
  llvm::DenseMap<Operation *, unsigned> number(func::FuncOp function) {
    llvm::DenseMap<Value, Numbered> numbers;
    for (BlockArgument argument : function.getArguments())
      numbers[argument] = {of({{}, function.getArgAttrDict(argument.getArgNumber()), {}}), false};
    llvm::DenseMap<Operation *, unsigned> operations;
    for (Operation &op : function.front().without_terminator()) {
      llvm::SmallVector<Numbered> operands;
      for (Value operand : op.getOperands())
        operands.push_back(numbers[operand]);
      const Numbered result = numberOf(op, operands);
      operations[&op] = result.number;
      numbers[op.getResult(0)] = result;
    }
    return operations;
  }

private:
  struct Numbered {
    unsigned number = 0;
    bool isNegative = false;

    unsigned withSign() const { return 2 * number + unsigned(isNegative); }
    bool operator<(const Numbered &other) const { return number < other.number; }
  };

  struct Expression {
    const void *name;
    DictionaryAttr attributes;
    std::vector<unsigned> operands;

    bool operator<(const Expression &other) const {
      const void *a = attributes.getAsOpaquePointer(), *b = other.attributes.getAsOpaquePointer();
      return std::tie(name, a, operands) < std::tie(other.name, b, other.operands);
    }
  };

  // Who made a sum does not make it another.
  static DictionaryAttr attributesOf(Operation &op) {
    if (!op.hasAttr(slopesName))
      return op.getAttrDictionary();
    NamedAttrList attributes(op.getAttrDictionary());
    attributes.erase(slopesName);
    return attributes.getDictionary(op.getContext());
  }

  Numbered numberOf(Operation &op, llvm::SmallVector<Numbered> &operands) {
    bool isNegative = false;
    const void *name = op.getName().getAsOpaquePointer();
    if (isa<NegOp>(op))
      return {operands[0].number, !operands[0].isNegative};
    if (isa<AddOp, SubOp>(op)) { // of which the first is above zero
      operands[1].isNegative ^= isa<SubOp>(op);
      name = nullptr;
      llvm::sort(operands);
      isNegative = operands[0].isNegative;
      for (Numbered &each : operands)
        each.isNegative ^= isNegative;
    } else if (isa<MulOp, DivOp>(op)) {
      isNegative = operands[0].isNegative != operands[1].isNegative;
      operands[0].isNegative = operands[1].isNegative = false;
    }
    std::vector<unsigned> all;
    for (const Numbered &each : operands)
      all.push_back(each.withSign());
    if (op.hasTrait<OpTrait::IsCommutative>() && !isa<AddOp>(op))
      llvm::sort(all);
    return {of({name, attributesOf(op), std::move(all)}), isNegative};
  }

  unsigned of(Expression expression) {
    return known.try_emplace(std::move(expression), unsigned(known.size())).first->second;
  }

  std::map<Expression, unsigned> known;
};

struct MarkValues : impl::MarkValuesBase<MarkValues> {

  void runOnOperation() final {
    Numbering numbering;
    llvm::DenseSet<unsigned> values;
    auto functions = getOperation().getOps<func::FuncOp>();
    for (func::FuncOp function : functions)
      if (!said(function, derivativeName))
        for (auto [op, number] : numbering.number(function))
          values.insert(number);
    for (func::FuncOp function : functions)
      if (said(function, derivativeName))
        for (auto [op, number] : numbering.number(function))
          if (isa<AddOp, SubOp, GeluSlopeOp, MishSlopeOp>(op) && values.contains(number))
            op->setAttr(valueName, UnitAttr::get(&getContext()));
  }
};

} // namespace

} // namespace xphi::compiler
