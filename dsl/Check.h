// The checker: from the syntax tree to a checked program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds what every name means, matches calls with definitions, keeps numbers and conditions apart,
// pulls in what is needed of the library, and refuses what cannot be compiled: recursion, and
// definitions that explode when their calls are written out.
#pragma once

#include "dsl/Ast.h"
#include "dsl/DiagnosticList.h"
#include "dsl/Library.h"
#include "dsl/Syntax.h"

#include <memory>
#include <vector>

namespace xphi::dsl {

struct ParseResult;

/// A file that was read without an error.
struct ImportedFile {
  SyntaxImport import;
  std::shared_ptr<const ParseResult> contents;
};

/// The result is to be used only if no error was added to the diagnostics.
std::shared_ptr<const Program> check(const SyntaxTree &tree, const Library *library,
                                     std::span<const ImportedFile> files,
                                     DiagnosticList &diagnostics);

} // namespace xphi::dsl
