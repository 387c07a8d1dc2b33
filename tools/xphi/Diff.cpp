// xphi diff: the derivative, as text in the language.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "DerivativeOption.h"
#include "Session.h"
#include "What.h"

#include <CLI/CLI.hpp>

namespace xphi::command {
namespace {

struct DiffOptions {
  std::string what;
  DerivativeOption derivative;
};

Status diff(const DiffOptions &options, Session &session) {
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  Result<Analysis> analysis = analyse(*what);
  if (!analysis)
    return analysis.error();
  Result<std::vector<std::string>> variables =
      options.derivative.variables(analysis->definition().inputs, 1);
  if (!variables)
    return variables.error();
  CompileOptions compileOptions = what->options();
  compileOptions.derivative = *variables;
  compileOptions.backward = false;
  Result<std::string> text = session.engine().emit(what->text, "diff", compileOptions);
  if (!text)
    return text.error();
  while (text->ends_with('\n'))
    text->pop_back();
  if (session.json)
    session.printJson(Json{{"function", what->label},
                           {"order", variables->size()},
                           {"wrt", *variables},
                           {"derivative", *text}});
  else
    session.print(*text + "\n");
  return {};
}

} // namespace

void addDiff(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("diff", "The derivative, as text");
  auto options = std::make_shared<DiffOptions>();
  command->add_option("WHAT", options->what)->required();
  options->derivative.addTo(*command, "--order");
  command->callback([options, &session] {
    Status done = diff(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
