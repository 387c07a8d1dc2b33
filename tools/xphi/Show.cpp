// xphi show: the text of a function, with what it says about itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "Session.h"

#include "dsl/Printer.h"

#include <CLI/CLI.hpp>

namespace xphi::command {
namespace {

Status show(const std::string &argument, Session &session) {
  Result<What> what = readWhat(argument);
  if (!what)
    return what.error();
  Result<Analysis> analysis = analyse(*what);
  if (!analysis)
    return analysis.error();
  const dsl::Definition &definition = analysis->definition();
  std::string text =
      dsl::printDefinition(analysis->program(), analysis->function, {.docs = !session.json});
  if (session.json)
    session.printJson(
        Json{{"function", definition.name},
             {"signature", dsl::printSignature(analysis->program(), analysis->function)},
             {"doc", definition.doc},
             {"text", text},
             {"program", dsl::closure(analysis->program(), analysis->function)}});
  else
    session.print(text);
  return {};
}

} // namespace

void addShow(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("show", "The text of a function");
  auto what = std::make_shared<std::string>();
  command->add_option("WHAT", *what)->required();
  command->callback([what, &session] {
    Status done = show(*what, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
