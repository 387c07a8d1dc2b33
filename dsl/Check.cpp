// The checker's table of contents: names, imports, order, signatures, bodies, size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Check.h"

#include "dsl/ExpandedSize.h"
#include "dsl/FlatSpots.h"
#include "dsl/Frontend.h"
#include "dsl/Import.h"
#include "dsl/Interpreter.h"
#include "dsl/Limits.h"
#include "dsl/LowerConstant.h"
#include "dsl/LowerExpr.h"
#include "dsl/Resolve.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace xphi::dsl {
namespace {

class Checker {
public:
  Checker(const SyntaxTree &tree, const Library *library, std::span<const ImportedFile> files,
          DiagnosticList &diagnostics)
      : tree(tree), library(library), files(files), diagnostics(diagnostics),
        callables(tree, library), importer(program, namesTakenBy(tree)) {}

  std::shared_ptr<const Program> run() {
    checkDefinitionNames();
    importFiles();
    importCalledDefinitions();
    std::vector<uint32_t> order = dependencyOrder(tree, callables, diagnostics);
    for (uint32_t position : order)
      declare(position);
    ExprLowering lowering(tree, callables, imported, definitionOf, program, diagnostics);
    for (uint32_t position : order)
      lowering.definition(position);
    for (uint32_t position = 0; position < tree.definitions.size(); ++position)
      program.own.push_back(definitionOf[position]);
    if (!diagnostics.hasErrors())
      checkExpandedSize(program, tree.bareExpression, diagnostics);
    if (!diagnostics.hasErrors())
      warnOfFlatDerivatives(program, diagnostics);
    return std::make_shared<const Program>(std::move(program));
  }

private:
  Diagnostic &fail(Code code, SourceRange range, std::string message) {
    return diagnostics.error(code, range, std::move(message));
  }

  /// `def tanh(x) = tanh(x)`: a definition that names a primitive and is the primitive.
  bool isPrimitiveItself(const SyntaxDefinition &definition) const {
    const SyntaxNode &body = tree.nodes[definition.body];
    std::span<const SyntaxId> children = tree.children(body);
    return body.kind == SyntaxKind::Call && body.name.text == definition.name.text &&
           definition.parameters.empty() && definition.clauses.empty() && body.argumentCount == 0 &&
           std::equal(children.begin(), children.end(), definition.inputs.begin(),
                      definition.inputs.end(), [this](SyntaxId child, const SpelledName &input) {
                        const SyntaxNode &node = tree.nodes[child];
                        return node.kind == SyntaxKind::Name && node.name.text == input.text;
                      });
  }

  void checkDefinitionNames() {
    std::unordered_map<std::string_view, SourceRange> seen;
    for (const SyntaxDefinition &definition : tree.definitions) {
      const SpelledName &name = definition.name;
      checkVariableCount(definition);
      if (auto [earlier, isNew] = seen.emplace(name.text, name.range); !isNew)
        fail(Code::DuplicateDefinition, name.range, quote(name.text) + " is defined twice")
            .note("the first definition is here", earlier->second);
      else if (namedConstant(name.text))
        fail(Code::ReservedName, name.range,
             quote(name.text) + " is a constant and cannot be defined");
      else if (name.text == kChoiceFunction ||
               (findFunction(name.text) && !isPrimitiveItself(definition)))
        fail(Code::ReservedName, name.range,
             quote(name.text) + " is built in and cannot get another meaning")
            .help("choose another name, such as 'my_" + std::string(name.text) + "'");
    }
  }

  void checkVariableCount(const SyntaxDefinition &definition) {
    auto channels = std::count_if(definition.parameters.begin(), definition.parameters.end(),
                                  [](const SyntaxParameter &row) { return row.channel; });
    size_t arrays = definition.inputs.size() + static_cast<size_t>(channels);
    size_t parameters = definition.parameters.size();
    if (std::max(arrays, parameters) <= kMaxVariables)
      return;
    std::string most = std::to_string(kMaxVariables);
    fail(Code::TooManyVariables, definition.name.range,
         quote(definition.name.text) + " has " +
             (arrays > kMaxVariables
                  ? std::to_string(arrays) + " inputs and channel parameters, more than " + most
                  : std::to_string(parameters) + " parameters, more than " + most))
        .help("write numbers that never change into the expression");
  }

  static std::set<std::string, std::less<>> namesTakenBy(const SyntaxTree &tree) {
    std::set<std::string, std::less<>> taken;
    for (const SyntaxDefinition &definition : tree.definitions)
      taken.emplace(definition.name.text);
    return taken;
  }

  void importFiles() {
    std::set<const ParseResult *> seen;
    for (const ImportedFile &file : files) {
      if (!seen.insert(file.contents.get()).second) {
        fail(Code::ImportClash, file.import.range,
             quote(file.contents->source.name) + " is imported twice");
        continue;
      }
      const Program &from = *file.contents->program;
      std::vector<DefinitionIndex> indices =
          importer.import(from, file.contents->source.name, false);
      for (DefinitionIndex own : from.own)
        importFromFile(file, from.definitions[own].name, indices[own]);
    }
  }

  void importFromFile(const ImportedFile &file, std::string_view name, DefinitionIndex index) {
    const std::string &here = file.contents->source.name;
    CallTarget earlier = callables.find(name);
    if (earlier.kind == CallTarget::Kind::Own) {
      fail(Code::ImportClash, tree.definitions[earlier.position].name.range,
           quote(name) + " is defined here and in " + quote(here))
          .note("imported here", file.import.range);
      return;
    }
    if (!callables.addImported(name)) {
      const std::string &other = program.definitions[imported.find(name)->second].file;
      fail(Code::ImportClash, file.import.range,
           quote(name) + " is defined in " + quote(other) + " and in " + quote(here));
      return;
    }
    imported.emplace(name, index);
  }

  void importCalledDefinitions() {
    for (const SyntaxNode &node : tree.nodes) {
      bool isCall = node.kind == SyntaxKind::Call && !imported.contains(node.name.text);
      if (!isCall || callables.find(node.name.text).kind != CallTarget::Kind::Library)
        continue;
      auto file = library->load(node.name.text);
      if (file && file->program)
        imported.emplace(node.name.text, importer.import(*file->program, file->source.name,
                                                         true)[file->program->entry()]);
    }
  }

  void declare(uint32_t position) {
    const SyntaxDefinition &written = tree.definitions[position];
    Definition made;
    made.name = written.name.text;
    made.doc = written.doc;
    made.nameRange = written.name.range;
    for (const SpelledName &input : written.inputs)
      made.inputs.emplace_back(input.text);
    DefinitionIndex index = static_cast<DefinitionIndex>(program.definitions.size());
    definitionOf[position] = index;
    program.definitions.push_back(std::move(made));
    for (const SyntaxParameter &parameter : written.parameters) {
      ExprId value =
          lowerConstant(tree, parameter.value, kParameterDefault, index, program, diagnostics);
      program.definitions[index].parameters.push_back({std::string(parameter.name.text), value,
                                                       evaluateConstant(program, value),
                                                       parameter.channel});
    }
  }

  const SyntaxTree &tree;
  const Library *library;
  std::span<const ImportedFile> files;
  DiagnosticList &diagnostics;
  Callables callables;
  Program program;
  Importer importer;
  ImportedDefinitions imported;
  std::vector<DefinitionIndex> definitionOf = std::vector<DefinitionIndex>(tree.definitions.size());
};

} // namespace

std::shared_ptr<const Program> check(const SyntaxTree &tree, const Library *library,
                                     std::span<const ImportedFile> files,
                                     DiagnosticList &diagnostics) {
  return Checker(tree, library, files, diagnostics).run();
}

} // namespace xphi::dsl
