// Checking constants: numbers, the named ones, and the defaults of parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"
#include "dsl/DiagnosticList.h"
#include "dsl/Syntax.h"

#include <optional>
#include <string_view>

namespace xphi::dsl {

/// pi, e and inf.
std::optional<Number> namedConstant(std::string_view name);

/// A number as written; none if it is out of range.
std::optional<ExprId> lowerNumber(const SyntaxNode &node, Program &program,
                                  DiagnosticList &diagnostics);

/// A parameter's default: numbers and primitives only. After an error, the number 0.
ExprId lowerConstant(const SyntaxTree &tree, SyntaxId id, Program &program,
                     DiagnosticList &diagnostics);

} // namespace xphi::dsl
