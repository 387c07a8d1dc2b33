// xphi explain: what each stage of the compiler made of a function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AccuracyOption.h"
#include "Commands.h"
#include "DerivativeOption.h"
#include "GradientsOption.h"
#include "KeepOption.h"
#include "Session.h"
#include "TypeOption.h"
#include "What.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {
namespace {

struct Stage {
  const char *name, *story;
};

constexpr Stage kStages[] = {
    {"ast", "the checked program, in its canonical spelling"},
    {"xphi", "operations on real numbers, calls written out in place"},
    {"derived", "differentiated where asked for, simplified, brought into a stable form"},
    {"approx", "how each function is to be evaluated, on what range, and with what error"},
    {"body", "one element: arithmetic with explicit fma, exact to the bit on every target"},
    {"halide", "the loops that walk the elements"},
    {"llvm", "loops and body joined and optimised"},
    {"asm", "the machine code"},
    {"ptx", "the same for a CUDA device"},
};
// Short enough to read in one go; the rest is asked for by name.
constexpr std::size_t kOverview = 4;

struct ExplainOptions {
  std::string what, stage, target;
  DerivativeOption derivative;
  std::vector<std::string> gradients;
  bool backward = false;
  Keep keep = Keep::Input;
  TypeOption type;
  AccuracyOption accuracy;
};

Result<CompileOptions> compileOptionsOf(const ExplainOptions &options, const What &what) {
  CompileOptions compileOptions = what.options();
  if (Status applied = options.derivative.apply(compileOptions); !applied)
    return applied.error();
  compileOptions.backward = options.backward || !options.gradients.empty();
  compileOptions.gradients = options.gradients;
  compileOptions.keep = options.keep;
  compileOptions.accuracy = options.accuracy.get();
  Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  compileOptions.types = std::move(*types);
  compileOptions.target = options.target;
  return compileOptions;
}

Result<std::string> text(const CompileOptions &options, const What &what, const std::string &stage,
                         Session &session) {
  CompileOptions compileOptions = options;
  if (stage == "ptx" && options.target.empty())
    compileOptions.target = "cuda-sm_80";
  return session.engine().emit(what.text, "stage:" + stage, compileOptions);
}

/// For readers: of the bytes of a table, which are one long number, the first. --json has all.
std::string withoutLongNumbers(const std::string &text) {
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  constexpr std::size_t most = 128, shown = 32;
  std::string shortened;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find_first_of(digits, at), text.size()),
                      end = std::min(text.find_first_not_of(digits, begin), text.size());
    shortened.append(text, at, begin - at);
    if (end - begin <= most)
      shortened.append(text, begin, end - begin);
    else
      shortened +=
          fmt::format("{}... {} bytes in all", text.substr(begin, shown), (end - begin) / 2);
    at = end;
  }
  return shortened;
}

Status explain(const ExplainOptions &options, Session &session) {
  Result<What> what = readWhat(options.what);
  if (!what)
    return what.error();
  Result<CompileOptions> compileOptions = compileOptionsOf(options, *what);
  if (!compileOptions)
    return compileOptions.error();
  Json stages = Json::array();
  std::string unseen;
  for (std::size_t i = 0; i < std::size(kStages); ++i) {
    const Stage &stage = kStages[i];
    bool wanted = options.stage.empty() ? i < kOverview
                                        : options.stage == "all" || options.stage == stage.name;
    if (!wanted) {
      unseen += fmt::format("  --stage {:8} {}\n", stage.name, stage.story);
      continue;
    }
    Result<std::string> made = text(*compileOptions, *what, stage.name, session);
    if (!made)
      return made.error();
    if (session.json)
      stages.push_back({{"stage", stage.name}, {"about", stage.story}, {"text", *made}});
    else if (options.stage == stage.name)
      session.print(withoutLongNumbers(*made));
    else
      session.print(
          fmt::format("── {}: {}\n\n{}\n", stage.name, stage.story, withoutLongNumbers(*made)));
  }
  if (!session.json && !options.stage.empty())
    return {};
  // A kernel for another machine or a device has no check to tell of.
  const Result<Kernel> kernel = session.engine().compile(what->text, *compileOptions);
  if (session.json) {
    session.printJson(Json{{"function", what->label},
                           {"stages", stages},
                           {"promise", kernel ? promiseOf(*kernel) : Json()}});
    return {};
  }
  if (kernel)
    session.print(fmt::format("── promise: {}\n\n", kernel->certificate().text()));
  session.say("There is more:\n" + unseen);
  return {};
}

} // namespace

void addExplain(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("explain", "What each stage of the compiler made");
  auto options = std::make_shared<ExplainOptions>();
  std::vector<std::string> names{"all"};
  for (const Stage &stage : kStages)
    names.emplace_back(stage.name);
  command->add_option("WHAT", options->what)->required();
  command->add_option("--stage", options->stage, "One stage, or all of them")
      ->check(CLI::IsMember(names));
  options->derivative.addTo(*command, "--grad");
  command->add_flag("--backward", options->backward, "With the backward kernel");
  addGradientsOption(*command, options->gradients);
  command->add_option("--target", options->target, "For this target instead of the best")
      ->type_name("TARGET");
  addKeepOption(*command, options->keep);
  options->type.addTo(*command);
  options->accuracy.addTo(*command);
  command->callback([options, &session] {
    Status done = explain(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
