// Building and comparing checked programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Ast.h"

#include <algorithm>
#include <array>

namespace xphi::dsl {

std::optional<uint32_t> Definition::variable(std::string_view wanted) const {
  for (uint32_t i = 0; i < inputs.size(); ++i)
    if (inputs[i] == wanted)
      return i;
  for (uint32_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].name == wanted)
      return static_cast<uint32_t>(inputs.size()) + i;
  return std::nullopt;
}

std::optional<DefinitionIndex> Program::find(std::string_view name) const {
  for (DefinitionIndex i = 0; i < definitions.size(); ++i)
    if (definitions[i].name == name)
      return i;
  return std::nullopt;
}

ExprId Program::add(Expr expr, std::span<const ExprId> operands) {
  expr.firstOperand = static_cast<uint32_t>(pool.size());
  expr.operandCount = static_cast<uint32_t>(operands.size());
  pool.insert(pool.end(), operands.begin(), operands.end());
  exprs.push_back(expr);
  return static_cast<ExprId>(exprs.size() - 1);
}

ExprId Program::addNumber(Number number, SourceRange range) {
  numbers.push_back(std::move(number));
  uint32_t index = static_cast<uint32_t>(numbers.size() - 1);
  return add({.kind = ExprKind::Number, .index = index, .range = range}, {});
}

ExprId Program::addInput(uint32_t index, SourceRange range) {
  return add({.kind = ExprKind::Input, .index = index, .range = range}, {});
}

ExprId Program::addParameter(uint32_t index, SourceRange range) {
  return add({.kind = ExprKind::Parameter, .index = index, .range = range}, {});
}

ExprId Program::addLocal(uint32_t let, Type type, SourceRange range) {
  return add({.kind = ExprKind::Local, .type = type, .index = let, .range = range}, {});
}

ExprId Program::addLet(uint32_t let, ExprId value, ExprId body, SourceRange range) {
  Expr expr{.kind = ExprKind::Let, .type = exprs[body].type, .index = let, .range = range};
  return add(expr, std::array{value, body});
}

ExprId Program::addIf(ExprId condition, ExprId then, ExprId otherwise, SourceRange range) {
  Expr expr{.kind = ExprKind::If, .type = exprs[then].type, .range = range};
  return add(expr, std::array{condition, then, otherwise});
}

ExprId Program::addApply(Primitive primitive, std::span<const ExprId> operands, SourceRange range) {
  Type type = info(primitive).result;
  return add({.kind = ExprKind::Apply, .type = type, .primitive = primitive, .range = range},
             operands);
}

ExprId Program::addDiff(uint32_t variable, ExprId expression, SourceRange range) {
  return add({.kind = ExprKind::Diff, .index = variable, .range = range}, std::array{expression});
}

ExprId Program::addCall(DefinitionIndex callee, std::span<const ExprId> operands,
                        SourceRange range) {
  return add({.kind = ExprKind::Call, .index = callee, .range = range}, operands);
}

namespace {

/// Compares two programs, definition by definition. A pair under comparison or found equal is not
/// compared again.
class Comparison {
public:
  Comparison(const Program &a, const Program &b)
      : a(a), b(b), partner(a.definitions.size(), kUnknown) {}

  bool definitions(DefinitionIndex i, DefinitionIndex j) {
    if (partner[i] != kUnknown)
      return partner[i] == j;
    partner[i] = j;
    const Definition &left = a.definitions[i], &right = b.definitions[j];
    auto sameParameter = [this](const Parameter &p, const Parameter &q) {
      return p.name == q.name && p.channel == q.channel && exprs(p.defaultValue, q.defaultValue);
    };
    auto sameGrad = [this](const GradClause &p, const GradClause &q) {
      return p.variable == q.variable && exprs(p.derivative, q.derivative);
    };
    auto sameKink = [this](const KinkClause &p, const KinkClause &q) {
      return p.variable == q.variable && exprs(p.position, q.position) &&
             exprs(p.derivative, q.derivative);
    };
    return left.name == right.name && left.inputs == right.inputs && left.lets == right.lets &&
           std::equal(left.parameters.begin(), left.parameters.end(), right.parameters.begin(),
                      right.parameters.end(), sameParameter) &&
           std::equal(left.grads.begin(), left.grads.end(), right.grads.begin(), right.grads.end(),
                      sameGrad) &&
           std::equal(left.kinks.begin(), left.kinks.end(), right.kinks.begin(), right.kinks.end(),
                      sameKink) &&
           exprs(left.body, right.body);
  }

  bool exprs(ExprId i, ExprId j) {
    const Expr &left = a.expr(i), &right = b.expr(j);
    if (left.kind != right.kind || left.type != right.type || left.primitive != right.primitive)
      return false;
    if (left.kind == ExprKind::Number)
      return a.number(i) == b.number(j);
    bool sameTarget = left.kind == ExprKind::Call ? definitions(left.index, right.index)
                                                  : left.index == right.index;
    std::span<const ExprId> ofLeft = a.operands(i), ofRight = b.operands(j);
    return sameTarget && std::equal(ofLeft.begin(), ofLeft.end(), ofRight.begin(), ofRight.end(),
                                    [this](ExprId x, ExprId y) { return exprs(x, y); });
  }

private:
  static constexpr DefinitionIndex kUnknown = UINT32_MAX;
  const Program &a, &b;
  std::vector<DefinitionIndex> partner;
};

} // namespace

bool sameDefinition(const Program &a, DefinitionIndex inA, const Program &b, DefinitionIndex inB) {
  return Comparison(a, b).definitions(inA, inB);
}

bool sameExpression(const Program &program, ExprId a, ExprId b) {
  return Comparison(program, program).exprs(a, b);
}

} // namespace xphi::dsl
