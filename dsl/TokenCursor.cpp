// The cursor over tokens and its errors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/TokenCursor.h"

#include "dsl/Limits.h"
#include "dsl/Syntax.h"

#include <algorithm>

namespace xphi::dsl {

bool startsOperand(TokenKind kind) {
  switch (kind) {
  case TokenKind::Number:
  case TokenKind::Unknown:
  case TokenKind::Name:
  case TokenKind::LeftParen:
  case TokenKind::Root:
  case TokenKind::Diff:
  case TokenKind::If:
  case TokenKind::Let:
  case TokenKind::Not:
    return true;
  default:
    return false;
  }
}

TokenCursor::Nested::Nested(TokenCursor &cursor, uint32_t weight) : cursor(cursor), weight(weight) {
  cursor.level += weight;
  if (cursor.level > kMaxDepth)
    cursor.failTooDeep();
}

const Token &TokenCursor::token(size_t ahead) const {
  return list.tokens[std::min(at + ahead, list.tokens.size() - 1)];
}

TokenKind TokenCursor::kind() const { return stopped || hidden() ? TokenKind::End : token().kind; }

bool TokenCursor::atDefinitionEnd() const {
  TokenKind now = token().kind;
  return stopped || now == TokenKind::Def || now == TokenKind::Import || now == TokenKind::End;
}

bool TokenCursor::atClauseEnd() const {
  TokenKind now = token().kind;
  bool clause = token().startsLine && (now == TokenKind::Grad || now == TokenKind::Kink);
  return clause || atDefinitionEnd();
}

const Token &TokenCursor::advance() {
  const Token &consumed = token();
  if (at + 1 < list.tokens.size())
    ++at;
  return consumed;
}

bool TokenCursor::accept(TokenKind wanted) {
  if (kind() != wanted)
    return false;
  advance();
  return true;
}

Diagnostic &TokenCursor::fail(Code code, SourceRange range, std::string message) {
  // What stands at characters that are reported already is not a second mistake.
  bool known = kind() == TokenKind::Unknown;
  if (!panicking && !stopped && !known) {
    panicking = true;
    return diagnostics.error(code, range, std::move(message));
  }
  panicking = true;
  dropped = {Severity::Error, code, range, std::move(message), {}, nullptr};
  return dropped;
}

void TokenCursor::failTooDeep() {
  fail(Code::TooDeep, previous(),
       "this expression has more than " + std::to_string(kMaxDepth) + " levels")
      .help("name parts of it with `let`, or move them into definitions of their own");
  stopped = true;
}

/// Missing things are missing behind the last token, not at the start of some later line.
SourceRange TokenCursor::here() const {
  bool elsewhere = hidden() || atDefinitionEnd() || token().startsLine;
  if (!elsewhere || at == 0)
    return token().range;
  return {previous().end, previous().end};
}

std::string TokenCursor::found() const {
  if (token().kind == TokenKind::End)
    return "the end of the text";
  if (hidden() || atDefinitionEnd())
    return "the end of the " + std::string(hidden() ? "line" : "definition");
  return quote(source.slice(token().range));
}

Diagnostic &TokenCursor::failExpected(std::string_view what) {
  return fail(Code::UnexpectedToken, here(),
              "expected " + std::string(what) + ", found " + found());
}

bool TokenCursor::expect(TokenKind wanted, std::string_view what) {
  if (accept(wanted))
    return true;
  failExpected(what);
  return false;
}

std::optional<SpelledName> TokenCursor::expectName(std::string_view what) {
  if (kind() == TokenKind::Name) {
    const Token &name = advance();
    return SpelledName{name.text, name.range};
  }
  if (kind() != TokenKind::End && keywordOrName(token().text) != TokenKind::Name)
    fail(Code::ReservedName, token().range,
         quote(token().text) + " is a keyword and cannot be a name");
  else
    failExpected(what);
  return std::nullopt;
}

void TokenCursor::close(const Token &open, bool bareExpression) {
  if (!panicking && accept(TokenKind::RightParen))
    return;
  if (startsOperand(kind()))
    failAfterExpression(bareExpression);
  else
    fail(Code::UnbalancedParenthesis, here(), "expected ')', found " + found())
        .note("to close this '('", open.range);
  for (int depth = 0; !atClauseEnd();) {
    TokenKind next = advance().kind;
    depth += next == TokenKind::LeftParen ? 1 : next == TokenKind::RightParen ? -1 : 0;
    if (depth < 0) {
      panicking = false;
      return;
    }
  }
}

void TokenCursor::skipToDefinition() {
  while (!atDefinitionEnd())
    advance();
  panicking = false;
}

void TokenCursor::skipToClause() {
  while (!atClauseEnd())
    advance();
  panicking = false;
}

std::string TokenCursor::meaningOfEqual(bool bareExpression) const {
  if (bareExpression && source.slice(previous()) == ")")
    return "definitions start with `def`";
  bool isName = at > 0 && list.tokens[at - 1].kind == TokenKind::Name;
  bool beginsValue = isName && (at == 1 || list.tokens[at - 1].startsLine ||
                                list.tokens[at - 2].kind == TokenKind::Equal ||
                                list.tokens[at - 2].kind == TokenKind::In);
  bool isInput = bareExpression && at > 0 && list.tokens[at - 1].text == "x";
  if (beginsValue && !isInput)
    return "a value is named by `let " + std::string(list.tokens[at - 1].text) + " = ...`";
  return "equality is written `==`";
}

void TokenCursor::failAfterExpression(bool bareExpression) {
  SourceRange range = token().range;
  if (kind() == TokenKind::RightParen) {
    fail(Code::UnbalancedParenthesis, range, "this ')' closes nothing");
  } else if (kind() == TokenKind::Equal) {
    fail(Code::UnexpectedToken, range, "'=' cannot stand in an expression")
        .help(meaningOfEqual(bareExpression));
  } else if (kind() == TokenKind::If && !token().startsLine) {
    fail(Code::UnexpectedToken, range, "'if' stands before what it chooses from")
        .help("a choice is written `if c then a else b`");
  } else if (startsOperand(kind())) {
    fail(Code::UnexpectedToken, range, "expected an operator before " + quote(source.slice(range)))
        .help("a product is written with its sign: `2 * x`");
  } else {
    Diagnostic &diagnostic = failExpected("an operator or the end of the expression");
    if (kind() == TokenKind::Then || kind() == TokenKind::Else)
      diagnostic.help("a choice is written `if c then a else b`");
    if (kind() == TokenKind::Comma && at > 0 && list.tokens[at - 1].kind == TokenKind::Number &&
        token(1).kind == TokenKind::Number)
      diagnostic.help("a number has a decimal point: `0.5`");
    if (kind() == TokenKind::Semicolon)
      diagnostic.help("parameters belong to a definition: `def f(x; alpha = 1) = ...`");
  }
}

} // namespace xphi::dsl
