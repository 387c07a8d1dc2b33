// What Arb spends on a program: each operation by itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/Cost.h"

#include <algorithm>

namespace xphi::compiler {
namespace {

std::size_t own(const dsl::Expr &expr) {
  using dsl::Primitive;
  if (expr.kind != dsl::ExprKind::Apply)
    return 1;
  switch (expr.primitive) {
  case Primitive::Neg:
  case Primitive::Add:
  case Primitive::Sub:
  case Primitive::Mul:
  case Primitive::Abs:
  case Primitive::Sign:
  case Primitive::Step:
  case Primitive::Min:
  case Primitive::Max:
  case Primitive::Clamp:
  case Primitive::Lt:
  case Primitive::Le:
  case Primitive::Gt:
  case Primitive::Ge:
  case Primitive::Eq:
  case Primitive::Ne:
  case Primitive::And:
  case Primitive::Or:
  case Primitive::Not:
  case Primitive::Dropped:
    return 2;
  case Primitive::Div:
  case Primitive::Sqrt:
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
    return 4;
  case Primitive::Erf:
  case Primitive::Erfc:
  case Primitive::NormalCdf:
    return 60;
  default:
    return 25;
  }
}

} // namespace

std::size_t costOf(const dsl::Program &program, dsl::ExprId id) {
  const dsl::Expr &expr = program.expr(id);
  std::size_t sum = own(expr);
  for (dsl::ExprId operand : program.operands(id))
    sum += costOf(program, operand);
  if (expr.kind == dsl::ExprKind::Diff)
    sum *= 3; // value and tangent
  if (expr.kind == dsl::ExprKind::Call) {
    // Where a clause has its say, the value is computed once more without tangents.
    const dsl::Definition &called = program.definitions[expr.index];
    const std::size_t body = costOf(program, called.body);
    sum += called.grads.empty() && called.kinks.empty() ? body : 3 * body;
  }
  return std::min(sum, std::size_t(1) << 40);
}

} // namespace xphi::compiler
