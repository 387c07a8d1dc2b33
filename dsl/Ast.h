// The checked program: what the compiler, the interpreter and the printer read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every name is resolved, every call has all its operands, every expression has its type. Nodes
// live in one vector and refer to each other by ExprId, so a program is copied and destroyed
// without recursion. Two orders hold and may be relied on:
//   - an expression's operands have smaller ids than the expression;
//   - a definition only calls definitions with a smaller index, so there is no recursion.
// Depth is bounded (Limits.h), also through calls: walking a program recursively is safe.
#pragma once

#include "dsl/Number.h"
#include "dsl/Primitive.h"
#include "dsl/Source.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xphi::dsl {

using ExprId = uint32_t;
using DefinitionIndex = uint32_t;

enum class ExprKind : uint8_t {
  Number,    ///< Program::number(id): an exact decimal, pi, e or inf
  Input,     ///< index: position among the definition's inputs
  Parameter, ///< index: position among the definition's parameters
  Local,     ///< index: the let it names, a position in Definition::lets
  Let,       ///< index as in Local; operands: value, body
  If,        ///< operands: condition (Bool), then, else (of one type)
  Apply,     ///< primitive; operands: as many as its arity
  Call,      ///< index: DefinitionIndex; operands: its inputs, then all its parameters, in order
  Diff,      ///< index: the variable, counted through inputs, then parameters; operand: what is
             ///< differentiated, locals it names included (they depend on the variable, too)
};

struct Expr {
  ExprKind kind = ExprKind::Number;
  Type type = Type::Number;
  Primitive primitive{}; ///< of Apply
  uint32_t index = 0;
  uint32_t firstOperand = 0;
  uint32_t operandCount = 0;
  SourceRange range; ///< in the text the definition was read from
};

struct Parameter {
  std::string name;
  ExprId defaultValue;  ///< a constant expression: numbers and primitives only
  double value;         ///< the default, rounded to double
  bool channel = false; ///< one value for each channel instead of one
};

/// `grad v = e`: wherever this definition is called, its derivative in v is e.
struct GradClause {
  uint32_t variable; ///< counted through inputs, then parameters
  ExprId derivative; ///< in terms of inputs and parameters
};

/// `kink v = c: e`: where v equals c, the derivative in v is e.
struct KinkClause {
  uint32_t variable;
  ExprId position; ///< numbers, parameters and primitives only
  ExprId derivative;
};

struct Definition {
  std::string name; ///< unique in the program
  std::vector<std::string> inputs;
  std::vector<Parameter> parameters;
  std::vector<std::string> lets; ///< by let id; ids are unique in a definition, names need not be
  std::string doc;               ///< lines of the `///` comment, joined by '\n', markers removed
  ExprId body = 0;
  std::vector<GradClause> grads; ///< by variable, at most one each
  std::vector<KinkClause> kinks; ///< in the order written; none for a variable with a grad clause
  SourceRange nameRange;

  /// How `diff`, `grad` and `kink` count names.
  const std::string &variableName(uint32_t variable) const {
    return variable < inputs.size() ? inputs[variable] : parameters[variable - inputs.size()].name;
  }
  bool fromLibrary = false; ///< pulled in by a call
  std::string file;         ///< that ranges refer to; empty: the text itself

  /// The position of this name, counted through inputs, then parameters.
  std::optional<uint32_t> variable(std::string_view wanted) const;
};

/// Definitions in dependency order and the expressions they share.
class Program {
public:
  std::vector<Definition> definitions;
  /// The definitions of the source text itself, in the order they were written.
  std::vector<DefinitionIndex> own;

  const Expr &expr(ExprId id) const { return exprs[id]; }
  std::span<const ExprId> operands(ExprId id) const {
    return {pool.data() + exprs[id].firstOperand, exprs[id].operandCount};
  }
  ExprId operand(ExprId id, uint32_t position) const { return operands(id)[position]; }
  const Number &number(ExprId id) const { return numbers[exprs[id].index]; }
  size_t size() const { return exprs.size(); }

  std::optional<DefinitionIndex> find(std::string_view name) const;
  /// The definition written last: what a file or a bare expression stands for.
  DefinitionIndex entry() const { return own.back(); }

  // Building blocks for the checker and for tests; operands must exist already.
  ExprId addNumber(Number number, SourceRange range = {});
  ExprId addInput(uint32_t index, SourceRange range = {});
  ExprId addParameter(uint32_t index, SourceRange range = {});
  ExprId addLocal(uint32_t let, Type type, SourceRange range = {});
  ExprId addLet(uint32_t let, ExprId value, ExprId body, SourceRange range = {});
  ExprId addIf(ExprId condition, ExprId then, ExprId otherwise, SourceRange range = {});
  ExprId addApply(Primitive primitive, std::span<const ExprId> operands, SourceRange range = {});
  ExprId addDiff(uint32_t variable, ExprId expression, SourceRange range = {});
  ExprId addCall(DefinitionIndex callee, std::span<const ExprId> operands, SourceRange range = {});

private:
  ExprId add(Expr expr, std::span<const ExprId> operands);

  std::vector<Expr> exprs;
  std::vector<ExprId> pool;
  std::vector<Number> numbers;
};

/// True if the two definitions mean the same, letter for letter: names, structure, numbers.
/// Ranges, docs and the order of unrelated definitions do not count.
bool sameDefinition(const Program &a, DefinitionIndex inA, const Program &b, DefinitionIndex inB);
/// The same of two expressions of one program.
bool sameExpression(const Program &program, ExprId a, ExprId b);

} // namespace xphi::dsl
