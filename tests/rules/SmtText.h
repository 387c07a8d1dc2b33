// A rule as a question to an SMT solver: is there a point where its sides differ?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"

#include <optional>
#include <string>

namespace xphi::rules {

/// An SMT-LIB script over the reals that is unsatisfiable exactly if wherever `from` is defined and
/// the condition, where there is one, is 1, `to` is defined and equal. Nothing if a function is not
/// algebraic. A square root is the non-negative number with that square.
std::optional<std::string> smtQuestion(const dsl::Program &program, dsl::DefinitionIndex from,
                                       dsl::DefinitionIndex to,
                                       std::optional<dsl::DefinitionIndex> condition);

} // namespace xphi::rules
