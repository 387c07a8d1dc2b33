// Random well-typed programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RandomProgram.h"

#include "ProgramDraft.h"
#include "dsl/ExpandedSize.h"

#include <array>
#include <cmath>

namespace xphi::dsl {
namespace {

class Generator : ProgramDraft {
public:
  using ProgramDraft::ProgramDraft;

  Program run() {
    definition("g");
    definition("f");
    program.own = {0, 1};
    return std::move(program);
  }

private:
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
    ExprId body = expr(Type::Number, 6);
    current().body = body;
    clauses();
  }

  /// Grads before kinks, as they are printed: lets are numbered in this order.
  void clauses() {
    uint32_t count = variableCount();
    std::vector<bool> replaced(count);
    for (uint32_t variable = 0; variable < count; ++variable) {
      replaced[variable] = below(8) == 0;
      if (replaced[variable])
        current().grads.push_back({variable, clauseValue()});
    }
    for (uint32_t variable = 0; variable < count; ++variable) {
      if (replaced[variable] || below(8) > 0)
        continue;
      ExprId position = program.addNumber(number());
      current().kinks.push_back({variable, position, clauseValue()});
    }
  }

  ExprId clauseValue() { return expr(Type::Number, 3); }

  Number number() {
    switch (below(8)) {
    case 0:
      return Number::pi();
    case 1:
      return Number::e();
    case 2:
      return Number::infinity();
    case 3: {
      const double digits = static_cast<double>(random() >> 11);
      return Number::fromDouble(std::ldexp(digits, -60 + static_cast<int>(below(50))));
    }
    default:
      return Number::fromDouble(below(100));
    }
  }

  ExprId leaf(Type type) {
    if (std::optional<ExprId> name = local(type))
      return *name;
    if (type == Type::Bool) {
      Primitive comparison = static_cast<Primitive>(static_cast<int>(Primitive::Lt) + below(6));
      ExprId left = leaf(Type::Number), right = leaf(Type::Number);
      return program.addApply(comparison, std::array{left, right});
    }
    if (!current().parameters.empty() && below(4) == 0)
      return program.addParameter(below(static_cast<uint32_t>(current().parameters.size())));
    if (below(3) == 0)
      return program.addNumber(number());
    return program.addInput(below(static_cast<uint32_t>(current().inputs.size())));
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
      row = &info(
          static_cast<Primitive>((type == Type::Bool ? int(Primitive::Lt) : 0) + int(below(6))));
    std::vector<ExprId> operands;
    for (uint32_t i = 0; i < row->arity; ++i)
      operands.push_back(expr(row->operands, depth - 1));
    return program.addApply(row->primitive, operands);
  }

  ExprId expr(Type type, uint32_t depth) {
    if (depth == 0 || below(8) == 0)
      return leaf(type);
    uint32_t choice = below(10);
    if (choice == 0) {
      ExprId value = expr(below(4) == 0 ? Type::Bool : Type::Number, depth - 1);
      return let(value, [&] { return expr(type, depth - 1); });
    }
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

  uint32_t diffs = 0; ///< around the expression being made
};

} // namespace

Program randomProgram(uint64_t seed) {
  for (;; seed += 1'000'003) { // what is larger than the language allows is no program
    Program program = Generator(seed).run();
    DiagnosticList diagnostics;
    checkExpandedSize(program, false, diagnostics);
    if (!diagnostics.hasErrors())
      return program;
  }
}

} // namespace xphi::dsl
