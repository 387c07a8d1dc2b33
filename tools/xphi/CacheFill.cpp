// xphi cache fill: compiles into the cache folder what others will want from it, for their
// machines.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheFill.h"
#include "AccuracyOption.h"
#include "DerivativeOption.h"
#include "GradientsOption.h"
#include "KeepOption.h"
#include "Session.h"
#include "TypeOption.h"
#include "What.h"

#include "lib/EmbeddedLibrary.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sstream>

namespace xphi::command {
namespace {

struct FillOptions {
  std::vector<std::string> whats, targets, gradients;
  std::string list;
  bool library = false, forwardOnly = false;
  DerivativeOption derivative;
  Keep keep = Keep::Input;
  AccuracyOption accuracy;
  TypeOption type;
};

/// One WHAT a line; what follows a `#` at its beginning is a comment.
Status addListed(const std::string &path, std::vector<std::string> &whats) {
  const Result<std::string> text = readText(path);
  if (!text)
    return text.error();
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first != std::string::npos && line[first] != '#')
      whats.push_back(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
  }
  return {};
}

Result<Json> fill(const FillOptions &options, Session &session) {
  std::vector<std::string> whats = options.whats;
  if (!options.list.empty())
    if (Status listed = addListed(options.list, whats); !listed)
      return listed.error();
  if (options.library)
    for (const dsl::LibraryFile &file : lib::files())
      whats.emplace_back(file.name);
  if (whats.empty())
    return Error(code::badOption, "nothing to compile: name functions, or a --list, or --library");
  const Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  Json compiled = Json::array();
  std::size_t known = 0;
  for (const std::string &argument : whats) {
    const Result<What> what = readWhat(argument);
    if (!what)
      return what.error();
    CompileOptions wanted = what->options();
    if (Status applied = options.derivative.apply(wanted); !applied)
      return applied.error();
    wanted.backward = !options.forwardOnly;
    wanted.gradients = options.gradients;
    wanted.keep = options.keep;
    wanted.types = *types;
    wanted.accuracy = options.accuracy.get();
    for (const std::string &target : options.targets) {
      wanted.target = target;
      const Result<bool> filled = session.engine().fillCache(what->text, wanted);
      if (!filled)
        return filled.error();
      if (*filled)
        compiled.push_back({{"function", what->label}, {"target", target}});
      else
        ++known;
    }
  }
  return Json{{"directory", session.engine().options().cacheDirectory},
              {"compiled", compiled},
              {"there_already", known}};
}

} // namespace

void addCacheFill(CLI::App &cache, Session &session) {
  CLI::App *command =
      cache.add_subcommand("fill", "Compile into the folder what is not in it, for any machine");
  auto options = std::make_shared<FillOptions>();
  command->add_option("WHAT", options->whats, "Names, expressions, files");
  command->add_option("--list", options->list, "File with a WHAT on each line; - is standard input")
      ->type_name("FILE");
  command->add_flag("--library", options->library, "Every function of the library");
  command->add_option("--target", options->targets, "For which machines; the host's by default")
      ->delimiter(',')
      ->check(CLI::IsMember(targetNames()));
  options->derivative.addTo(*command, "--grad");
  command->add_flag("--forward-only", options->forwardOnly, "Without the backward kernel");
  addGradientsOption(*command, options->gradients);
  addKeepOption(*command, options->keep);
  options->type.addTo(*command);
  options->accuracy.addTo(*command);
  command->callback([options, &session] {
    if (options->targets.empty())
      options->targets.emplace_back();
    const Result<Json> done = fill(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
    if (!done)
      return;
    if (session.json)
      session.printJson(*done);
    else
      session.say(fmt::format("{} compiled, {} there already, in {}", (*done)["compiled"].size(),
                              (*done)["there_already"].get<std::size_t>(),
                              (*done)["directory"].get<std::string>()));
  });
}

} // namespace xphi::command
