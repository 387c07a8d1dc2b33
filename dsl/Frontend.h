// The front door of the language: from text to a checked program and back to canonical text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   dsl::ParseResult result = dsl::analyse({"<expression>", "x * Phi(x)"}, &lib::library());
//   if (!result) return result.render();
//   std::string key = dsl::closure(*result.program, result.program->entry());
#pragma once

#include "dsl/Ast.h"
#include "dsl/Diagnostic.h"
#include "dsl/FileImports.h"
#include "dsl/Library.h"

#include <memory>
#include <string>
#include <vector>

namespace xphi::dsl {

/// What reading a text gave: a program if there was no error, and everything there is to say.
struct ParseResult {
  std::shared_ptr<const Program> program; ///< null if one of the diagnostics is an error
  std::vector<Diagnostic> diagnostics;
  SourceText source;

  explicit operator bool() const { return program != nullptr; }
  /// The text that a diagnostic's ranges are of: this one, or that of an imported file.
  const SourceText &sourceOf(const Diagnostic &diagnostic) const {
    return diagnostic.source ? *diagnostic.source : source;
  }
  std::string render(RenderOptions options = {}) const {
    return dsl::render(diagnostics, source, options);
  }
};

/// Reads a file of definitions, or a bare expression in the input `x`, which becomes the definition
/// `f(x)`. Names that the text does not define are looked up in the library, if there is one; the
/// definitions found become part of the program. Never throws; safe from several threads.
/// `loader` gives the texts of imported files; without it every import is an error.
ParseResult analyse(SourceText source, const Library *library = nullptr,
                    const FileLoader &loader = nullptr);
/// One of several files of a program.
ParseResult analyse(SourceText source, const Library *library, FileImports &imports);

/// The shortest text that defines this function: what it needs, in dependency order, itself last,
/// printed canonically. Equal for programs that differ in layout, comments, redundant parentheses
/// or the spelling of numbers only; `analyse` reads it back to the same function without a library.
std::string closure(const Program &program, DefinitionIndex function);

} // namespace xphi::dsl
