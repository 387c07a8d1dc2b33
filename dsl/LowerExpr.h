// Checking expressions: names get their meaning and every expression its type.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "dsl/Ast.h"
#include "dsl/DiagnosticList.h"
#include "dsl/Resolve.h"
#include "dsl/Syntax.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace xphi::dsl {

using ImportedDefinitions = std::unordered_map<std::string_view, DefinitionIndex>;

/// Fills in the bodies of declared definitions. Expressions that contain an error have no result
/// and are passed over in silence by whatever contains them.
class ExprLowering {
public:
  ExprLowering(const SyntaxTree &tree, const Callables &callables,
               const ImportedDefinitions &imported,
               const std::vector<DefinitionIndex> &definitionOf, Program &program,
               DiagnosticList &diagnostics)
      : tree(tree), callables(callables), imported(imported), definitionOf(definitionOf),
        program(program), diagnostics(diagnostics) {}

  void definition(uint32_t position);

private:
  struct Binding {
    ExprKind kind; ///< Input, Parameter or Local
    uint32_t index;
    std::optional<Type> type; ///< none: its value has an error
    SourceRange range;
  };
  using Result = std::optional<ExprId>;

  bool bind(const SpelledName &name, Binding binding);
  Result expr(SyntaxId id);
  Result typed(SyntaxId id, Type wanted);
  Result name(const SyntaxNode &node);
  Result let(const SyntaxNode &node);
  Result conditional(const SyntaxNode &node);
  Result apply(const SyntaxNode &node, Primitive primitive);
  Result diff(const SyntaxNode &node);
  Result call(const SyntaxNode &node);
  Result callDefinition(const SyntaxNode &node, DefinitionIndex callee);
  /// `where(c, a, b)`
  Result choice(const SyntaxNode &node);
  Result callPrimitive(const SyntaxNode &node, const PrimitiveInfo &row);
  std::optional<std::vector<ExprId>> parametersOf(const SyntaxNode &node, DefinitionIndex callee);

  /// An input or parameter, counted through both; none after an error.
  std::optional<uint32_t> variable(const SpelledName &name);
  void clauses(const SyntaxDefinition &written);
  void grad(const SyntaxClause &clause, std::optional<uint32_t> in, Result derivative);
  void kink(const SyntaxClause &clause, std::optional<uint32_t> in, Result derivative);

  Diagnostic &failInputCount(const SyntaxNode &node, size_t wanted);
  std::string_view functionMeantBy(std::string_view name) const;
  bool helpWithFunction(Diagnostic &diagnostic, const SpelledName &name) const;
  bool helpWithName(Diagnostic &diagnostic, std::string_view name,
                    std::vector<std::string_view> known) const;
  std::string namesInScope() const;
  void failUnknownName(const SpelledName &name);
  void failUnknownFunction(const SpelledName &name);
  Diagnostic &fail(Code code, SourceRange range, std::string message);

  const SyntaxTree &tree;
  const Callables &callables;
  const ImportedDefinitions &imported;
  const std::vector<DefinitionIndex> &definitionOf;
  Program &program;
  DiagnosticList &diagnostics;

  DefinitionIndex current = 0;
  std::unordered_map<std::string_view, Binding> scope;
  std::unordered_set<std::string_view> reportedNames;   ///< unknown ones: once a definition
  std::unordered_map<uint32_t, SourceRange> gradRanges; ///< of the current definition
};

} // namespace xphi::dsl
