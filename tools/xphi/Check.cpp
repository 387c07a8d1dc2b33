// xphi check: reads a file and says what is wrong with it, without compiling.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "Session.h"
#include "What.h"

#include "dsl/Printer.h"
#include "dsl/disk/DiskLoader.h"
#include "lib/EmbeddedLibrary.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

/// Columns count characters from 1; the end is one past the last.
Json toJson(const dsl::Diagnostic &diagnostic, const dsl::ParseResult &parsed) {
  const dsl::SourceText &source = parsed.sourceOf(diagnostic);
  dsl::SourceLocation begin = source.locate(diagnostic.range.begin);
  dsl::SourceLocation end = source.locate(std::max(diagnostic.range.begin, diagnostic.range.end));
  Json notes = Json::array();
  for (const dsl::Note &note : diagnostic.notes) {
    Json made{{"kind", note.kind == dsl::Note::Kind::Help ? "help" : "note"},
              {"message", note.message}};
    if (note.range) {
      dsl::SourceLocation at = source.locate(note.range->begin);
      made["line"] = at.line;
      made["column"] = at.column;
    }
    notes.push_back(std::move(made));
  }
  return {{"file", source.name},
          {"line", begin.line},
          {"column", begin.column},
          {"endLine", end.line},
          {"endColumn", end.column},
          {"severity", diagnostic.severity == dsl::Severity::Error ? "error" : "warning"},
          {"code", dsl::codeId(diagnostic.code)},
          {"message", diagnostic.message},
          {"notes", std::move(notes)}};
}

int check(const std::string &path, Session &session) {
  Result<std::string> text = readText(path);
  if (!text)
    return session.fail(text.error());
  std::string name = path == "-" ? "<stdin>" : path;
  std::string root = importRootOf(path);
  dsl::ParseResult parsed =
      dsl::analyse({name, *text}, &lib::library(), root.empty() ? nullptr : dsl::loaderOf(root));
  if (parsed)
    addGradientWarnings(parsed);
  if (session.json) {
    Json all = Json::array();
    for (const dsl::Diagnostic &diagnostic : parsed.diagnostics)
      all.push_back(toJson(diagnostic, parsed));
    session.printJson(all);
  }
  if (!parsed.diagnostics.empty())
    session.sayPicture(parsed.render({.color = session.colouredMessages()}));
  if (!parsed)
    return Wrong;
  std::vector<std::string> definitions;
  for (dsl::DefinitionIndex index : parsed.program->own)
    definitions.push_back(dsl::printSignature(*parsed.program, index));
  session.say(fmt::format("{}: {}", name, fmt::join(definitions, ", ")));
  return Done;
}

} // namespace

void addCheck(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("check", "Say what is wrong with a file");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path)->required();
  command->callback([path, &session] { session.exitCode = check(*path, session); });
}

} // namespace xphi::command
