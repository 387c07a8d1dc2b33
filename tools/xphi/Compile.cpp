// xphi compile: ahead of time, into files that need no xphi to be used.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AccuracyOption.h"
#include "Analysis.h"
#include "Commands.h"
#include "Depfile.h"
#include "DerivativeOption.h"
#include "GradientsOption.h"
#include "KeepOption.h"
#include "Session.h"
#include "TypeOption.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace xphi::command {
namespace {

struct Kind {
  std::string_view name, suffix;
};

constexpr Kind kKinds[] = {{"object", ".o"}, {"header", ".h"}, {"shared", ".so"},
                           {"llvm", ".ll"},  {"asm", ".s"},    {"ptx", ".ptx"}};

std::string suffixOf(std::string_view name) {
  return std::string(std::ranges::find(kKinds, name, &Kind::name)->suffix);
}

struct Product {
  std::string kind, target, name, bytes;
};

struct AheadOptions {
  std::string what, directory, name, depfile;
  std::vector<std::string> emit, targets, gradients;
  DerivativeOption derivative;
  bool backward = false;
  Keep keep = Keep::Input;
  AccuracyOption accuracy;
  TypeOption type;
};

std::vector<std::string> withoutRepeats(const std::vector<std::string> &names) {
  std::vector<std::string> once;
  for (const std::string &name : names)
    if (!std::ranges::count(once, name))
      once.push_back(name);
  return once;
}

/// A bare expression has no name of its own; --name makes it a definition, whose name the C
/// functions carry.
Result<What> named(What what, const std::string &name) {
  if (name.empty())
    return what;
  Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  dsl::Program program = analysis->program();
  program.definitions[analysis->function].name = name;
  what.text = dsl::closure(program, analysis->function);
  what.function = name;
  what.label = name;
  return what;
}

/// What is promised of the code that goes into the files: of the same kernel, made to run here. A
/// target that this machine does not run has no check to tell of.
Result<Json> promise(const What &what, const CompileOptions &options,
                     const std::vector<std::string> &targets, Session &session) {
  Json promises = Json::object();
  for (const std::string &target : targets) {
    CompileOptions chosen = options;
    chosen.target = target;
    const Result<Kernel> kernel = session.engine().compile(what.text, chosen);
    if (!kernel && kernel.error().code() == "X1101")
      return kernel.error();
    if (!kernel)
      continue;
    for (const Diagnostic &warning : kernel->warnings())
      if (warning.code == "X1101")
        session.say(
            fmt::format("{}: warning: {} [{}]", warning.file, warning.message, warning.code));
    promises[kernel->target()] = promiseOf(*kernel);
  }
  return promises.size() == 1 ? promises.front() : promises;
}

Status compile(const AheadOptions &options, Session &session) {
  Result<What> read = readWhat(options.what);
  if (!read)
    return read.error();
  Result<What> what = named(*read, options.name);
  if (!what)
    return what.error();
  Result<Analysis> analysis = analyse(*what);
  if (!analysis)
    return analysis.error();

  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed)
    return Error(code::unwritableFile, fmt::format("cannot make the folder '{}': {}",
                                                   options.directory, failed.message()));
  CompileOptions compileOptions = what->options();
  if (Status applied = options.derivative.apply(compileOptions); !applied)
    return applied;
  compileOptions.backward = options.backward || !options.gradients.empty();
  compileOptions.gradients = options.gradients;
  compileOptions.keep = options.keep;
  Result<std::vector<ElementType>> types = options.type.get();
  if (!types)
    return types.error();
  compileOptions.types = std::move(*types);
  if (std::string all = warnings(*analysis, compileOptions, session.colouredMessages());
      !all.empty())
    session.sayPicture(all);
  compileOptions.accuracy = options.accuracy.get();
  Result<Json> promised = promise(*what, compileOptions, options.targets, session);
  if (!promised)
    return promised.error();
  // Of several targets each has its name in those of the files and of the C functions, which one
  // header declares. Nothing is written before everything is made.
  compileOptions.targetInNames = options.targets.size() > 1;
  const std::string &name = analysis->definition().name;
  std::vector<Product> products;
  std::string header;
  for (const std::string &target : options.targets)
    for (const std::string &kind : options.emit) {
      compileOptions.target = target;
      if (kind == "ptx" && target.empty())
        compileOptions.target = "cuda-sm_80";
      Result<std::string> product = session.engine().emit(what->text, kind, compileOptions);
      if (!product)
        return product.error();
      if (kind == "header")
        header += *product;
      else
        products.push_back(
            {kind, compileOptions.target,
             name + (compileOptions.targetInNames ? "." + target : "") + suffixOf(kind),
             std::move(*product)});
    }
  if (!header.empty())
    products.push_back({"header", fmt::format("{}", fmt::join(options.targets, ",")),
                        name + suffixOf("header"), header});
  Json files = Json::array();
  for (const Product &product : products) {
    const std::string path = std::filesystem::path(options.directory) / product.name;
    if (Status written = writeFile(path, product.bytes); !written)
      return written;
    files.push_back({{"kind", product.kind},
                     {"target", product.target},
                     {"path", path},
                     {"bytes", product.bytes.size()}});
    if (!session.json)
      session.say(fmt::format("{} ({} bytes)", path, product.bytes.size()));
  }
  if (!options.depfile.empty()) {
    std::vector<std::string> paths;
    for (const Json &file : files)
      paths.push_back(file["path"]);
    const Result<std::string> made = depfile(paths, *read);
    if (!made)
      return made.error();
    if (Status written = writeFile(options.depfile, *made); !written)
      return written;
  }
  if (session.json)
    session.printJson(Json{{"function", name}, {"files", files}, {"promise", *promised}});
  return {};
}

} // namespace

void addCompile(CLI::App &app, Session &session) {
  CLI::App *command = app.add_subcommand("compile", "Ahead of time: object, header, assembly, ...");
  auto options = std::make_shared<AheadOptions>();
  std::vector<std::string> kinds;
  for (const Kind &kind : kKinds)
    kinds.emplace_back(kind.name);
  command->add_option("WHAT", options->what)->required();
  command->add_option("-o,--output", options->directory, "Folder of the results")->required();
  command->add_option("--emit", options->emit, "What to make")
      ->delimiter(',')
      ->required()
      ->check(CLI::IsMember(kinds));
  command
      ->add_option(
          "--target", options->targets,
          "For which machines, the host's by default; several are named in files and functions")
      ->delimiter(',')
      ->check(CLI::IsMember(targetNames()));
  command->add_option("--name", options->name, "Name of the C functions and of the files");
  command->add_option("--depfile", options->depfile,
                      "Also write what the files were made from, for make and ninja");
  options->derivative.addTo(*command, "--grad");
  command->add_flag("--backward", options->backward, "Also the backward kernel");
  addGradientsOption(*command, options->gradients);
  addKeepOption(*command, options->keep);
  options->accuracy.addTo(*command);
  options->type.addTo(*command);
  command->callback([options, &session] {
    options->targets = withoutRepeats(options->targets);
    options->emit = withoutRepeats(options->emit);
    if (options->targets.empty())
      options->targets.emplace_back();
    Status done = compile(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
