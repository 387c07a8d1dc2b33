// One copying walk, which can put something else in place of one expression.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/property/Rewriting.h"

#include "dsl/Frontend.h"

#include <algorithm>
#include <optional>

namespace xphi::property {

using namespace dsl;

namespace {

struct Change {
  enum class Kind { None, Operand, Number, Input, DropGrad, DropKink };
  Kind kind = Kind::None;
  ExprId at = 0;      ///< the expression, or the definition with the clause
  uint32_t which = 0; ///< operand, input or clause
  std::string number;
};

class Copy {
public:
  Copy(const Program &from, Change change, bool inlineLets)
      : from(from), change(std::move(change)), inlineLets(inlineLets) {}

  Program run() {
    for (DefinitionIndex i = 0; i < from.definitions.size(); ++i)
      definition(i);
    to.own = from.own;
    return std::move(to);
  }

private:
  struct Name {
    uint32_t let = 0;                ///< in the copy
    std::optional<ExprId> standsFor; ///< in the original; the name is not copied
  };

  void definition(DefinitionIndex index) {
    const Definition &original = from.definitions[index];
    Definition copy = original;
    copy.lets.clear();
    copy.fromLibrary = false;
    for (Parameter &parameter : copy.parameters)
      parameter.defaultValue = expr(parameter.defaultValue);
    copy.grads.clear();
    copy.kinks.clear();
    to.definitions.push_back(std::move(copy));
    names.assign(original.lets.size(), {});
    const ExprId body = expr(original.body);
    current().body = body;
    for (uint32_t i = 0; i < original.grads.size(); ++i)
      if (!drops(Change::Kind::DropGrad, index, i)) {
        const ExprId derivative = expr(original.grads[i].derivative);
        current().grads.push_back({original.grads[i].variable, derivative});
      }
    for (uint32_t i = 0; i < original.kinks.size(); ++i)
      if (!drops(Change::Kind::DropKink, index, i)) {
        const KinkClause &kink = original.kinks[i];
        const ExprId position = expr(kink.position);
        const ExprId derivative = expr(kink.derivative);
        current().kinks.push_back({kink.variable, position, derivative});
      }
  }

  Definition &current() { return to.definitions.back(); }

  bool drops(Change::Kind kind, DefinitionIndex index, uint32_t clause) const {
    return change.kind == kind && change.at == index && change.which == clause;
  }

  ExprId expr(ExprId id) {
    if (change.at == id) {
      if (change.kind == Change::Kind::Number)
        return to.addNumber(*Number::decimal(change.number));
      if (change.kind == Change::Kind::Input)
        return to.addInput(change.which);
    }
    const bool toOperand = change.kind == Change::Kind::Operand && change.at == id;
    const Expr &original = from.expr(id);
    if (original.kind == ExprKind::Let) {
      if (inlineLets || toOperand) {
        names[original.index].standsFor = from.operand(id, 0);
        return expr(from.operand(id, toOperand ? change.which : 1));
      }
      return let(id);
    }
    if (toOperand)
      return expr(from.operand(id, change.which));
    if (original.kind == ExprKind::Local) {
      const Name &name = names[original.index];
      return name.standsFor ? expr(*name.standsFor) : to.addLocal(name.let, original.type);
    }
    std::vector<ExprId> operands;
    for (ExprId operand : from.operands(id))
      operands.push_back(expr(operand));
    switch (original.kind) {
    case ExprKind::Number:
      return to.addNumber(from.number(id));
    case ExprKind::Input:
      return to.addInput(original.index);
    case ExprKind::Parameter:
      return to.addParameter(original.index);
    case ExprKind::If:
      return to.addIf(operands[0], operands[1], operands[2]);
    case ExprKind::Apply:
      return to.addApply(original.primitive, operands);
    case ExprKind::Call:
      return to.addCall(original.index, operands);
    default:
      return to.addDiff(original.index, operands[0]);
    }
  }

  /// Under a name of its own: a value may be copied to several places.
  ExprId let(ExprId id) {
    const uint32_t original = from.expr(id).index;
    const ExprId value = expr(from.operand(id, 0));
    const uint32_t index = static_cast<uint32_t>(current().lets.size());
    current().lets.push_back("t" + std::to_string(index));
    names[original] = {index, std::nullopt};
    return to.addLet(index, value, expr(from.operand(id, 1)));
  }

  const Program &from;
  const Change change;
  const bool inlineLets;
  Program to;
  std::vector<Name> names; ///< by let of the original
};

/// Those that change most first.
std::vector<Change> changes(const Program &program) {
  std::vector<Change> all;
  for (DefinitionIndex index = 0; index < program.definitions.size(); ++index) {
    const Definition &definition = program.definitions[index];
    for (uint32_t i = 0; i < definition.grads.size(); ++i)
      all.push_back({Change::Kind::DropGrad, index, i, ""});
    for (uint32_t i = 0; i < definition.kinks.size(); ++i)
      all.push_back({Change::Kind::DropKink, index, i, ""});
  }
  for (ExprId id = static_cast<ExprId>(program.size()); id-- > 0;) {
    const Expr &expr = program.expr(id);
    for (uint32_t i = 0; i < expr.operandCount; ++i)
      if (program.expr(program.operand(id, i)).type == expr.type)
        all.push_back({Change::Kind::Operand, id, i, ""});
    const bool isLeaf = expr.kind == ExprKind::Number || expr.kind == ExprKind::Input;
    if (expr.type == Type::Bool || isLeaf)
      continue;
    all.push_back({Change::Kind::Input, id, 0, ""});
    for (const char *number : {"1", "2", "0"})
      all.push_back({Change::Kind::Number, id, 0, number});
  }
  return all;
}

} // namespace

Program withoutLets(const Program &program) { return Copy(program, {}, true).run(); }

std::string shrunk(std::string text, const StillFails &stillFails, unsigned trials) {
  for (bool progress = true; progress && trials > 0;) {
    progress = false;
    const ParseResult parsed = analyse({"shrinking.phi", text});
    if (!parsed)
      return text;
    for (const Change &change : changes(*parsed.program)) {
      const Program smaller = Copy(*parsed.program, change, false).run();
      std::string candidate = closure(smaller, smaller.entry());
      if (candidate.size() >= text.size())
        continue;
      if (trials-- == 0)
        return text;
      if (stillFails(candidate)) {
        text = std::move(candidate);
        progress = true;
        break;
      }
    }
  }
  return text;
}

} // namespace xphi::property
