// xphi compile: ahead of time, into files that need no xphi to be used.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AccuracyOption.h"
#include "AheadFunctions.h"
#include "Analysis.h"
#include "Commands.h"
#include "Depfile.h"
#include "DerivativeOption.h"
#include "GradientsOption.h"
#include "KeepOption.h"
#include "KernelLibrary.h"
#include "Namespace.h"
#include "Session.h"
#include "TypeOption.h"
#include "WrittenFiles.h"

#include "abi/SharedName.h"
#include "cache/Hash.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

namespace xphi::command {
namespace {

struct Kind {
  std::string_view name, suffix;
};

constexpr Kind kKinds[] = {
    {"object", ".o"}, {"static", ".a"}, {"header", ".h"},          {"shared", ".so"},
    {"llvm", ".ll"},  {"asm", ".s"},    {"ptx", ".ptx"},           {"c", ".c"},
    {"cpp", ".hpp"},  {"cuda", ".cuh"}, {"halide", ".halide.hpp"}, {"mlir", ".mlir"},
    {"triton", ".py"}};

std::string suffixOf(std::string_view name) {
  return std::string(std::ranges::find(kKinds, name, &Kind::name)->suffix);
}

struct Product {
  std::string kind, target, name, bytes;
};

struct AheadOptions {
  AheadRequest wanted;
  std::string output, depfile, prefix, nameSpace;
  std::vector<std::string> emit, targets, gradients;
  DerivativeOption derivative;
  bool backward = false;
  Keep keep = Keep::Input;
  AccuracyOption accuracy;
};

std::vector<std::string> withoutRepeats(const std::vector<std::string> &names) {
  std::vector<std::string> once;
  for (const std::string &name : names)
    if (!std::ranges::count(once, name))
      once.push_back(name);
  return once;
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
    if (!kernel && !isForWantOfMachine(kernel.error(), target))
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

/// Of a file. That of a shared library is also its SONAME.
std::string nameOf(const AheadFunction &function, const std::string &kind,
                   const CompileOptions &options) {
  const std::string target = options.targetInNames ? options.target : "";
  if (kind != "shared")
    return function.name + (target.empty() ? "" : "." + target) + suffixOf(kind);
  ArrayTypes types;
  if (!options.types.empty())
    types = {{options.types.begin(), options.types.end() - 1}, options.types.back()};
  return sharedName(options.namePrefix, function.name, types, target);
}

/// Each in files of its own. Of several targets each has its name in those of the files and of the
/// C functions, which one header declares.
Result<std::vector<Product>> makeEach(const AheadFunction &function, const AheadOptions &options,
                                      Session &session) {
  CompileOptions compileOptions = function.options;
  compileOptions.targetInNames = options.targets.size() > 1;
  compileOptions.namePrefix = options.prefix;
  std::vector<Product> products;
  std::string header;
  for (const std::string &target : options.targets)
    for (const std::string &kind : options.emit) {
      compileOptions.target = target;
      if (kind == "ptx" && target.empty())
        compileOptions.target = "cuda-sm_80";
      Result<std::string> product = session.engine().emit(
          function.what.text, kind == "static" ? "object" : kind, compileOptions);
      if (product && kind == "static")
        product = session.engine().join({{function.name + ".o", *product}}, "archive");
      if (!product)
        return product.error();
      if (kind == "header")
        header += *product;
      else
        products.push_back({kind, compileOptions.target, nameOf(function, kind, compileOptions),
                            *std::move(product)});
    }
  if (!header.empty())
    products.push_back({"header", fmt::format("{}", fmt::join(options.targets, ",")),
                        function.name + suffixOf("header"), header});
  return products;
}

struct LibraryPlace {
  std::string name, kind; ///< "my" and "archive" of "folder/libmy.a"
  std::filesystem::path folder, file;
};

/// A folder gets libkernels.a; else the file's ending says what is made.
LibraryPlace placeOf(const std::string &output) {
  const std::filesystem::path path(output);
  const std::string suffix = path.extension();
  const char *kind = suffix == ".a"    ? "archive"
                     : suffix == ".so" ? "shared"
                     : suffix == ".o"  ? "object"
                                       : nullptr;
  if (!kind)
    return {"kernels", "archive", path, path / "libkernels.a"};
  std::string name = path.stem();
  if (name.starts_with("lib") && name.size() > 3 && suffix != ".o")
    name.erase(0, 3);
  return {name, kind, path.parent_path(), path};
}

Status write(const std::vector<Product> &products, const std::filesystem::path &folder,
             Json &files) {
  std::set<std::string> names;
  for (const Product &product : products)
    if (!names.insert(product.name).second)
      return Error(
          code::badOption,
          fmt::format("'{}' would be written twice, for functions of one name or of several "
                      "types: give one another name, as in other=WHAT, or make a library",
                      product.name));
  std::error_code failed;
  if (!folder.empty())
    std::filesystem::create_directories(folder, failed);
  if (failed)
    return Error(code::unwritableFile,
                 fmt::format("cannot make the folder '{}': {}", folder.string(), failed.message()));
  std::vector<WrittenFile> written;
  for (const Product &product : products) {
    written.push_back({folder / product.name, product.bytes});
    files.push_back({{"kind", product.kind},
                     {"target", product.target},
                     {"path", written.back().path},
                     {"bytes", product.bytes.size()}});
  }
  return writeFiles(written);
}

/// With one header, and a description as JSON beside it.
Result<Json> compileLibrary(const std::vector<AheadFunction> &functions,
                            const AheadOptions &options, Json &files, Session &session) {
  const LibraryPlace place = placeOf(options.output);
  Result<KernelLibrary> made = makeLibrary(functions,
                                           {place.name, place.kind, place.file.filename(),
                                            options.prefix, options.nameSpace, options.targets},
                                           session);
  if (!made)
    return made.error();
  const std::string targets = fmt::format("{}", fmt::join(options.targets, ","));
  const Hash128 hash = hash128(made->bytes);
  made->description["file"] = place.file.filename().string();
  made->description["hash"] = fmt::format("{:016x}{:016x}", hash.high, hash.low);
  const std::vector<Product> products = {
      {place.kind, targets, place.file.filename(), std::move(made->bytes)},
      {"header", targets, place.name + ".h", std::move(made->header)},
      {"description", targets, place.name + ".json", made->description.dump(2) + "\n"}};
  if (Status written = write(products, place.folder, files); !written)
    return written.error();
  return std::move(made->description);
}

Result<Json> compileEach(const std::vector<AheadFunction> &functions, const AheadOptions &options,
                         Json &files, Session &session) {
  // Nothing is written before everything is made.
  std::vector<Product> products;
  Json described = Json::array();
  for (const AheadFunction &function : functions) {
    const Result<Json> promised =
        promise(function.what, function.options, options.targets, session);
    if (!promised)
      return promised.error();
    Result<std::vector<Product>> each = makeEach(function, options, session);
    if (!each)
      return each.error();
    std::ranges::move(*each, std::back_inserter(products));
    described.push_back({{"function", function.name}, {"promise", *promised}});
  }
  if (Status written = write(products, options.output, files); !written)
    return written.error();
  return described.size() == 1 ? described.front() : Json{{"functions", described}};
}

Status compile(const AheadOptions &options, Session &session) {
  CompileOptions chosen;
  if (Status applied = options.derivative.apply(chosen); !applied)
    return applied;
  chosen.backward = options.backward || !options.gradients.empty();
  chosen.gradients = options.gradients;
  chosen.keep = options.keep;
  chosen.accuracy = options.accuracy.get();
  const Result<std::vector<AheadFunction>> functions = readFunctions(options.wanted, chosen);
  if (!functions)
    return functions.error();
  for (const AheadFunction &function : *functions) {
    const Result<Analysis> analysis = analyse(function.what);
    if (!analysis)
      return analysis.error();
    if (std::string all = warnings(*analysis, function.options, session.colouredMessages());
        !all.empty())
      session.sayPicture(all);
  }

  Json files = Json::array();
  Result<Json> described = options.emit.empty()
                               ? compileLibrary(*functions, options, files, session)
                               : compileEach(*functions, options, files, session);
  if (!described)
    return described.error();
  std::vector<std::string> paths;
  for (const Json &file : files) {
    paths.push_back(file["path"]);
    if (!session.json)
      session.say(fmt::format("{} ({} bytes)", paths.back(), file["bytes"].get<std::size_t>()));
  }
  if (!options.depfile.empty()) {
    const Result<std::vector<What>> whats = readWhats(options.wanted.whats);
    if (!whats)
      return whats.error();
    const Result<std::string> made = depfile(paths, *whats);
    if (!made)
      return made.error();
    if (Status written = writeFile(options.depfile, *made); !written)
      return written;
  }
  if (session.json) {
    (*described)["files"] = files;
    session.printJson(*described);
  }
  return {};
}

/// "a::b" is the namespace of functions that C calls a_b_gelu_f32.
std::string prefixOf(const std::string &nameSpace) {
  std::string prefix;
  for (const std::string &part : partsOfNamespace(nameSpace))
    prefix += part + "_";
  return prefix;
}

} // namespace

void addCompile(CLI::App &app, Session &session) {
  const CLI::Validator withFma(
      [](const std::string &target) {
        return target == "x86-64" || target == "x86-64-v2"
                   ? target + " has no fused multiply-add, which the promises rest on and which "
                              "takes too long to compute: x86-64-v3 is the least [X1002]"
                   : std::string();
      },
      "");
  CLI::App *command = app.add_subcommand("compile", "Ahead of time: object, header, assembly, ...");
  auto options = std::make_shared<AheadOptions>();
  std::vector<std::string> kinds;
  for (const Kind &kind : kKinds)
    kinds.emplace_back(kind.name);
  command
      ->add_option("WHAT", options->wanted.whats,
                   "Functions: names, expressions, files; f.phi:* is every one of a file's, and "
                   "name=WHAT gives one another name")
      ->required();
  command
      ->add_option("-o,--output", options->output,
                   "The library: libmine.a, mine.o or libmine.so, with mine.h and mine.json beside "
                   "it; or a folder, for libkernels.a or what --emit says")
      ->type_name("FILE")
      ->required();
  CLI::Option *emit =
      command
          ->add_option("--emit", options->emit,
                       "In place of a library, for each function files of these kinds")
          ->delimiter(',')
          ->check(CLI::IsMember(kinds));
  command
      ->add_option("--target", options->targets,
                   "For which machines, the host's by default; several are named in files and "
                   "functions, and "
                   "a library's functions also pick the best of them")
      ->delimiter(',')
      ->check(withFma)
      ->check(CLI::IsMember(targetNames()));
  command->add_option("--name", options->wanted.name, "Name of the only function");
  CLI::Option *prefix = command->add_option("--prefix", options->prefix,
                                            "What the names of the C functions begin with");
  CLI::Option *nameSpace =
      command
          ->add_option("--namespace", options->nameSpace,
                       "Also in this namespace of C++; in C the functions begin with its name")
          ->check(CLI::Validator(faultOfNamespace, ""));
  nameSpace->excludes(prefix)->excludes(emit);
  command
      ->add_option("--param", options->wanted.params,
                   "name=value: a value, as a constant, for a parameter of the functions")
      ->allow_extra_args(false);
  command
      ->add_option("--depfile", options->depfile,
                   "Also write what the files were made from, for make and ninja")
      ->type_name("FILE");
  options->derivative.addTo(*command, "--grad");
  command->add_flag("--backward", options->backward, "Also the backward kernel");
  addGradientsOption(*command, options->gradients);
  addKeepOption(*command, options->keep);
  options->accuracy.addTo(*command);
  addTypesOption(*command, options->wanted.types);
  command->callback([options, &session] {
    options->targets = withoutRepeats(options->targets);
    options->emit = withoutRepeats(options->emit);
    options->wanted.types = withoutRepeats(options->wanted.types);
    if (options->wanted.types.empty())
      options->wanted.types.emplace_back("f32");
    if (!options->nameSpace.empty())
      options->prefix = prefixOf(options->nameSpace);
    if (options->targets.empty()) {
      const Result<std::string> host = hostTarget(); // a library's description names it
      options->targets.push_back(options->emit.empty() && host ? *host : "");
    }
    Status done = compile(*options, session);
    session.exitCode = done ? Done : session.fail(done.error());
  });
}

} // namespace xphi::command
