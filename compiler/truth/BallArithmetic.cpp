// Every primitive on balls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/BallArithmetic.h"

#include "compiler/truth/SmoothFunctions.h"

namespace xphi::reference {

using dsl::Primitive;

int BallArithmetic::order(const ArbBall &a, const ArbBall &b) {
  if (arb_lt(a.get(), b.get()))
    return -1;
  if (arb_gt(a.get(), b.get()))
    return 1;
  if (!a.isExact() || !b.isExact())
    overlapped = true;
  return arf_cmp(arb_midref(a.get()), arb_midref(b.get()));
}

bool BallArithmetic::compare(Primitive primitive, const ArbBall &a, const ArbBall &b) {
  if (arf_is_nan(arb_midref(a.get())) || arf_is_nan(arb_midref(b.get())))
    return primitive == Primitive::Ne;
  const int sign = order(a, b);
  switch (primitive) {
  case Primitive::Lt:
    return sign < 0;
  case Primitive::Le:
    return sign <= 0;
  case Primitive::Gt:
    return sign > 0;
  case Primitive::Ge:
    return sign >= 0;
  case Primitive::Eq:
    return sign == 0;
  default:
    return sign != 0;
  }
}

namespace {

ArbBall floor(const ArbBall &x) {
  ArbBall result;
  arb_floor(result.get(), x.get(), ARF_PREC_EXACT);
  return result;
}

/// Ties to even: rounding up at a tie is undone where it gave an odd number.
ArbBall nearestInteger(const ArbBall &x) {
  ArbBall raised, half;
  arb_add(raised.get(), x.get(), ArbBall(0.5).get(), ARF_PREC_EXACT);
  ArbBall result = floor(raised);
  arb_mul_2exp_si(half.get(), result.get(), -1);
  const bool tie = arb_equal(raised.get(), result.get());
  return tie && !arb_is_int(half.get()) ? result - 1.0 : result;
}

} // namespace

ArbBall BallArithmetic::toInteger(Primitive rounding, const ArbBall &x) {
  // So large a number is an integer if it is exact, and anything if not. It must not get near an
  // exact operation: all digits of 2^(2^100) exhaust the memory.
  if (!x.isFinite() || !x.isBelow(2 * ArbPrecision::bits() + 256)) {
    overlapped |= !x.isExact();
    return x;
  }
  const ArbBall result = rounding == Primitive::Floor  ? floor(x)
                         : rounding == Primitive::Ceil ? -floor(-x)
                                                       : nearestInteger(x);
  if (!result.isExact())
    overlapped = true;
  return result;
}

ArbBall BallArithmetic::apply(Primitive primitive, std::span<const ArbBall> operands) {
  const ArbBall &x = operands[0];
  switch (primitive) {
  case Primitive::Neg:
    return -x;
  case Primitive::Add:
    return x + operands[1];
  case Primitive::Sub:
    return x - operands[1];
  case Primitive::Mul:
    return x * operands[1];
  case Primitive::Div:
    return x / operands[1];
  case Primitive::Pow:
    return power(x, operands[1], 0)[0];
  case Primitive::Abs:
    return abs(x);
  case Primitive::Sign:
    return order(x, 0.0);
  case Primitive::Step:
    return order(x, 0.0) >= 0 ? 1.0 : 0.0;
  case Primitive::Min:
    return order(x, operands[1]) <= 0 ? x : operands[1];
  case Primitive::Max:
    return order(x, operands[1]) >= 0 ? x : operands[1];
  case Primitive::Clamp: {
    const ArbBall &raised = order(x, operands[1]) >= 0 ? x : operands[1];
    return order(raised, operands[2]) <= 0 ? raised : operands[2];
  }
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
    return toInteger(primitive, x);
  case Primitive::Hypot: {
    ArbBall result;
    arb_hypot(result.get(), x.get(), operands[1].get(), ArbPrecision::bits());
    return result;
  }
  default:
    return smoothFunction(primitive, x, 0)[0];
  }
}

} // namespace xphi::reference
