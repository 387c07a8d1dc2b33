// Every primitive on balls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/BallArithmetic.h"

#include "compiler/truth/SmoothFunctions.h"

#include <algorithm>
#include <vector>

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
  if (a.isNoNumber() || b.isNoNumber())
    return primitive == Primitive::Ne;
  return dsl::DoubleArithmetic().compare(primitive, order(a, b), 0);
}

namespace {

/// Exact for numbers as toInteger() lets in, whatever is added to them; without bound it would
/// write down every digit of 1 + 2^-(2^100).
slong integerBits() { return 2 * ArbPrecision::bits() + 512; }

ArbBall floor(const ArbBall &x) {
  ArbBall result;
  arb_floor(result.get(), x.get(), integerBits());
  return result;
}

/// Ties to even: rounding up at a tie is undone where it gave an odd number.
ArbBall nearestInteger(const ArbBall &x) {
  ArbBall raised, half;
  arb_add(raised.get(), x.get(), ArbBall(0.5).get(), integerBits());
  ArbBall result = floor(raised);
  arb_mul_2exp_si(half.get(), result.get(), -1);
  const bool tie = arb_equal(raised.get(), result.get());
  return tie && !arb_is_int(half.get()) ? result - 1.0 : result;
}

} // namespace

ArbBall BallArithmetic::toInteger(Primitive rounding, const ArbBall &x) {
  // So large a number is an integer if it is exact, and anything if not.
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

bool isOutsideDomain(Primitive primitive, std::span<const ArbBall> operands) {
  const arb_srcptr x = operands[0].get();
  switch (primitive) {
  case Primitive::Sqrt:
  case Primitive::Rsqrt:
  case Primitive::Log:
  case Primitive::Log2:
  case Primitive::Log10:
    return arb_is_negative(x);
  case Primitive::Log1p:
    return arb_lt(x, ArbBall(-1.0).get());
  case Primitive::Log1mexp:
    return arb_is_positive(x);
  case Primitive::Logit:
    return arb_is_negative(x) || arb_gt(x, ArbBall(1.0).get());
  case Primitive::Asin:
  case Primitive::Acos:
  case Primitive::Atanh:
    return arb_gt(abs(operands[0]).get(), ArbBall(1.0).get());
  case Primitive::Acosh:
    return arb_lt(x, ArbBall(1.0).get());
  case Primitive::Pow:
    return arb_is_negative(x) && operands[1].isFinite() && !arb_contains_int(operands[1].get());
  default:
    return false;
  }
}

ArbBall BallArithmetic::noNumberFor(Primitive primitive, std::span<const ArbBall> operands) {
  const bool isCertain =
      isOutsideDomain(primitive, operands) ||
      (primitive != Primitive::Pow && std::ranges::any_of(operands, &ArbBall::isNoNumber));
  return isCertain ? ArbBall::noNumber() : ArbBall::unknown();
}

bool goesByOrder(Primitive primitive) {
  switch (primitive) {
  case Primitive::Abs:
  case Primitive::Sign:
  case Primitive::Step:
  case Primitive::Min:
  case Primitive::Max:
  case Primitive::Clamp:
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
  case Primitive::Trunc:
  case Primitive::Frac:
    return true;
  default:
    return false;
  }
}

ArbBall BallArithmetic::apply(Primitive primitive, std::span<const ArbBall> operands) {
  ArbBall result;
  if (std::ranges::none_of(operands, &ArbBall::isNoNumber)) {
    result = applyToNumbers(primitive, operands);
  } else if (goesByOrder(primitive)) {
    return ArbBall::noNumber();
  } else {
    std::vector<ArbBall> forArb(operands.begin(), operands.end());
    std::ranges::replace_if(forArb, &ArbBall::isNoNumber, ArbBall::unknown());
    result = applyToNumbers(primitive, forArb);
  }
  return result.isNaN() ? noNumberFor(primitive, operands) : result;
}

ArbBall BallArithmetic::applyToNumbers(Primitive primitive, std::span<const ArbBall> operands) {
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
  case Primitive::Trunc:
  case Primitive::Frac: {
    const bool negative = arb_is_negative(x.get());
    const ArbBall whole = toInteger(negative ? Primitive::Ceil : Primitive::Floor, x);
    return primitive == Primitive::Trunc ? whole : x - whole;
  }
  case Primitive::LogAddExp: {
    const bool leads = arf_cmp(arb_midref(x.get()), arb_midref(operands[1].get())) >= 0;
    const ArbBall &high = leads ? x : operands[1], &low = leads ? operands[1] : x;
    return high + smoothFunction(Primitive::Softplus, low - high, 0)[0];
  }
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
