// Printing: the one canonical spelling of a checked program, in ASCII, with the fewest parentheses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading what was printed gives the same program again. Parameters of a call that equal the
// callee's default are left out.
#pragma once

#include "dsl/Ast.h"

#include <string>

namespace xphi::dsl {

struct PrintOptions {
  bool docs = false; ///< precede definitions by their `///` lines
};

/// `def name(...) = ...` with a final line break.
std::string printDefinition(const Program &program, DefinitionIndex definition,
                            PrintOptions options = {});

/// `elu(x; alpha = 1)` or `prelu(x; a: channel = 0.25)`: a definition's head, behind `def`.
std::string printSignature(const Program &program, DefinitionIndex definition);

/// The same as it is called, `prelu(x; a = 0.25)`.
std::string printCall(const Program &program, DefinitionIndex definition);

/// One expression of a definition, on one line.
std::string printExpr(const Program &program, DefinitionIndex definition, ExprId expr);

} // namespace xphi::dsl
