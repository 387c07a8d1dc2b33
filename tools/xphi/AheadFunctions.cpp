// The functions that a call of `xphi compile` names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "AheadFunctions.h"

#include "Analysis.h"
#include "Parameters.h"
#include "Session.h"
#include "TypeOption.h"

#include "dsl/Printer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

namespace xphi::command {
namespace {

using Values = std::map<std::string, std::string>; ///< of parameters, as the language writes them

Result<Values> readValues(const std::vector<std::string> &params) {
  const auto assignments = readAssignments(params);
  if (!assignments)
    return assignments.error();
  Values values;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const std::string &name = (*assignments)[i].first;
    // As written, not as the nearest float.
    const double exact = std::strtod(params[i].c_str() + params[i].find('=') + 1, nullptr);
    if (std::isnan(exact))
      return Error(code::badNumber, fmt::format("--param {}: no parameter is NaN", params[i]));
    if (!values.emplace(name, fmt::format("{}", exact)).second)
      return Error(code::badOption, fmt::format("--param gives '{}' twice", name));
  }
  return values;
}

/// A call of what was defined, with these values in place of parameters.
std::string callWith(const dsl::Program &program, dsl::DefinitionIndex index,
                     const std::string &name, const Values &values) {
  const dsl::Definition &definition = program.definitions[index];
  std::vector<std::string> left, passed;
  for (const dsl::Parameter &parameter : definition.parameters) {
    const auto value = values.find(parameter.name);
    if (value != values.end()) {
      passed.push_back(fmt::format("{} = {}", parameter.name, value->second));
      continue;
    }
    passed.push_back(fmt::format("{0} = {0}", parameter.name));
    left.push_back(fmt::format("{}{} = {}", parameter.name, parameter.channel ? ": channel" : "",
                               dsl::printExpr(program, index, parameter.defaultValue)));
  }
  const std::string inputs = fmt::format("{}", fmt::join(definition.inputs, ", "));
  return fmt::format("def {}({}{}{}) = {}({}; {})\n", name, inputs, left.empty() ? "" : "; ",
                     fmt::join(left, ", "), definition.name, inputs, fmt::join(passed, ", "));
}

/// Under the name `name`, if that is not empty, and with the values of parameters that it has,
/// which are taken out of `unused`.
Result<AheadFunction> readFunction(What what, const std::string &name, const Values &values,
                                   std::set<std::string> &unused) {
  const Result<Analysis> analysis = analyse(what);
  if (!analysis)
    return analysis.error();
  const dsl::Definition &definition = analysis->definition();
  AheadFunction function{
      std::move(what), {}, name.empty() ? definition.name : name, definition.doc, ""};
  Values given;
  for (const dsl::Parameter &parameter : definition.parameters)
    if (const auto value = values.find(parameter.name); value != values.end()) {
      given.insert(*value);
      unused.erase(parameter.name);
    }
  if (name.empty() && given.empty())
    return function;

  dsl::Program program = analysis->program();
  std::string &own = program.definitions[analysis->function].name;
  own = function.name;
  std::string text;
  if (given.empty()) {
    text = dsl::closure(program, analysis->function);
  } else {
    function.original = dsl::printDefinition(program, analysis->function);
    for (own += "_of"; program.find(own) && *program.find(own) != analysis->function;)
      own += "_";
    text = dsl::closure(program, analysis->function) +
           callWith(program, analysis->function, function.name, given);
  }
  function.what.text = text;
  function.what.function = function.what.label = function.name;
  return function;
}

/// "name" and "what" of "name=what"; a path with "=" in it begins with "./".
std::pair<std::string, std::string> splitName(const std::string &argument) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, std::min(equals, argument.size()));
  const auto isWord = [](char each) {
    return std::isalnum(static_cast<unsigned char>(each)) || each == '_';
  };
  if (equals == std::string::npos || name.empty() || argument[equals + 1] == '=' ||
      !std::ranges::all_of(name, isWord) || std::isdigit(static_cast<unsigned char>(name[0])))
    return {"", argument};
  return {name, argument.substr(equals + 1)};
}

Result<std::vector<What>> expand(const What &what) {
  if (what.function != "*")
    return std::vector{what};
  What whole = what;
  whole.function.clear();
  const Result<Analysis> analysis = analyse(whole);
  if (!analysis)
    return analysis.error();
  std::vector<What> each;
  for (dsl::DefinitionIndex index : analysis->program().own) {
    each.push_back(what);
    each.back().function = each.back().label = analysis->program().definitions[index].name;
  }
  return each;
}

} // namespace

Result<std::vector<What>> readWhats(const std::vector<std::string> &arguments) {
  std::vector<What> whats;
  for (const std::string &argument : arguments) {
    Result<What> what = readWhat(splitName(argument).second);
    if (!what)
      return what.error();
    whats.push_back(*std::move(what));
  }
  return whats;
}

Result<std::vector<AheadFunction>> readFunctions(const AheadRequest &request,
                                                 const CompileOptions &options) {
  const Result<std::vector<What>> whats = readWhats(request.whats);
  if (!whats)
    return whats.error();
  std::vector<What> all;
  std::vector<std::string> names; ///< in place of their own
  for (std::size_t i = 0; i < whats->size(); ++i) {
    Result<std::vector<What>> each = expand((*whats)[i]);
    if (!each)
      return each.error();
    const std::string name = splitName(request.whats[i]).first;
    if (!name.empty() && each->size() != 1)
      return Error(code::badOption, fmt::format("'{}' gives one name to {} functions",
                                                request.whats[i], each->size()));
    all.insert(all.end(), each->begin(), each->end());
    names.resize(all.size(), name);
  }
  if (!request.name.empty() && all.size() != 1)
    return Error(code::badOption, fmt::format("--name is that of one function, and there are {}: "
                                              "write name=function, or use --prefix",
                                              all.size()));
  const Result<Values> values = readValues(request.params);
  if (!values)
    return values.error();
  std::set<std::string> unused;
  for (const auto &[name, value] : *values)
    unused.insert(name);

  std::vector<AheadFunction> functions;
  if (!request.name.empty())
    names = {request.name};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Result<AheadFunction> function =
        readFunction(std::move(all[i]), names[i], *values, unused);
    if (!function)
      return function.error();
    for (const std::string &type : request.types) {
      Result<std::vector<ElementType>> types = TypeOption{type}.get();
      if (!types)
        return types.error();
      AheadFunction typed = *function;
      typed.options = options;
      typed.options.function = typed.what.function;
      typed.options.fileName = typed.what.fileName;
      typed.options.importRoot = typed.what.importRoot;
      typed.options.types = *std::move(types);
      functions.push_back(std::move(typed));
    }
  }
  if (!unused.empty())
    return Error("X2013", fmt::format("--param {0}: there is no parameter '{0}' in {1}",
                                      *unused.begin(), fmt::join(request.whats, ", ")));
  return functions;
}

} // namespace xphi::command
