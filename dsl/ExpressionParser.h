// Parsing expressions: precedence climbing for operators, recursive descent for the rest.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Syntax.h"
#include "dsl/TokenCursor.h"

#include <initializer_list>

namespace xphi::dsl {

/// Null if the token is no operator between two operands.
const PrimitiveInfo *infixOperator(TokenKind kind);
/// The level above.
Precedence tighter(Precedence precedence);

class ExpressionParser : protected TokenCursor {
protected:
  ExpressionParser(const SourceText &source, const TokenList &list, DiagnosticList &diagnostics)
      : TokenCursor(source, list, diagnostics) {
    node({}, {}); // kMissing
  }

  /// An Error node, in place of what could not be read.
  static constexpr SyntaxId kMissing = 0;

  /// An expression whose operators bind at least this tightly.
  SyntaxId expression(Precedence minimum = Precedence::Lowest);

  SyntaxTree tree;

private:
  /// One operand of a chain, and the operator before it.
  struct Operand {
    Primitive primitive;
    SyntaxId value;
  };

  SyntaxId node(SyntaxNode made, std::span<const SyntaxId> children);
  SyntaxId apply(Primitive primitive, SourceRange range, std::initializer_list<SyntaxId> operands);
  SourceRange rangeOf(SyntaxId id) const { return tree.nodes[id].range; }

  /// What follows the first operand at operators of one level, which is not that of comparisons.
  SyntaxId chain(SyntaxId first, Precedence precedence);
  SyntaxId balanced(std::vector<Operand> operands, Precedence precedence);
  std::vector<Operand> operandsOf(SyntaxId id, Precedence precedence) const;
  SyntaxId applyInfix(Primitive primitive, SyntaxId left, SyntaxId right);

  SyntaxId prefix(Precedence minimum);
  SyntaxId conditional();
  SyntaxId lets();
  SyntaxId power();
  SyntaxId atom();
  SyntaxId foreign(SpelledName word);
  SyntaxId parenthesised();
  SyntaxId root();
  SyntaxId call(SpelledName name);
  SyntaxId polynomial(SpelledName name, std::span<const SyntaxId> inputs);
  SyntaxId derivative();
  uint32_t derivativeOrder();
  std::optional<SyntaxArgument> namedArgument();
};

} // namespace xphi::dsl
