// xphi list: the functions of the library.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "Session.h"

#include "dsl/Printer.h"
#include "lib/EmbeddedLibrary.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

/// Up to the first full stop, on one line.
std::string firstSentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.substr(0, text.find(". "));
}

Json describe(const dsl::Definition &definition) {
  Json parameters = Json::array();
  for (const dsl::Parameter &parameter : definition.parameters)
    parameters.push_back({{"name", parameter.name}, {"default", parameter.value}});
  return {{"name", definition.name},
          {"summary", firstSentence(definition.doc)},
          {"inputs", definition.inputs},
          {"parameters", parameters}};
}

int list(Session &session) {
  Json all = Json::array();
  std::string lines;
  for (const dsl::LibraryFile &file : lib::library().entries()) {
    auto parsed = lib::library().load(file.name);
    if (!*parsed)
      return session.fail(toError(*parsed));
    const dsl::Program &program = *parsed->program;
    const dsl::Definition &definition = program.definitions[program.entry()];
    all.push_back(describe(definition));
    lines += fmt::format("{:28}  {}\n", dsl::printSignature(program, program.entry()),
                         firstSentence(definition.doc));
  }
  if (session.json)
    session.printJson(all);
  else
    session.print(lines);
  return Done;
}

} // namespace

void addList(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("list", "The functions of the library");
  command->callback([&session] { session.exitCode = list(session); });
}

} // namespace xphi::command
