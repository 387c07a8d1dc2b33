// What the language makes of WHAT, without compiling: the checked program and which of its
// definitions is meant.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "What.h"

#include "dsl/Frontend.h"

#include <memory>
#include <vector>

namespace xphi::command {

struct Analysis {
  std::shared_ptr<const dsl::ParseResult> parsed; ///< has a program
  dsl::DefinitionIndex function = 0;
  bool fromLibrary = false;
  std::vector<std::string> imported; ///< every file that was read for it

  const dsl::Program &program() const { return *parsed->program; }
  const dsl::Definition &definition() const { return program().definitions[function]; }
};

/// The language's errors, X0001-X0999, or X2008 where the file lacks the definition asked for.
Result<Analysis> analyse(const What &what);

/// The picture of what there is to warn of where the function is differentiated as the options
/// say; empty for one of the library.
std::string warnings(const Analysis &analysis, const CompileOptions &options, bool coloured);

/// To what there is to say of a program, warnings of derivatives that are zero. Gradients, in every
/// input, are taken of what no other definition calls. Parameters need not learn: of those whose
/// gradient has some other way than a step nothing is said.
void addGradientWarnings(dsl::ParseResult &parsed);

/// The errors of a text as one Error, with places and picture.
Error toError(const dsl::ParseResult &parsed);

} // namespace xphi::command
