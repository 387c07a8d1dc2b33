// Reading imported files, each once, and refusing circles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/FileImports.h"

#include "dsl/Frontend.h"
#include "dsl/Limits.h"

#include <algorithm>

namespace xphi::dsl {

std::shared_ptr<const ParseResult> FileImports::load(const SyntaxImport &import,
                                                     const SourceText &importer,
                                                     DiagnosticList &diagnostics) {
  ImportedText found = loader(import.path, importer.name);
  if (!found.text) {
    diagnostics.error(Code::BadImport, import.range, "cannot read " + quote(found.name))
        .help(found.help.empty() ? "the path is relative to the folder of the file that imports it"
                                 : found.help);
    return nullptr;
  }
  bool isOpen = std::find(open.begin(), open.end(), found.name) != open.end();
  if (isOpen || found.name == importer.name) {
    failCircle(found.name, import, diagnostics);
    return nullptr;
  }
  if (auto known = files.find(found.name); known != files.end())
    return *known->second ? known->second : nullptr;
  if (files.size() + open.size() >= kMaxImportedFiles) {
    diagnostics.error(Code::TooManyFiles, import.range,
                      "a program is made of at most " + std::to_string(kMaxImportedFiles) +
                          " imported files");
    return nullptr;
  }

  open.push_back(found.name);
  auto result = std::make_shared<const ParseResult>(
      analyse({found.name, std::move(*found.text)}, library, *this));
  open.pop_back();
  files.emplace(found.name, result);

  SourceLocation here = importer.locate(import.range.begin);
  std::shared_ptr<const SourceText> source(result, &result->source);
  for (Diagnostic inside : result->diagnostics) {
    if (!inside.source) {
      inside.source = source;
      inside.note("imported by " + importer.name + ":" + std::to_string(here.line));
    }
    diagnostics.addImported(std::move(inside));
  }
  return *result ? result : nullptr;
}

Diagnostic &FileImports::failCircle(const std::string &name, const SyntaxImport &import,
                                    DiagnosticList &diagnostics) {
  Diagnostic &diagnostic =
      diagnostics.error(Code::ImportCircle, import.range, quote(name) + " imports itself");
  for (auto file = std::find(open.begin(), open.end(), name);
       file != open.end() && file + 1 != open.end(); ++file)
    diagnostic.note(quote(*file) + " imports " + quote(file[1]));
  return diagnostic.help("move what both need into a file of its own");
}

} // namespace xphi::dsl
