// xphi check: reads a file and says what is wrong with it, without compiling.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "Session.h"

#include "dsl/Printer.h"
#include "lib/EmbeddedLibrary.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xphi::command {
namespace {

Json diagnosticsOf(const dsl::ParseResult &parsed) {
  Json all = Json::array();
  for (const dsl::Diagnostic &diagnostic : parsed.diagnostics) {
    dsl::SourceLocation begin = parsed.source.locate(diagnostic.range.begin);
    Json notes = Json::array();
    for (const dsl::Note &note : diagnostic.notes)
      notes.push_back(note.message);
    all.push_back({{"code", dsl::codeId(diagnostic.code)},
                   {"severity", diagnostic.severity == dsl::Severity::Error ? "error" : "warning"},
                   {"message", diagnostic.message},
                   {"line", begin.line},
                   {"column", begin.column},
                   {"notes", notes}});
  }
  return all;
}

int check(const std::string &path, Session &session) {
  Result<std::string> text = readFile(path);
  if (!text)
    return session.fail(text.error());
  std::string name = path == "-" ? "<stdin>" : path;
  dsl::ParseResult parsed = dsl::analyse({name, *text}, &lib::library());
  std::vector<std::string> definitions;
  if (parsed)
    for (dsl::DefinitionIndex index : parsed.program->own)
      definitions.push_back(dsl::printSignature(*parsed.program, index));

  if (session.json)
    session.printJson(Json{{"file", name},
                           {"ok", static_cast<bool>(parsed)},
                           {"definitions", definitions},
                           {"diagnostics", diagnosticsOf(parsed)}});
  if (!parsed.diagnostics.empty())
    session.say(parsed.render({.color = session.colouredMessages()}));
  if (parsed)
    session.say(fmt::format("{}: {}", name, fmt::join(definitions, ", ")));
  return parsed ? Done : Wrong;
}

} // namespace

void addCheck(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("check", "Say what is wrong with a file");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path)->required();
  command->callback([path, &session] { session.exitCode = check(*path, session); });
}

} // namespace xphi::command
