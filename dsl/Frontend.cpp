// From text to checked program, and the closure of a function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Frontend.h"

#include "dsl/Check.h"
#include "dsl/Lexer.h"
#include "dsl/Parser.h"
#include "dsl/Printer.h"

namespace xphi::dsl {

ParseResult analyse(SourceText source, const Library *library, FileImports &imports) {
  ParseResult result;
  result.source = std::move(source);
  DiagnosticList diagnostics;
  if (checkIsText(result.source, diagnostics)) {
    TokenList tokens = lex(result.source, diagnostics);
    SyntaxTree tree = parse(result.source, tokens, diagnostics);
    std::vector<ImportedFile> files;
    for (const SyntaxImport &import : tree.imports) {
      if (auto contents = imports.load(import, result.source, diagnostics))
        files.push_back({import, std::move(contents)});
      else
        tree.incomplete = true;
    }
    std::shared_ptr<const Program> program = check(tree, library, files, diagnostics);
    if (!diagnostics.hasErrors())
      result.program = std::move(program);
  }
  result.diagnostics = diagnostics.take();
  return result;
}

ParseResult analyse(SourceText source, const Library *library, const FileLoader &loader) {
  FileImports imports(
      library, loader ? loader : [](std::string_view path, std::string_view) {
        return ImportedText{std::string(path), std::nullopt,
                            "this text was given without a folder to import from"};
      });
  return analyse(std::move(source), library, imports);
}

namespace {

/// Visits what a function calls, callees first, in the order of the calls.
class Closure {
public:
  explicit Closure(const Program &program)
      : program(program), visited(program.definitions.size()) {}

  void definition(DefinitionIndex index) {
    if (visited[index])
      return;
    visited[index] = true;
    const Definition &definition = program.definitions[index];
    expr(definition.body);
    for (const GradClause &grad : definition.grads)
      expr(grad.derivative);
    for (const KinkClause &kink : definition.kinks)
      expr(kink.derivative);
    text += printDefinition(program, index);
  }

  std::string text;

private:
  void expr(ExprId id) {
    for (ExprId operand : program.operands(id))
      expr(operand);
    if (program.expr(id).kind == ExprKind::Call)
      definition(program.expr(id).index);
  }

  const Program &program;
  std::vector<bool> visited;
};

} // namespace

std::string closure(const Program &program, DefinitionIndex function) {
  Closure closure(program);
  closure.definition(function);
  return std::move(closure.text);
}

} // namespace xphi::dsl
