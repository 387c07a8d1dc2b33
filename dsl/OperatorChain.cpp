// Chains of one level of operators: sums and products of any length have few levels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A short chain leans to the left, as it is written. A long one becomes a balanced tree, which has
// the same value and the same zeros, infinities and NaNs over the extended reals:
//
//   a + b - c + d    as    (a + b) + (-c + d)        not (a + b) - (c - d): 0 has a sign
//   a * b / c * d    as    (a * b) / (c / d)
//
// Printed and read again it is the same tree: no chain in it is longer than a short one.
#include "dsl/ExpressionParser.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

/// Operands of a chain that is left as it is written, and of the pieces of a longer one. Beside a
/// piece there is one operand for each halving, of which there are fewer than the difference.
constexpr size_t kShortChain = 64;
constexpr size_t kPiece = 32;
/// What the parentheses of the printed tree may add to the level of an operand.
constexpr uint32_t kTreeLevels = 16;

Primitive inverse(Primitive primitive) {
  if (primitive == Primitive::Mul)
    return Primitive::Div;
  return primitive == Primitive::Div ? Primitive::Mul : primitive;
}

} // namespace

/// The operands from left to right; redundant parentheses around the first ones are not there.
std::vector<ExpressionParser::Operand> ExpressionParser::operandsOf(SyntaxId id,
                                                                    Precedence precedence) const {
  std::vector<Operand> operands;
  for (;;) {
    const SyntaxNode &node = tree.nodes[id];
    bool goesOn = node.kind == SyntaxKind::Apply && info(node.primitive).form == Form::Infix &&
                  info(node.primitive).precedence == precedence;
    if (!goesOn)
      break;
    std::span<const SyntaxId> children = tree.children(node);
    operands.push_back({node.primitive, children[1]});
    id = children[0];
  }
  operands.push_back({{}, id});
  std::reverse(operands.begin(), operands.end());
  return operands;
}

SyntaxId ExpressionParser::chain(SyntaxId first, Precedence precedence) {
  std::vector<Operand> operands = operandsOf(first, precedence);
  size_t read = operands.size();
  for (const PrimitiveInfo *row; (row = infixOperator(kind())) && row->precedence == precedence;) {
    advance();
    Nested nested(*this, operands.size() < kPiece ? 0 : kTreeLevels);
    operands.push_back({row->primitive, expression(tighter(precedence))});
  }
  if (operands.size() > kShortChain)
    return balanced(std::move(operands), precedence);
  for (const Operand &operand : std::span(operands).subspan(read))
    first = applyInfix(operand.primitive, first, operand.value);
  return first;
}

SyntaxId ExpressionParser::balanced(std::vector<Operand> operands, Precedence precedence) {
  if (operands.size() <= kPiece) {
    SyntaxId sum = operands[0].value;
    for (const Operand &operand : std::span(operands).subspan(1))
      sum = applyInfix(operand.primitive, sum, operand.value);
    return sum;
  }
  auto middle = operands.begin() + static_cast<ptrdiff_t>(operands.size() / 2);
  Operand head = *middle;
  std::vector<Operand> rest(middle + 1, operands.end());
  operands.erase(middle, operands.end());

  if (head.primitive == Primitive::Div)
    for (Operand &operand : rest)
      operand.primitive = inverse(operand.primitive);
  if (head.primitive == Primitive::Sub)
    head = {Primitive::Add, apply(Primitive::Neg, rangeOf(head.value), {head.value})};
  std::vector<Operand> second = operandsOf(head.value, precedence);
  second.insert(second.end(), rest.begin(), rest.end());
  SyntaxId left = balanced(std::move(operands), precedence);
  return applyInfix(head.primitive, left, balanced(std::move(second), precedence));
}

SyntaxId ExpressionParser::applyInfix(Primitive primitive, SyntaxId left, SyntaxId right) {
  return apply(primitive, join(rangeOf(left), rangeOf(right)), {left, right});
}

} // namespace xphi::dsl
