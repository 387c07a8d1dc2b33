// What the language makes of WHAT.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"

#include "dsl/FlatSpots.h"
#include "dsl/disk/DiskLoader.h"
#include "lib/EmbeddedLibrary.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace xphi::command {

Error toError(const dsl::ParseResult &parsed) {
  std::vector<Diagnostic> places;
  for (const dsl::Diagnostic &diagnostic : parsed.diagnostics) {
    if (diagnostic.severity != dsl::Severity::Error)
      continue;
    const dsl::SourceText &source = parsed.sourceOf(diagnostic);
    dsl::SourceLocation begin = source.locate(diagnostic.range.begin);
    dsl::SourceLocation end = source.locate(diagnostic.range.end);
    places.push_back({dsl::codeId(diagnostic.code), diagnostic.message, source.name, begin.line,
                      begin.column, end.line == begin.line ? end.column : begin.column + 1});
  }
  return Error(std::move(places), parsed.render(), parsed.render({.color = true}));
}

namespace {

/// From the disk; `files` are those that were read.
dsl::FileLoader recordingLoader(const std::string &root, std::vector<std::string> &files) {
  return [load = dsl::loaderOf(root), &files](std::string_view path, std::string_view importer) {
    dsl::ImportedText found = load(path, importer);
    if (found.text && !std::ranges::count(files, found.name))
      files.push_back(found.name);
    return found;
  };
}

} // namespace

Result<Analysis> analyse(const What &what) {
  Analysis analysis;
  analysis.fromLibrary = lib::library().contains(what.text);
  if (analysis.fromLibrary)
    analysis.parsed = lib::library().load(what.text);
  else
    analysis.parsed = std::make_shared<dsl::ParseResult>(dsl::analyse(
        {what.fileName, what.text}, &lib::library(),
        what.importRoot.empty() ? nullptr : recordingLoader(what.importRoot, analysis.imported)));
  if (!*analysis.parsed)
    return toError(*analysis.parsed);

  const dsl::Program &program = analysis.program();
  analysis.function = program.entry();
  if (what.function.empty())
    return analysis;
  auto found = std::find_if(program.own.begin(), program.own.end(), [&](dsl::DefinitionIndex i) {
    return program.definitions[i].name == what.function;
  });
  if (found == program.own.end())
    return Error("X2008", what.fileName + " has no definition '" + what.function + "'");
  analysis.function = *found;
  return analysis;
}

std::string warnings(const Analysis &analysis, const CompileOptions &options, bool coloured) {
  if (analysis.fromLibrary)
    return "";
  const dsl::Definition &definition = analysis.definition();
  std::vector<uint32_t> variables;
  auto add = [&](const std::vector<std::string> &names) {
    for (const std::string &name : names)
      if (std::optional<uint32_t> variable = definition.variable(name))
        variables.push_back(*variable);
  };
  add(options.derivative);
  if (options.order != 0 || (options.backward && options.gradients.empty()))
    add(definition.inputs);
  if (options.backward && options.gradients == CompileOptions::allGradients())
    for (size_t i = 0; i < definition.inputs.size() + definition.parameters.size(); ++i)
      variables.push_back(static_cast<uint32_t>(i));
  if (options.backward)
    add(options.gradients);
  const dsl::ParseResult &parsed = *analysis.parsed;
  dsl::RenderOptions picture{.color = coloured};
  return parsed.render(picture) +
         dsl::render(dsl::flatDerivatives(parsed, analysis.function, variables), parsed.source,
                     picture);
}

void addGradientWarnings(dsl::ParseResult &parsed) {
  const dsl::Program &program = *parsed.program;
  std::set<dsl::DefinitionIndex> called;
  for (dsl::ExprId id = 0; id < program.size(); ++id)
    if (program.expr(id).kind == dsl::ExprKind::Call)
      called.insert(program.expr(id).index);
  for (dsl::DefinitionIndex index : program.own) {
    if (called.contains(index))
      continue;
    const dsl::Definition &definition = program.definitions[index];
    std::vector<uint32_t> variables(definition.inputs.size());
    std::iota(variables.begin(), variables.end(), 0u);
    for (size_t i = 0; i < definition.parameters.size(); ++i)
      if (auto parameter = static_cast<uint32_t>(definition.inputs.size() + i);
          !dsl::flatSpots(program, index, parameter).isActive)
        variables.push_back(parameter);
    for (dsl::Diagnostic &warning : dsl::flatDerivatives(parsed, index, variables))
      parsed.diagnostics.push_back(std::move(warning));
  }
}

} // namespace xphi::command
