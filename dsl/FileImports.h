// `import "other.phi"`: the files a program is spread over.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The language opens no files: whoever calls it says how a path becomes a text. A file sees the
// definitions of the files it imports itself, not those that they import in turn.
#pragma once

#include "dsl/DiagnosticList.h"
#include "dsl/Library.h"
#include "dsl/Syntax.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

struct ImportedText {
  std::string name; ///< what messages call the file; one name for one file, however it is reached
  std::optional<std::string> text; ///< none: the file cannot be read
  std::string help = {};           ///< then: what to do; empty for what is usual
};

/// Gets the path as written and the name of the text that it is written in.
using FileLoader = std::function<ImportedText(std::string_view path, std::string_view importer)>;

struct ParseResult;

/// The files of one program: each is read once.
class FileImports {
public:
  FileImports(const Library *library, FileLoader loader)
      : library(library), loader(std::move(loader)) {}

  /// Null after an error. The errors inside the file are reported, too, with the file as their
  /// source.
  std::shared_ptr<const ParseResult> load(const SyntaxImport &import, const SourceText &importer,
                                          DiagnosticList &diagnostics);

private:
  Diagnostic &failCircle(const std::string &name, const SyntaxImport &import,
                         DiagnosticList &diagnostics);

  const Library *library;
  FileLoader loader;
  std::vector<std::string> open; ///< being read, outermost first
  std::map<std::string, std::shared_ptr<const ParseResult>> files;
};

} // namespace xphi::dsl
