// xphi fmt: the same program in the one layout.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"
#include "Commands.h"
#include "Session.h"
#include "WrittenFiles.h"

#include "dsl/Format.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xphi::command {
namespace {

struct FmtOptions {
  std::string path;
  bool check = false;
};

/// Standard input is formatted to standard output, a file in place.
int formatFile(const FmtOptions &options, Session &session) {
  Result<std::string> text = readText(options.path);
  if (!text)
    return session.fail(text.error());
  bool isStdin = options.path == "-";
  dsl::SourceText source{isStdin ? "<stdin>" : options.path, std::move(*text)};
  dsl::FormatResult formatted = dsl::format(source);
  if (!formatted.text)
    return session.fail(toError({nullptr, std::move(formatted.diagnostics), std::move(source)}));
  bool changes = *formatted.text != source.text;
  if (session.json)
    session.printJson(Json{{"file", source.name}, {"formatted", !changes}});
  if (options.check) {
    if (changes)
      session.say(
          fmt::format("{}: not formatted; `xphi fmt {}` does it", source.name, source.name));
    return changes ? Wrong : Done;
  }
  if (isStdin && !session.json)
    session.print(*formatted.text);
  if (isStdin || !changes)
    return Done;
  Status written = writeFile(options.path, *formatted.text);
  return written ? static_cast<int>(Done) : session.fail(written.error());
}

} // namespace

void addFmt(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("fmt", "Put a file into the usual layout");
  auto options = std::make_shared<FmtOptions>();
  command->add_option("FILE", options->path, "- formats standard input to standard output")
      ->required();
  command->add_flag("--check", options->check, "Change nothing; exit 1 if something would change");
  command->callback([options, &session] { session.exitCode = formatFile(*options, session); });
}

} // namespace xphi::command
