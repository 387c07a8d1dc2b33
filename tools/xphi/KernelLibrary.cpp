// Many functions ahead of time, as one library with one header.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "KernelLibrary.h"

#include "LibraryHeader.h"
#include "TypeOption.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <map>
#include <thread>

namespace xphi::command {
namespace {

struct Made {
  std::vector<NamedObject> objects;
  DeclaredFunction declared;
  Json promises = Json::object(), kernels = Json::object();
  std::vector<std::string> warnings;

  void warn(const std::string &function, const std::string &message) {
    warnings.push_back(fmt::format("{}: warning: {} [X1101]", function, message));
  }
  void promise(const std::string &target, const std::string &nameInC, const Json &info,
               std::string text) {
    promises[target] = info["promise"];
    kernels[target] = {{"function", nameInC}, {"abi", info["abi"]}, {"spec", info["spec"]}};
    declared.promises.push_back(std::move(text));
  }
  static std::string unchecked(const std::string &target) {
    return fmt::format("For {}: nothing was checked, for want of such a processor.", target);
  }
};

class Maker {
public:
  Maker(const LibraryRequest &request, Session &session)
      : request(request), engine(session.engine()), picks(request.targets.size() > 1) {}

  Result<Made> make(const AheadFunction &function) const {
    Made made{{}, {function.name, function.doc, function.original, {}, {}, {}}, {}, {}, {}};
    CompileOptions options = function.options;
    options.namePrefix = request.prefix;
    if (Result<Json> own = declarations(function, options); !own)
      return own.error();
    else
      made.declared.declarations = *std::move(own);
    const std::string name = made.declared.declarations["functions"][0]["name"];
    if (picks) {
      Result<std::string> object = engine.emit(
          function.what.text, fmt::format("dispatch:{}", fmt::join(request.targets, ",")), options);
      if (!object)
        return object.error();
      made.objects.push_back({name + ".o", *std::move(object)});
    }
    for (const std::string &target : request.targets) {
      options.target = target;
      options.targetInNames = picks;
      Result<std::string> object = engine.emit(function.what.text, "object", options);
      if (!object)
        return object.error();
      made.objects.push_back({fmt::format("{}.{}.o", name, target), *std::move(object)});
      if (picks) {
        Result<Json> twin = declarations(function, options);
        if (!twin)
          return twin.error();
        made.declared.twins.push_back(*std::move(twin));
      }
      const Json &own = picks ? made.declared.twins.back() : made.declared.declarations;
      if (Status promised = promise(function, options, own["functions"][0]["name"], made);
          !promised)
        return promised.error();
    }
    return made;
  }

private:
  Result<Json> declarations(const AheadFunction &function, const CompileOptions &options) const {
    const Result<std::string> text = engine.emit(function.what.text, "declarations", options);
    if (!text)
      return text.error();
    return Json::parse(*text);
  }

  /// Of the same kernel, made to run here; of one that does not, by what its operations do here,
  /// if they are this machine's. A GPU has no check to tell of; what else fails is an error.
  Status promise(const AheadFunction &function, const CompileOptions &options,
                 const std::string &nameInC, Made &made) const {
    const Result<Kernel> kernel = engine.compile(function.what.text, options);
    if (kernel) {
      for (const Diagnostic &warning : kernel->warnings())
        if (warning.code == "X1101")
          made.warn(function.name, warning.message);
      made.promise(options.target, nameInC, infoOf(*kernel),
                   fmt::format("For {}: {}.", options.target, kernel->certificate().text()));
      return {};
    }
    if (!isForWantOfMachine(kernel.error(), options.target))
      return kernel.error();
    const Result<std::string> known = kernel.error().code() == "X2005"
                                          ? engine.emit(function.what.text, "promise", options)
                                          : Result<std::string>(kernel.error());
    const std::size_t line = known ? known->find('\n') : 0;
    const Json info = known ? Json::parse(known->substr(line + 1)) : Json();
    if (!known) {
      made.declared.promises.push_back(made.unchecked(options.target));
      return {};
    }
    const bool isChecked = info["promise"]["method"] != "none";
    const std::string text = known->substr(0, line);
    if (!info["promise"].value("kept", true))
      made.warn(function.name, "the promise is not kept: " + text);
    made.promise(options.target, nameInC, info,
                 isChecked
                     ? fmt::format("For {}, by the same operations run on another target: {}.",
                                   options.target, text)
                     : made.unchecked(options.target));
    return {};
  }

  const LibraryRequest &request;
  Engine &engine;
  const bool picks;
};

/// make(i) for each i, in order of i as far as anybody can see.
template <typename Make> auto onAllCores(std::size_t count, const Make &make) {
  std::vector<std::optional<decltype(make(count))>> results(count);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i; (i = next++) < count;)
      results[i].emplace(make(i));
  };
  std::vector<std::jthread> others;
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  while (others.size() + 1 < std::min(cores, count))
    others.emplace_back(work);
  work();
  others.clear(); // joins
  return results;
}

Json describe(const AheadFunction &function, const Made &made,
              const std::vector<std::string> &targets) {
  Json symbols = Json::array();
  const auto add = [&](const Json &declarations, const Json &target) {
    for (const Json &each : declarations["functions"])
      symbols.push_back(
          {{"name", each["name"]}, {"target", target}, {"arguments", each["arguments"]}});
  };
  add(made.declared.declarations, made.declared.twins.empty() ? Json(targets.front()) : Json());
  for (std::size_t i = 0; i < made.declared.twins.size(); ++i)
    add(made.declared.twins[i], targets[i]);
  return {{"function", function.name},
          {"types", spellTypes(function.options.types)},
          {"symbols", std::move(symbols)},
          {"promise", made.promises},
          {"kernels", made.kernels}};
}

} // namespace

Result<KernelLibrary> makeLibrary(const std::vector<AheadFunction> &functions,
                                  const LibraryRequest &request, Session &session) {
  const Result<std::string> compiler = session.engine().compilerVersion();
  if (!compiler)
    return compiler.error();
  const Maker maker(request, session);
  std::vector<std::optional<Result<Made>>> made =
      onAllCores(functions.size(), [&](std::size_t i) { return maker.make(functions[i]); });

  DeclaredLibrary library{request.name, *compiler, request.nameSpace, request.targets, {}};
  std::vector<NamedObject> objects;
  Json described = Json::array();
  std::map<std::string, std::string> owners; ///< of names in C
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (!*made[i])
      return made[i]->error();
    Made &each = **made[i];
    for (const Json &function : each.declared.declarations["functions"]) {
      const auto [owner, isNew] = owners.emplace(function["name"], functions[i].what.label);
      if (!isNew)
        return Error(code::badOption,
                     fmt::format("{0} of {1} would be the name of a function of {2} as well: "
                                 "give one another, as in other={1}",
                                 owner->first, functions[i].what.label, owner->second));
    }
    for (const std::string &warning : each.warnings)
      session.say(warning);
    described.push_back(describe(functions[i], each, request.targets));
    objects.insert(objects.end(), std::make_move_iterator(each.objects.begin()),
                   std::make_move_iterator(each.objects.end()));
    library.functions.push_back(std::move(each.declared));
  }
  Result<std::string> bytes = session.engine().join(objects, request.kind, request.soname);
  if (!bytes)
    return bytes.error();
  return KernelLibrary{*std::move(bytes), libraryHeader(library),
                       Json{{"library", request.name},
                            {"made_by", *compiler},
                            {"targets", request.targets},
                            {"functions", std::move(described)}}};
}

} // namespace xphi::command
