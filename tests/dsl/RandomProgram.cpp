// Random well-typed programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RandomProgram.h"

#include <array>
#include <cmath>
#include <random>

namespace xphi::dsl {
namespace {

class Generator {
public:
  explicit Generator(uint64_t seed) : random(seed) {}

  Program run() {
    definition("g");
    definition("f");
    program.own = {0, 1};
    return std::move(program);
  }

private:
  struct Local {
    uint32_t let;
    Type type;
  };

  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random() % bound); }

  void definition(std::string name) {
    Definition made;
    made.name = std::move(name);
    made.inputs = {"x"};
    if (below(2) == 0)
      made.inputs.push_back("y");
    for (uint32_t i = below(3); i > 0; --i) {
      std::string parameter = "p";
      parameter += static_cast<char>('0' + i);
      ExprId value = program.addNumber(number());
      if (below(2) == 0)
        value = program.addApply(Primitive::Neg, std::array{value});
      made.parameters.push_back({parameter, value, 0, below(4) == 0});
    }
    program.definitions.push_back(std::move(made));
    locals.clear();
    ExprId body = expr(Type::Number, 6);
    program.definitions.back().body = body;
    clauses();
  }

  /// Grads before kinks, as they are printed: lets are numbered in this order.
  void clauses() {
    uint32_t count = variableCount();
    std::vector<bool> replaced(count);
    for (uint32_t variable = 0; variable < count; ++variable) {
      replaced[variable] = below(8) == 0;
      if (replaced[variable])
        program.definitions.back().grads.push_back({variable, clauseValue()});
    }
    for (uint32_t variable = 0; variable < count; ++variable) {
      if (replaced[variable] || below(8) > 0)
        continue;
      ExprId position = program.addNumber(number());
      program.definitions.back().kinks.push_back({variable, position, clauseValue()});
    }
  }

  ExprId clauseValue() {
    locals.clear();
    return expr(Type::Number, 3);
  }

  uint32_t variableCount() const {
    const Definition &current = program.definitions.back();
    return static_cast<uint32_t>(current.inputs.size() + current.parameters.size());
  }

  Number number() {
    switch (below(8)) {
    case 0:
      return Number::pi();
    case 1:
      return Number::e();
    case 2:
      return Number::infinity();
    case 3:
      return Number::fromDouble(std::ldexp(static_cast<double>(random() >> 11), -60 + below(50)));
    default:
      return Number::fromDouble(below(100));
    }
  }

  ExprId leaf(Type type) {
    std::vector<Local> usable;
    for (const Local &local : locals)
      if (local.type == type)
        usable.push_back(local);
    if (!usable.empty() && below(2) == 0) {
      const Local &local = usable[below(static_cast<uint32_t>(usable.size()))];
      return program.addLocal(local.let, type);
    }
    const Definition &current = program.definitions.back();
    if (type == Type::Bool) {
      Primitive comparison = static_cast<Primitive>(static_cast<int>(Primitive::Lt) + below(6));
      ExprId left = leaf(Type::Number), right = leaf(Type::Number);
      return program.addApply(comparison, std::array{left, right});
    }
    if (!current.parameters.empty() && below(4) == 0)
      return program.addParameter(below(static_cast<uint32_t>(current.parameters.size())));
    if (below(3) == 0)
      return program.addNumber(number());
    return program.addInput(below(static_cast<uint32_t>(current.inputs.size())));
  }

  ExprId let(Type type, uint32_t depth) {
    Type valueType = below(4) == 0 ? Type::Bool : Type::Number;
    ExprId value = expr(valueType, depth - 1);
    uint32_t index = static_cast<uint32_t>(program.definitions.back().lets.size());
    std::string name = "t";
    name += std::to_string(index);
    program.definitions.back().lets.push_back(name);
    locals.push_back({index, valueType});
    ExprId body = expr(type, depth - 1);
    locals.pop_back();
    return program.addLet(index, value, body);
  }

  ExprId derivative(uint32_t depth) {
    ++diffs;
    ExprId operand = expr(Type::Number, depth - 1);
    --diffs;
    return program.addDiff(below(variableCount()), operand);
  }

  ExprId call(uint32_t depth) {
    std::vector<ExprId> operands;
    for (size_t i = 0; i < program.definitions[0].inputs.size(); ++i)
      operands.push_back(expr(Type::Number, depth - 1));
    for (size_t i = 0; i < program.definitions[0].parameters.size(); ++i)
      operands.push_back(below(2) == 0 ? program.definitions[0].parameters[i].defaultValue
                                       : expr(Type::Number, depth - 1));
    return program.addCall(0, operands);
  }

  ExprId apply(Type type, uint32_t depth) {
    const PrimitiveInfo *row;
    do
      row = &primitives()[below(static_cast<uint32_t>(primitives().size()))];
    while (row->result != type);
    // Operators are what printing is about: prefer them to functions.
    if (row->form == Form::Function && below(2) == 0)
      row = &info(static_cast<Primitive>(below(6)));
    std::vector<ExprId> operands;
    for (uint32_t i = 0; i < row->arity; ++i)
      operands.push_back(expr(row->operands, depth - 1));
    return program.addApply(row->primitive, operands);
  }

  ExprId expr(Type type, uint32_t depth) {
    if (depth == 0 || below(8) == 0)
      return leaf(type);
    uint32_t choice = below(10);
    if (choice == 0)
      return let(type, depth);
    if (choice == 1) {
      ExprId condition = expr(Type::Bool, depth - 1);
      ExprId then = expr(type, depth - 1);
      ExprId otherwise = expr(type, depth - 1);
      return program.addIf(condition, then, otherwise);
    }
    if (choice == 2 && type == Type::Number && program.definitions.size() == 2)
      return call(depth);
    if (choice == 3 && type == Type::Number && diffs == 0)
      return derivative(depth);
    return apply(type, depth);
  }

  std::mt19937_64 random;
  Program program;
  std::vector<Local> locals;
  uint32_t diffs = 0; ///< around the expression being made
};

} // namespace

Program randomProgram(uint64_t seed) { return Generator(seed).run(); }

} // namespace xphi::dsl
