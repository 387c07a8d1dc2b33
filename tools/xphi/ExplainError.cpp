// xphi explain-error: what a code means, an example of it, and the cure.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Session.h"

#include "dsl/Diagnostic.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xphi::command {
namespace {

int explainError(const std::string &id, Session &session) {
  const dsl::CodeInfo *info = dsl::findCode(id);
  if (!info) {
    std::string known;
    for (const dsl::CodeInfo &each : dsl::languageCodes())
      known += fmt::format("  {}  {}\n", dsl::codeId(each.code), each.title);
    return session.fail(Error(code::unknownCode, fmt::format("there is no explanation of '{}'; "
                                                             "there is one of\n{}",
                                                             id, known)));
  }
  if (session.json)
    session.printJson(Json{{"code", dsl::codeId(info->code)},
                           {"title", info->title},
                           {"explanation", info->explanation}});
  else
    session.print(
        fmt::format("{}: {}\n\n{}\n", dsl::codeId(info->code), info->title, info->explanation));
  return Done;
}

} // namespace

void addExplainError(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("explain-error", "What an error code means");
  auto id = std::make_shared<std::string>();
  command->add_option("CODE", *id, "For example X0007")->required();
  command->callback([id, &session] { session.exitCode = explainError(*id, session); });
}

} // namespace xphi::command
