// Tokens: the words of a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Source.h"

#include <cstdint>
#include <string_view>

namespace xphi::dsl {

enum class TokenKind : uint8_t {
  End,
  Unknown, ///< characters without a meaning, reported already
  Number,
  Name,
  Text,        ///< `"other.phi"`, quotes included
  Superscript, ///< `²`: a run of superscript digits, postfix
  Root,        ///< `√`: prefix
  // Keywords.
  Def,
  Let,
  In,
  If,
  Then,
  Else,
  And,
  Or,
  Not,
  Grad,
  Kink,
  Diff,
  Import,
  // Punctuation.
  LeftParen,
  RightParen,
  LeftBracket, ///< of a list behind a semicolon
  RightBracket,
  Comma,
  Semicolon,
  Colon,
  Equal,
  // Operators.
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  EqualEqual,
  NotEqual,
};

struct Token {
  TokenKind kind = TokenKind::End;
  bool startsLine = false;
  uint32_t column = 0; ///< of a terminal, from 0: what layout compares
  SourceRange range;
  std::string_view text; ///< of Name: its ASCII spelling, `Phi` for `Φ`; else as written
};

/// The keyword of this spelling, or Name.
TokenKind keywordOrName(std::string_view text);

} // namespace xphi::dsl
