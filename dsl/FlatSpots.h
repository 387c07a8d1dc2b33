// Where a derivative is zero because a step is differentiated.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"
#include "dsl/DiagnosticList.h"

#include <span>
#include <string>
#include <vector>

namespace xphi::dsl {

struct ParseResult;

/// sign, step, floor, ceil or round of something that depends on the variable, without a `grad`
/// clause around it that gives another derivative. What the library's definitions do with steps is
/// right as it is.
struct FlatSpot {
  SourceRange range; ///< of the step, or of the call that leads to it
  Primitive primitive;
  std::string callee;         ///< the definition the call leads to; empty for the step itself
  std::string calleeVariable; ///< the one of its variables that leads to the step
};

struct FlatSpots {
  std::vector<FlatSpot> spots;
  bool isActive = false; ///< the derivative is not zero everywhere
};

/// For the derivative of a definition in one of its variables, counted through inputs, then
/// parameters. Where the definition has a `grad` clause for it, there are none.
FlatSpots flatSpots(const Program &program, DefinitionIndex definition, uint32_t variable);

/// Warns of every flat spot under a `diff` of the program's own definitions.
void warnOfFlatDerivatives(const Program &program, DiagnosticList &diagnostics);

/// The same for one of them that is differentiated in these variables, without the places that the
/// program has been warned of already.
std::vector<Diagnostic> flatDerivatives(const ParseResult &parsed, DefinitionIndex definition,
                                        std::span<const uint32_t> variables);

} // namespace xphi::dsl
