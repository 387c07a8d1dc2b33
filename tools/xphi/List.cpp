// xphi list: the functions of the library, group by group.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "Session.h"

#include "dsl/Printer.h"
#include "lib/EmbeddedLibrary.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace xphi::command {
namespace {

constexpr std::size_t kSignatureWidth = 44;

/// Up to the first full stop, on one line.
std::string firstSentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (std::size_t end = text.find(". "); end != std::string::npos)
    return text.substr(0, end);
  for (std::string_view label : {" Domain: ", " Known as: ", " Source: "})
    text = text.substr(0, text.find(label));
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

/// JSON has no infinity.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value));
}

Json describe(const dsl::Definition &definition, std::string_view group) {
  Json parameters = Json::array();
  for (const dsl::Parameter &parameter : definition.parameters)
    parameters.push_back({{"name", parameter.name},
                          {"default", number(parameter.value)},
                          {"channel", parameter.channel}});
  return {{"name", definition.name},
          {"group", group},
          {"summary", firstSentence(definition.doc)},
          {"inputs", definition.inputs},
          {"parameters", parameters},
          {"doc", definition.doc}};
}

/// The signature, or so much of it as leaves room for what follows.
std::string heading(const dsl::Program &program) {
  std::string signature = dsl::printSignature(program, program.entry());
  if (signature.size() > kSignatureWidth)
    signature = signature.substr(0, signature.find(';') + 1) + " ...)";
  return signature;
}

int list(Session &session) {
  Json all = Json::array();
  std::string lines;
  for (const lib::Group &group : lib::contents()) {
    lines += fmt::format("{}{}\n", lines.empty() ? "" : "\n", group.title);
    for (std::string_view name : group.functions) {
      auto parsed = lib::library().load(name);
      if (!*parsed)
        return session.fail(toError(*parsed));
      const dsl::Program &program = *parsed->program;
      const dsl::Definition &definition = program.definitions[program.entry()];
      all.push_back(describe(definition, group.name));
      lines += fmt::format("  {:{}}  {}\n", heading(program), kSignatureWidth,
                           firstSentence(definition.doc));
    }
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
