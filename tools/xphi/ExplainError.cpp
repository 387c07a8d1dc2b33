// xphi explain-error: what a code means, an example of it, and the cure.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"
#include "ErrorPage.h"
#include "Session.h"
#include "WrittenFiles.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

struct ExplainErrorOptions {
  std::string code, pages;
};

Status writePages(const std::string &folder) {
  std::vector<Explanation> all = explanations();
  Status done = writeFile(folder + "/README.md", errorIndex(all));
  for (std::size_t i = 0; i < all.size() && done; ++i)
    done = writeFile(folder + "/" + all[i].code + ".md", errorPage(all[i]));
  return done;
}

/// "8", "x8" and "X0008" are one code.
std::string fullCode(const std::string &written) {
  std::string_view digits = written;
  if (digits.starts_with('X') || digits.starts_with('x'))
    digits.remove_prefix(1);
  bool isNumber = !digits.empty() && digits.size() <= 4 &&
                  digits.find_first_not_of("0123456789") == std::string_view::npos;
  return isNumber ? fmt::format("X{:0>4}", digits) : written;
}

Status explain(const std::string &written, Session &session) {
  const std::string id = fullCode(written);
  std::string known;
  for (const auto &[code, title, text, picture] : explanations()) {
    known += fmt::format("  {}  {}\n", code, title);
    if (code != id)
      continue;
    if (session.json)
      session.printJson(
          Json{{"code", code}, {"title", title}, {"explanation", text}, {"example", picture}});
    else
      session.print(fmt::format("{}: {}\n\n{}\n", code, title, text) +
                    (picture.empty() ? "" : "\nFor example:\n\n" + picture));
    return {};
  }
  return Error(code::unknownCode,
               fmt::format("there is no explanation of '{}'; there is one of\n{}", written, known));
}

} // namespace

void addExplainError(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("explain-error", "What an error code means");
  auto options = std::make_shared<ExplainErrorOptions>();
  auto *code = command->add_option("CODE", options->code, "For example X0007");
  command
      ->add_option("--pages", options->pages,
                   "Write a Markdown page for every code into this folder")
      ->type_name("FILE")
      ->excludes(code);
  command->callback([options, &session] {
    if (options->code.empty() && options->pages.empty())
      throw CLI::RequiredError("CODE");
    Status done =
        options->pages.empty() ? explain(options->code, session) : writePages(options->pages);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
