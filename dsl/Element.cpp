// The current element of a thread, and who asks for it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dsl/Element.h"

#include "abi/Draw.h"
#include "dsl/LetTable.h"

#include <algorithm>
#include <vector>

namespace xphi::dsl {

thread_local Element *Element::current = nullptr;

bool Element::draw(double p, double seed, double stream) {
  const bool result = isDropped(current ? current->index : 0, p, seed, stream);
  if (current && result)
    ++current->dropped;
  return result;
}

namespace {

/// The places at which it draws, those of what it calls among them, each once.
std::vector<ExprId> drawsOf(const Program &program, DefinitionIndex definition) {
  std::vector<ExprId> left = expressionsOf(program.definitions[definition]), result;
  std::vector<bool> seen(program.definitions.size());
  seen[definition] = true;
  while (!left.empty()) {
    const ExprId id = left.back();
    left.pop_back();
    const Expr &expr = program.expr(id);
    if (expr.kind == ExprKind::Apply && expr.primitive == Primitive::Dropped &&
        std::ranges::find(result, id) == result.end())
      result.push_back(id);
    if (expr.kind == ExprKind::Call && !seen[expr.index]) {
      seen[expr.index] = true;
      const std::vector<ExprId> called = expressionsOf(program.definitions[expr.index]);
      left.insert(left.end(), called.begin(), called.end());
    }
    const std::span<const ExprId> operands = program.operands(id);
    left.insert(left.end(), operands.begin(), operands.end());
  }
  return result;
}

bool calls(const Program &program, DefinitionIndex definition) {
  std::vector<ExprId> left = expressionsOf(program.definitions[definition]);
  while (!left.empty()) {
    const ExprId id = left.back();
    left.pop_back();
    if (program.expr(id).kind == ExprKind::Call)
      return true;
    const std::span<const ExprId> operands = program.operands(id);
    left.insert(left.end(), operands.begin(), operands.end());
  }
  return false;
}

} // namespace

bool draws(const Program &program, DefinitionIndex definition) {
  return !drawsOf(program, definition).empty();
}

bool drawsOnce(const Program &program, DefinitionIndex definition) {
  const std::vector<ExprId> places = drawsOf(program, definition);
  return places.size() == 1 && !calls(program, definition) &&
         std::ranges::all_of(program.operands(places[0]), [&](ExprId operand) {
           const ExprKind kind = program.expr(operand).kind;
           return kind == ExprKind::Parameter || kind == ExprKind::Number;
         });
}

} // namespace xphi::dsl
