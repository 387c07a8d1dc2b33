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

/// Where a constant stands, as messages say it.
struct ConstantPlace {
  Code code;
  std::string_view message;
  std::string_view help;
  bool parameters = false; ///< may be part of it
};
inline constexpr ConstantPlace kParameterDefault{
    Code::DefaultNotConstant, "a parameter's default has to be a constant",
    "it is made of numbers, operators and built-in functions: `alpha = 11 / 48`"};
inline constexpr ConstantPlace kKinkPosition{
    Code::KinkNotConstant, "the place of a kink has to be a constant or a parameter",
    "it is made of numbers, parameters, operators and built-in functions: `kink x = -1: 0`", true};

/// Numbers and primitives, and where the place allows it the parameters of `definition`. After an
/// error, the number 0.
ExprId lowerConstant(const SyntaxTree &tree, SyntaxId id, const ConstantPlace &place,
                     DefinitionIndex definition, Program &program, DiagnosticList &diagnostics);

} // namespace xphi::dsl
