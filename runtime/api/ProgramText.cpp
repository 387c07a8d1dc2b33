// Reads the text with the language's front end and turns its diagnostics into an Error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ProgramText.h"

#include "dsl/Element.h"
#include "dsl/FlatSpots.h"
#include "dsl/Frontend.h"
#include "dsl/disk/DiskLoader.h"
#include "lib/EmbeddedLibrary.h"
#include "runtime/host/ForkGate.h"

#include <algorithm>

namespace xphi {
namespace {

Diagnostic placed(const dsl::Diagnostic &diagnostic, const dsl::ParseResult &result) {
  const dsl::SourceText &source = result.sourceOf(diagnostic);
  const dsl::SourceLocation begin = source.locate(diagnostic.range.begin);
  const dsl::SourceLocation end = source.locate(diagnostic.range.end);
  return {dsl::codeId(diagnostic.code),
          diagnostic.message,
          source.name,
          begin.line,
          begin.column,
          end.line == begin.line ? end.column : begin.column + 1};
}

Error toError(const dsl::ParseResult &result) {
  std::vector<Diagnostic> places;
  for (const dsl::Diagnostic &diagnostic : result.diagnostics)
    if (diagnostic.severity == dsl::Severity::Error)
      places.push_back(placed(diagnostic, result));
  return Error(std::move(places), result.render(), result.render({.color = true}));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Error noSuchFunction(const dsl::Program &program, const CompileOptions &options) {
  std::string defined;
  for (dsl::DefinitionIndex index : program.own)
    defined += (defined.empty() ? "" : ", ") + program.definitions[index].name;
  return Error("X2008", options.fileName + " has no definition '" + options.function +
                            "'; it defines " + defined);
}

ProgramText select(const dsl::Program &program, dsl::DefinitionIndex index) {
  const dsl::Definition &definition = program.definitions[index];
  ProgramText result{
      definition.name,           dsl::closure(program, index), definition.inputs, {}, {},
      dsl::draws(program, index)};
  for (const dsl::Parameter &parameter : definition.parameters)
    result.parameters.push_back(
        {parameter.name, static_cast<float>(parameter.value), parameter.channel});
  return result;
}

ProgramText selectWithWarnings(const dsl::ParseResult &parsed, dsl::DefinitionIndex index) {
  ProgramText result = select(*parsed.program, index);
  for (const dsl::Diagnostic &warning : parsed.diagnostics)
    result.warnings.push_back({"", placed(warning, parsed)});
  const dsl::Definition &definition = parsed.program->definitions[index];
  const std::size_t variables = definition.inputs.size() + definition.parameters.size();
  for (std::uint32_t variable = 0; variable != variables; ++variable)
    for (const dsl::Diagnostic &flat : dsl::flatDerivatives(parsed, index, {&variable, 1}))
      result.warnings.push_back({definition.variableName(variable), placed(flat, parsed)});
  return result;
}

} // namespace

Result<ProgramText> readProgram(std::string_view what, const CompileOptions &options) {
  const ForkGate::Pass pass; // the function library has a lock
  const std::string_view name = trimmed(what);
  if (lib::library().contains(name)) {
    const auto loaded = lib::library().load(name);
    return *loaded ? Result<ProgramText>(select(*loaded->program, loaded->program->entry()))
                   : toError(*loaded);
  }
  const dsl::ParseResult result =
      dsl::analyse({options.fileName, std::string(what)}, &lib::library(),
                   options.importRoot.empty() ? nullptr : dsl::loaderOf(options.importRoot));
  if (!result)
    return toError(result);
  const dsl::Program &program = *result.program;
  if (options.function.empty())
    return selectWithWarnings(result, program.entry());
  const auto chosen =
      std::find_if(program.own.begin(), program.own.end(), [&](dsl::DefinitionIndex index) {
        return program.definitions[index].name == options.function;
      });
  if (chosen == program.own.end())
    return noSuchFunction(program, options);
  return selectWithWarnings(result, *chosen);
}

} // namespace xphi
