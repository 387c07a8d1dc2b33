// The lexer: from text to tokens.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/DiagnosticList.h"
#include "dsl/Token.h"

#include <vector>

namespace xphi::dsl {

struct TokenList {
  std::vector<Token> tokens;         ///< ends with an End token
  std::vector<SourceRange> docs;     ///< `///` lines without the marker, in order
  std::vector<SourceRange> comments; ///< all of them with their markers, in order
};

/// Reports texts that are too large or not UTF-8 text at all, by one error; lexing needs this to
/// hold.
bool checkIsText(const SourceText &source, DiagnosticList &diagnostics);

/// Tokens refer to the source, which has to stay where it is. Characters without a meaning are
/// reported and become Unknown; spellings from other languages (`**`, `&&`) are reported and
/// understood.
TokenList lex(const SourceText &source, DiagnosticList &diagnostics);

} // namespace xphi::dsl
