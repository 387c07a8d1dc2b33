// Looking lets up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/LetTable.h"

#include <algorithm>

namespace xphi::dsl {
namespace {

/// Visits expressions and their operands; the visitor may add more to visit.
template <class Visitor>
void eachBelow(const Program &program, std::vector<ExprId> left, Visitor visit) {
  while (!left.empty()) {
    ExprId id = left.back();
    left.pop_back();
    visit(id, left);
    std::span<const ExprId> operands = program.operands(id);
    left.insert(left.end(), operands.begin(), operands.end());
  }
}

} // namespace

std::vector<ExprId> expressionsOf(const Definition &definition) {
  std::vector<ExprId> all{definition.body};
  for (const GradClause &grad : definition.grads)
    all.push_back(grad.derivative);
  for (const KinkClause &kink : definition.kinks)
    all.push_back(kink.derivative);
  return all;
}

LetTable::LetTable(const Program &program, const Definition &definition)
    : program(program), values(definition.lets.size()) {
  eachBelow(program, expressionsOf(definition), [&](ExprId id, std::vector<ExprId> &) {
    const Expr &expr = program.expr(id);
    if (expr.kind == ExprKind::Let)
      values[expr.index] = program.operand(id, 0);
  });
}

std::vector<BoundLet> LetTable::neededBy(ExprId expr) const {
  std::vector<bool> seen(values.size());
  std::vector<BoundLet> needed;
  eachBelow(program, {expr}, [&](ExprId id, std::vector<ExprId> &more) {
    const Expr &at = program.expr(id);
    if (at.kind != ExprKind::Local || seen[at.index])
      return;
    seen[at.index] = true;
    needed.push_back({at.index, values[at.index]});
    more.push_back(values[at.index]);
  });
  // A let's value only names lets made before it, with smaller ids.
  std::sort(needed.begin(), needed.end(),
            [](const BoundLet &a, const BoundLet &b) { return a.let < b.let; });
  return needed;
}

} // namespace xphi::dsl
