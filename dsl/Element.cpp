// The current element of a thread, and who asks for it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Element.h"

#include "abi/Draw.h"
#include "dsl/LetTable.h"

#include <vector>

namespace xphi::dsl {

thread_local Element *Element::current = nullptr;

bool Element::draw(double p, double seed, double stream) {
  const bool result = isDropped(current ? current->index : 0, p, seed, stream);
  if (current && result)
    ++current->dropped;
  return result;
}

bool draws(const Program &program, DefinitionIndex definition) {
  std::vector<ExprId> left = expressionsOf(program.definitions[definition]);
  std::vector<bool> seen(program.definitions.size());
  seen[definition] = true;
  while (!left.empty()) {
    const ExprId id = left.back();
    left.pop_back();
    const Expr &expr = program.expr(id);
    if (expr.kind == ExprKind::Apply && expr.primitive == Primitive::Dropped)
      return true;
    if (expr.kind == ExprKind::Call && !seen[expr.index]) {
      seen[expr.index] = true;
      const std::vector<ExprId> called = expressionsOf(program.definitions[expr.index]);
      left.insert(left.end(), called.begin(), called.end());
    }
    const std::span<const ExprId> operands = program.operands(id);
    left.insert(left.end(), operands.begin(), operands.end());
  }
  return false;
}

} // namespace xphi::dsl
