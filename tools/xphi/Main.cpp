// The `xphi` command: its table of contents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Arguments.h"
#include "Commands.h"
#include "Session.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr const char *kAbout =
    "xphi compiles activation functions and their derivatives.\n"
    "WHAT is a library name (gelu), an expression ('x*Phi(x)'), a file (f.phi), one definition of "
    "it (f.phi:gelu), or - for standard input.\n"
    "Exit codes: 0 done, 1 the program is wrong, 2 usage, 3 environment, 70 a bug of ours.";

int run(int argc, char **argv) {
  using namespace xphi::command;
  Session session;
  CLI::App app(kAbout, "xphi");
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.add_flag("--json", session.json, "Print one JSON document");
  app.add_option("--color", session.colour, "Colours in messages")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  bool version = false;
  app.add_flag("--version", version, "Print the versions of xphi, LLVM, Halide, and the host");

  addEval(app, session);
  addRun(app, session);
  addDiff(app, session);
  addPlot(app, session);
  addList(app, session);
  addShow(app, session);
  addCheck(app, session);
  addFmt(app, session);
  addLsp(app, session);
  addVerify(app, session);
  addCertify(app, session);
  addExplain(app, session);
  addExplainError(app, session);
  addCompile(app, session);
  addBench(app, session);
  addCache(app, session);
  addCompletion(app, session);

  std::vector<std::string> arguments = expressionsLast(app, argc, argv);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    if (version)
      session.exitCode = printVersion(session);
    else if (app.get_subcommands().empty())
      throw CLI::CallForHelp();
  } catch (const CLI::CallForHelp &help) {
    // Asked for, it is the product; for want of a subcommand, it is a complaint.
    bool asked = argc > 1;
    std::string text = app.help();
    std::fputs(text.c_str(), asked ? stdout : stderr);
    session.exitCode = asked ? Done : Usage;
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error, std::cout, std::cerr);
    session.json = std::ranges::count(arguments, "--json") > 0;
    return session.fail(usageError(app, error, arguments));
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    session.json = false; // there is nowhere to put it
    return session.fail(xphi::Error(code::unwritableFile, "cannot write to standard output"));
  }
  return session.exitCode;
}

} // namespace

int main(int argc, char **argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "xphi: internal error: %s\n", error.what());
    return xphi::command::Internal;
  }
}
