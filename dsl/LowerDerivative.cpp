// Checking what is said about derivatives: `diff` in expressions, `grad` and `kink` clauses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/LowerExpr.h"

#include "dsl/Interpreter.h"
#include "dsl/LowerConstant.h"

#include <algorithm>
#include <tuple>

namespace xphi::dsl {
namespace {

/// Whether the place of a kink depends on parameters, on one of them if it is given.
bool hasParameter(const Program &program, ExprId place, std::optional<uint32_t> wanted = {}) {
  const Expr &expr = program.expr(place);
  if (expr.kind == ExprKind::Parameter)
    return !wanted || expr.index == *wanted;
  std::span<const ExprId> operands = program.operands(place);
  return std::any_of(operands.begin(), operands.end(),
                     [&](ExprId operand) { return hasParameter(program, operand, wanted); });
}

bool isSamePlace(const Program &program, ExprId a, ExprId b) {
  if (hasParameter(program, a) || hasParameter(program, b))
    return sameExpression(program, a, b);
  return evaluateConstant(program, a) == evaluateConstant(program, b);
}

} // namespace

ExprLowering::Result ExprLowering::diff(const SyntaxNode &node) {
  std::optional<uint32_t> in = variable(node.name);
  Result operand = typed(tree.children(node)[0], Type::Number);
  if (!in || !operand)
    return std::nullopt;
  return program.addDiff(*in, *operand, node.range);
}

std::optional<uint32_t> ExprLowering::variable(const SpelledName &name) {
  auto found = scope.find(name.text);
  uint32_t inputCount = static_cast<uint32_t>(program.definitions[current].inputs.size());
  if (found != scope.end() && found->second.kind == ExprKind::Input)
    return found->second.index;
  if (found != scope.end() && found->second.kind == ExprKind::Parameter)
    return inputCount + found->second.index;
  if (found != scope.end()) {
    fail(Code::NotAVariable, name.range,
         quote(name.text) + " is a `let`; derivatives are in inputs and parameters")
        .note("it was introduced here", found->second.range)
        .help("make it an input of a definition of its own");
    return std::nullopt;
  }
  Diagnostic &diagnostic = fail(Code::NotAVariable, name.range,
                                quote(name.text) + " is neither an input nor a parameter here");
  std::vector<std::string_view> names;
  for (const auto &[known, binding] : scope)
    if (binding.kind != ExprKind::Local)
      names.push_back(known);
  helpWithName(diagnostic, name.text, std::move(names));
  return std::nullopt;
}

/// Grads by variable, then kinks as written, which is how they are printed: lets are numbered in
/// the order in which they are met.
void ExprLowering::clauses(const SyntaxDefinition &written) {
  std::vector<const SyntaxClause *> order;
  std::vector<std::optional<uint32_t>> variables;
  for (const SyntaxClause &clause : written.clauses) {
    order.push_back(&clause);
    variables.push_back(variable(clause.variable));
  }
  auto key = [&](const SyntaxClause *clause) {
    size_t position = static_cast<size_t>(clause - written.clauses.data());
    return std::tuple(clause->position.has_value(),
                      clause->position ? 0 : variables[position].value_or(0), position);
  };
  std::sort(order.begin(), order.end(), [&](auto *a, auto *b) { return key(a) < key(b); });
  for (const SyntaxClause *clause : order) {
    std::optional<uint32_t> in = variables[static_cast<size_t>(clause - written.clauses.data())];
    Result derivative = typed(clause->derivative, Type::Number);
    if (clause->position)
      kink(*clause, in, derivative);
    else
      grad(*clause, in, derivative);
  }
  gradRanges.clear();
}

void ExprLowering::grad(const SyntaxClause &clause, std::optional<uint32_t> in, Result derivative) {
  if (!in)
    return;
  auto [earlier, isNew] = gradRanges.emplace(*in, clause.variable.range);
  if (!isNew)
    fail(Code::DuplicateClause, clause.variable.range,
         "the derivative in " + quote(clause.variable.text) + " is given twice")
        .note("the other clause is here", earlier->second);
  else if (derivative)
    program.definitions[current].grads.push_back({*in, *derivative});
}

void ExprLowering::kink(const SyntaxClause &clause, std::optional<uint32_t> in, Result derivative) {
  ExprId position =
      lowerConstant(tree, *clause.position, kKinkPosition, current, program, diagnostics);
  if (!in)
    return;
  if (auto grad = gradRanges.find(*in); grad != gradRanges.end()) {
    fail(Code::GradAndKink, clause.variable.range,
         "`grad` gives the whole derivative in " + quote(clause.variable.text) +
             ", so that a `kink` has no effect")
        .note("the other clause is here", grad->second);
    return;
  }
  size_t inputCount = program.definitions[current].inputs.size();
  if (*in >= inputCount &&
      hasParameter(program, position, static_cast<uint32_t>(*in - inputCount))) {
    fail(Code::KinkNotConstant, program.expr(position).range,
         "the place of this kink moves with " + quote(clause.variable.text))
        .help("a place is a constant, or made of other parameters");
    return;
  }
  std::vector<KinkClause> &kinks = program.definitions[current].kinks;
  auto samePlace = std::find_if(kinks.begin(), kinks.end(), [&](const KinkClause &kink) {
    return kink.variable == *in && isSamePlace(program, kink.position, position);
  });
  if (samePlace != kinks.end()) {
    fail(Code::DuplicateClause, program.expr(position).range,
         "the derivative in " + quote(clause.variable.text) + " is given twice at this place")
        .note("the other position is here", program.expr(samePlace->position).range);
    return;
  }
  if (derivative)
    kinks.push_back({*in, position, *derivative});
}

} // namespace xphi::dsl
