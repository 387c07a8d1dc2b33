// Checking constants.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/LowerConstant.h"

namespace xphi::dsl {

std::optional<Number> namedConstant(std::string_view name) {
  if (name == "pi")
    return Number::pi();
  if (name == "e")
    return Number::e();
  if (name == "inf")
    return Number::infinity();
  return std::nullopt;
}

std::optional<ExprId> lowerNumber(const SyntaxNode &node, Program &program,
                                  DiagnosticList &diagnostics) {
  if (std::optional<Number> number = Number::decimal(node.name.text))
    return program.addNumber(std::move(*number), node.range);
  diagnostics
      .error(Code::NumberOutOfRange, node.range, "this number is outside the range of a double")
      .help("numbers reach up to about 1.8e308 and, but for zero, down to 4.9e-324");
  return std::nullopt;
}

namespace {

class ConstantLowering {
public:
  ConstantLowering(const SyntaxTree &tree, const ConstantPlace &place, DefinitionIndex definition,
                   Program &program, DiagnosticList &diagnostics)
      : tree(tree), place(place), definition(definition), program(program),
        diagnostics(diagnostics) {}

  std::optional<ExprId> expr(SyntaxId id) {
    const SyntaxNode &node = tree.nodes[id];
    if (node.kind == SyntaxKind::Error)
      return std::nullopt;
    if (node.kind == SyntaxKind::Number)
      return lowerNumber(node, program, diagnostics);
    if (node.kind == SyntaxKind::Name)
      if (std::optional<Number> constant = namedConstant(node.name.text))
        return program.addNumber(std::move(*constant), node.range);
    if (std::optional<uint32_t> parameter = parameterOf(node))
      return program.addParameter(*parameter, node.range);
    if (const PrimitiveInfo *primitive = primitiveOf(node)) {
      std::vector<ExprId> operands;
      for (SyntaxId child : tree.children(node)) {
        std::optional<ExprId> operand = expr(child);
        if (!operand)
          return std::nullopt;
        operands.push_back(*operand);
      }
      return program.addApply(primitive->primitive, operands, node.range);
    }
    diagnostics.error(place.code, node.range, std::string(place.message))
        .help(std::string(place.help));
    return std::nullopt;
  }

private:
  std::optional<uint32_t> parameterOf(const SyntaxNode &node) const {
    if (!place.parameters || node.kind != SyntaxKind::Name)
      return std::nullopt;
    const std::vector<Parameter> &known = program.definitions[definition].parameters;
    for (uint32_t i = 0; i < known.size(); ++i)
      if (known[i].name == node.name.text)
        return i;
    return std::nullopt;
  }

  const PrimitiveInfo *primitiveOf(const SyntaxNode &node) const {
    const PrimitiveInfo *row = nullptr;
    if (node.kind == SyntaxKind::Apply)
      row = &info(node.primitive);
    else if (node.kind == SyntaxKind::Call && node.argumentCount == 0)
      row = findFunction(node.name.text);
    bool isNumber = row && row->result == Type::Number && row->arity == node.childCount;
    return isNumber ? row : nullptr;
  }

  const SyntaxTree &tree;
  const ConstantPlace &place;
  DefinitionIndex definition;
  Program &program;
  DiagnosticList &diagnostics;
};

} // namespace

ExprId lowerConstant(const SyntaxTree &tree, SyntaxId id, const ConstantPlace &place,
                     DefinitionIndex definition, Program &program, DiagnosticList &diagnostics) {
  ConstantLowering lowering(tree, place, definition, program, diagnostics);
  if (std::optional<ExprId> value = lowering.expr(id))
    return *value;
  return program.addNumber(*Number::decimal("0"), tree.nodes[id].range);
}

} // namespace xphi::dsl
