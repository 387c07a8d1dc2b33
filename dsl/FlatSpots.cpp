// Following a variable through a program to the steps that swallow it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/FlatSpots.h"

#include "dsl/Frontend.h"
#include "dsl/LetTable.h"

#include <algorithm>
#include <map>

namespace xphi::dsl {
namespace {

bool isStep(Primitive primitive) {
  switch (primitive) {
  case Primitive::Sign:
  case Primitive::Step:
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
    return true;
  default:
    return false;
  }
}

/// What happens to the variables of a call that depend on the variable in question.
struct Passage {
  bool isActive = false; ///< the result depends on it, smoothly somewhere
  std::optional<Primitive> step;
  uint32_t variable = 0; ///< of the callee: the first one that leads to the step
};
using Passages = std::map<std::pair<DefinitionIndex, std::vector<uint32_t>>, Passage>;

class Search {
public:
  /// `variables`, in ascending order, are those that depend on the variable in question.
  Search(const Program &program, DefinitionIndex index, std::vector<uint32_t> variables,
         Passages &passages)
      : program(program), definition(program.definitions[index]), variables(std::move(variables)),
        lets(definition.lets.size()), passages(passages) {}

  void bind(std::span<const BoundLet> bound) {
    for (const BoundLet &let : bound)
      lets[let.let] = isActive(let.value);
  }

  /// Whether an expression has a derivative in the variable.
  bool isActive(ExprId id) {
    const Expr &expr = program.expr(id);
    if (expr.type == Type::Bool)
      return false;
    std::span<const ExprId> operands = program.operands(id);
    switch (expr.kind) {
    case ExprKind::Number:
      return false;
    case ExprKind::Input:
      return dependsOn(expr.index);
    case ExprKind::Parameter:
      return dependsOn(static_cast<uint32_t>(definition.inputs.size()) + expr.index);
    case ExprKind::Local:
      return lets[expr.index];
    case ExprKind::Let:
      lets[expr.index] = isActive(operands[0]);
      return isActive(operands[1]);
    case ExprKind::If:
      return isAnyActive(operands.subspan(1));
    case ExprKind::Apply:
      return isAnyActive(operands) && !isFlat(expr);
    case ExprKind::Call:
      return throughCall(id);
    case ExprKind::Diff:
      return isActive(operands[0]);
    }
    return false;
  }

  std::vector<FlatSpot> spots;

private:
  bool dependsOn(uint32_t variable) const {
    return std::binary_search(variables.begin(), variables.end(), variable);
  }

  bool isAnyActive(std::span<const ExprId> ids) {
    bool any = false;
    for (ExprId id : ids)
      any = isActive(id) || any;
    return any;
  }

  bool isFlat(const Expr &expr) {
    if (!isStep(expr.primitive))
      return false;
    spots.push_back({expr.range, expr.primitive, "", ""});
    return true;
  }

  bool throughCall(ExprId id) {
    const Expr &expr = program.expr(id);
    const Definition &callee = program.definitions[expr.index];
    std::span<const ExprId> operands = program.operands(id);
    std::vector<uint32_t> through;
    bool replaced = false;
    for (uint32_t i = 0; i < operands.size(); ++i) {
      if (!isActive(operands[i]))
        continue;
      if (std::any_of(callee.grads.begin(), callee.grads.end(),
                      [i](const GradClause &grad) { return grad.variable == i; }))
        replaced = true;
      else
        through.push_back(i);
    }
    if (through.empty())
      return replaced;
    auto [known, isNew] = passages.emplace(std::pair(expr.index, through), Passage{});
    if (isNew) {
      Search search(program, expr.index, through, passages);
      known->second.isActive = search.isActive(callee.body);
      if (!search.spots.empty()) {
        known->second.step = search.spots.front().primitive;
        known->second.variable = *std::find_if(through.begin(), through.end(), [&](uint32_t i) {
          Search alone(program, expr.index, {i}, passages);
          alone.isActive(callee.body);
          return !alone.spots.empty() || i == through.back();
        });
      }
    }
    if (known->second.step && !callee.fromLibrary)
      spots.push_back({expr.range, *known->second.step, callee.name,
                       callee.variableName(known->second.variable)});
    return replaced || known->second.isActive;
  }

  const Program &program;
  const Definition &definition;
  std::vector<uint32_t> variables;
  std::vector<bool> lets;
  Passages &passages;
};

/// Whose gradient is meant.
struct Subject {
  std::string definition; ///< empty: none with a name, or the derivative is that of a `diff`
  std::string variable;
  bool isParameter = false;
  bool isActive = false;
};

std::string consequence(const Subject &subject) {
  if (!subject.isParameter)
    return "";
  return subject.isActive ? ": no gradient reaches " + quote(subject.variable) + " through it"
                          : ": " + quote(subject.variable) + " never learns";
}

void warn(const FlatSpot &spot, const Subject &subject, DiagnosticList &diagnostics) {
  std::string step = quote(info(spot.primitive).spelling);
  std::string meant = "give the one that is meant: a ";
  if (!spot.callee.empty())
    diagnostics
        .warning(Code::FlatDerivative, spot.range,
                 quote(spot.callee) + " contains " + step + ", whose derivative is zero" +
                     consequence(subject))
        .help(meant + "clause `grad " + spot.calleeVariable + " = 1` of " + quote(spot.callee));
  else if (subject.definition.empty() || subject.isActive)
    diagnostics
        .warning(Code::FlatDerivative, spot.range,
                 "the derivative of " + step + " is zero" + consequence(subject))
        .help(meant + "definition of its own with a clause `grad " + subject.variable + " = 1`");
  else
    diagnostics
        .warning(Code::FlatDerivative, spot.range,
                 "the derivative of " + step + " is zero" + consequence(subject))
        .help(meant + "clause `grad " + subject.variable + " = ...` of " +
              quote(subject.definition));
}

/// Warns once of each place.
class Warnings {
public:
  explicit Warnings(DiagnosticList &diagnostics) : diagnostics(diagnostics) {}

  void known(SourceRange range) { reported.push_back(range); }
  void add(std::span<const FlatSpot> spots, const Subject &subject) {
    for (const FlatSpot &spot : spots) {
      if (std::find(reported.begin(), reported.end(), spot.range) != reported.end())
        continue;
      known(spot.range);
      warn(spot, subject, diagnostics);
    }
  }

private:
  DiagnosticList &diagnostics;
  std::vector<SourceRange> reported;
};

} // namespace

FlatSpots flatSpots(const Program &program, DefinitionIndex definition, uint32_t variable) {
  const Definition &searched = program.definitions[definition];
  for (const GradClause &grad : searched.grads)
    if (grad.variable == variable)
      return {{}, true};
  Passages passages;
  Search search(program, definition, {variable}, passages);
  bool isActive = search.isActive(searched.body);
  return {std::move(search.spots), isActive};
}

void warnOfFlatDerivatives(const Program &program, DiagnosticList &diagnostics) {
  Passages passages;
  for (DefinitionIndex index : program.own) {
    const Definition &definition = program.definitions[index];
    std::optional<LetTable> table;
    Warnings warnings(diagnostics);
    std::vector<ExprId> left = expressionsOf(definition);
    while (!left.empty()) {
      ExprId id = left.back();
      left.pop_back();
      std::span<const ExprId> operands = program.operands(id);
      left.insert(left.end(), operands.begin(), operands.end());
      const Expr &expr = program.expr(id);
      if (expr.kind != ExprKind::Diff)
        continue;
      if (!table)
        table.emplace(program, definition);
      Search search(program, index, {expr.index}, passages);
      search.bind(table->neededBy(operands[0]));
      search.isActive(operands[0]);
      warnings.add(search.spots, {.variable = definition.variableName(expr.index)});
    }
  }
}

std::vector<Diagnostic> flatDerivatives(const ParseResult &parsed, DefinitionIndex definition,
                                        std::span<const uint32_t> variables) {
  DiagnosticList diagnostics;
  Warnings warnings(diagnostics);
  for (const Diagnostic &diagnostic : parsed.diagnostics)
    if (!diagnostic.source)
      warnings.known(diagnostic.range);
  const Definition &searched = parsed.program->definitions[definition];
  bool isNamed = searched.nameRange.end > searched.nameRange.begin;
  for (uint32_t variable : variables) {
    FlatSpots found = flatSpots(*parsed.program, definition, variable);
    warnings.add(found.spots, {isNamed ? searched.name : "", searched.variableName(variable),
                               variable >= searched.inputs.size(), found.isActive});
  }
  return diagnostics.take();
}

} // namespace xphi::dsl
