// Where each primitive jumps, and where its domain ends.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/ContinuousArithmetic.h"

namespace xphi::reference {

using dsl::Primitive;

namespace {

bool isOne(const ArbBall &x) { return arb_is_one(x.get()); }

/// Of operands that are numbers or infinite.
bool isJump(Primitive primitive, std::span<const Sum> operands) {
  const ArbBall &x = operands[0].value;
  switch (primitive) {
  case Primitive::Sign:
  case Primitive::Step:
  case Primitive::Sqrt:
  case Primitive::Rsqrt:
  case Primitive::Log:
  case Primitive::Log2:
  case Primitive::Log10:
  case Primitive::Log1mexp:
    return arb_contains_zero(x.get());
  case Primitive::Log1p:
    return arb_contains_zero((x + 1.0).get());
  case Primitive::Logit:
    return x.isExactZero() || isOne(x);
  case Primitive::Asin:
  case Primitive::Acos:
  case Primitive::Atanh:
  case Primitive::Acosh:
    return isOne(abs(x));
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
  case Primitive::Trunc:
  case Primitive::Frac:
    return arb_is_int_2exp_si(x.get(), -1);
  case Primitive::Pow: // 1^inf, inf^0, 0^0
    return !operands[1].value.isFinite() ||
           (operands[1].value.isExactZero() && (!x.isFinite() || x.isExactZero()));
  default:
    return false;
  }
}

} // namespace

Sum ContinuousArithmetic::apply(Primitive primitive, std::span<const Sum> operands) {
  hasJumped |= isJump(primitive, operands);
  return sums.apply(primitive, operands);
}

bool ContinuousArithmetic::compare(Primitive primitive, const Sum &a, const Sum &b) {
  hasJumped |= !arb_lt(a.value.get(), b.value.get()) && !arb_gt(a.value.get(), b.value.get());
  return sums.compare(primitive, a, b);
}

} // namespace xphi::reference
