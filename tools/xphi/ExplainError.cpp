// xphi explain-error: what a code means, an example of it, and the cure.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "Session.h"

#include "dsl/Diagnostic.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace xphi::command {
namespace {

struct Explanation {
  std::string code;
  std::string_view title, text;
};

// Of every part, in the order of the codes.
std::vector<Explanation> explanations() {
  std::vector<Explanation> all;
  for (const dsl::CodeInfo &info : dsl::languageCodes())
    all.push_back({dsl::codeId(info.code), info.title, info.explanation});
#define XPHI_CODE(CODE, TITLE, TEXT) all.push_back({CODE, TITLE, TEXT});
#include "EnvironmentCodes.def"
  return all;
}

int explainError(const std::string &id, Session &session) {
  std::string known;
  for (const auto &[code, title, text] : explanations()) {
    known += fmt::format("  {}  {}\n", code, title);
    if (code != id)
      continue;
    if (session.json)
      session.printJson(Json{{"code", code}, {"title", title}, {"explanation", text}});
    else
      session.print(fmt::format("{}: {}\n\n{}\n", code, title, text));
    return Done;
  }
  return session.fail(
      Error(code::unknownCode,
            fmt::format("there is no explanation of '{}'; there is one of\n{}", id, known)));
}

} // namespace

void addExplainError(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("explain-error", "What an error code means");
  auto id = std::make_shared<std::string>();
  command->add_option("CODE", *id, "For example X0007")->required();
  command->callback([id, &session] { session.exitCode = explainError(*id, session); });
}

} // namespace xphi::command
