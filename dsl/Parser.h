// The parser: from tokens to the syntax tree.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   program    = {"import" text} (definition+ | expression)
//   definition = "def" name "(" name {"," name} [";" parameter {"," parameter}] ")" "=" expression
//                {"grad" name "=" expression | "kink" name "=" expression ":" expression}
//   parameter  = name [":" "channel"] "=" expression
//   expression = let | "if" expression "then" expression "else" expression | operators over atoms
//   let        = "let" name "=" expression ("in" | line break) expression
//   atom       = number | name | "(" expression ")" | name "(" operands [";" arguments] ")"
//              | "diff" "(" expression "," name ["," order] ")"
//
// Operators bind as the table of primitives says. Layout matters in one place: the value of a `let`
// ends at the first line that is not indented deeper than the `let`, unless parentheses are open.
// After an error the parser goes on behind the parenthesis or at the next `def`.
#pragma once

#include "dsl/DiagnosticList.h"
#include "dsl/Lexer.h"
#include "dsl/Syntax.h"

#include <vector>

namespace xphi::dsl {

SyntaxTree parse(const SourceText &source, const TokenList &tokens, DiagnosticList &diagnostics);

} // namespace xphi::dsl
