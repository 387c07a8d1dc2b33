// A cursor over tokens: layout, levels of nesting, and one error per damaged stretch of text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every part of the parser stands on. Tokens beyond the layout limit, and all tokens once the
// parser had to stop, look like the end of the text, so that every loop over tokens ends.
#pragma once

#include "dsl/DiagnosticList.h"
#include "dsl/Lexer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

struct SpelledName;

class TokenCursor {
protected:
  TokenCursor(const SourceText &source, const TokenList &list, DiagnosticList &diagnostics)
      : source(source), list(list), diagnostics(diagnostics) {}

  /// Counts levels while it lives. An operand that will be printed in parentheses weighs double.
  class Nested {
  public:
    explicit Nested(TokenCursor &cursor, uint32_t weight = 1);
    ~Nested() { cursor.level -= weight; }
    Nested(const Nested &) = delete;
    Nested &operator=(const Nested &) = delete;

  private:
    TokenCursor &cursor;
    uint32_t weight;
  };

  /// Sets the column up to which a new line ends the expression, and puts the old one back.
  class Layout {
  public:
    Layout(TokenCursor &cursor, int64_t limit) : cursor(cursor), outer(cursor.layoutLimit) {
      cursor.layoutLimit = limit;
    }
    ~Layout() { cursor.layoutLimit = outer; }
    Layout(const Layout &) = delete;
    Layout &operator=(const Layout &) = delete;

  private:
    TokenCursor &cursor;
    int64_t outer;
  };
  static constexpr int64_t kFreeLayout = -1;

  /// The token as it is, and its kind as the layout lets it be seen.
  const Token &token(size_t ahead = 0) const;
  TokenKind kind() const;
  SourceRange previous() const { return at == 0 ? SourceRange{} : list.tokens[at - 1].range; }
  bool atDefinitionEnd() const;
  /// There, or where a `grad` or `kink` clause begins.
  bool atClauseEnd() const;
  const Token &advance();
  bool accept(TokenKind wanted);

  /// Reports an error, unless one was reported since the last place to go on was found. The result
  /// takes notes in either case.
  Diagnostic &fail(Code code, SourceRange range, std::string message);
  Diagnostic &failExpected(std::string_view what);
  /// The expression ended, but the text goes on with something that does not belong there.
  void failAfterExpression(bool bareExpression);
  /// No more tokens are read: going on could exhaust the stack.
  void failTooDeep();

  bool expect(TokenKind wanted, std::string_view what);
  std::optional<SpelledName> expectName(std::string_view what);
  /// Consumes the `)` that closes `open`. If it is not next, reports that and looks for it.
  void close(const Token &open, bool bareExpression);
  /// Goes to the next definition, or clause of this one, where errors count again.
  void skipToDefinition();
  void skipToClause();

  const SourceText &source;
  const TokenList &list;
  bool panicking = false;
  bool stopped = false;

private:
  bool hidden() const { return token().startsLine && token().column <= layoutLimit; }
  SourceRange here() const;
  std::string found() const;
  /// What was meant by a `=` that stands in an expression.
  std::string meaningOfEqual(bool bareExpression) const;

  DiagnosticList &diagnostics;
  size_t at = 0;
  uint32_t level = 1;
  int64_t layoutLimit = kFreeLayout;
  Diagnostic dropped; ///< takes the notes of errors that are not reported
};

bool startsOperand(TokenKind kind);

} // namespace xphi::dsl
