// Signs and magnitudes, operation by operation; what no rule knows is known by the ball alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/DomainArithmetic.h"

#include <algorithm>
#include <vector>

namespace xphi::reference {

using dsl::Primitive;

BoundedBall::BoundedBall(ArbBall of) : ball(std::move(of)) {
  if (!ball.isFinite())
    return;
  const ArbBall size = abs(ball), one(1.0);
  positive = arb_is_positive(ball.get());
  negative = arb_is_negative(ball.get());
  within = arb_lt(size.get(), one.get());
  beyond = arb_gt(size.get(), one.get());
}

namespace {

/// What is certain of a value by form.
struct Known {
  bool positive = false, negative = false, within = false, beyond = false;

  static Known of(const BoundedBall &x) { return {x.positive, x.negative, x.within, x.beyond}; }
  static Known ofSign(const BoundedBall &x) {
    return {.positive = x.positive, .negative = x.negative};
  }
  Known opposite() const { return {negative, positive, within, beyond}; }
  Known inverse() const { return {positive, negative, beyond, within}; }
};

bool isExactly(const BoundedBall &x, double value) {
  return arb_equal(x.ball.get(), ArbBall(value).get());
}

Known ofProduct(const Known &a, const Known &b) {
  return {(a.positive && b.positive) || (a.negative && b.negative),
          (a.positive && b.negative) || (a.negative && b.positive), a.within && b.within,
          a.beyond && b.beyond};
}

/// By the inverse of the divisor.
Known ofQuotient(const BoundedBall &x, const Known &inverse) {
  Known result = ofProduct(Known::of(x), inverse);
  if (isExactly(x, 1) || isExactly(x, -1)) {
    result.within = inverse.within;
    result.beyond = inverse.beyond;
  }
  return result;
}

/// Of a and what is exactly 1, -1 or 2.
std::optional<Known> ofShift(const BoundedBall &shift, const Known &a) {
  if (isExactly(shift, -1))
    if (const std::optional<Known> mirrored = ofShift(1.0, a.opposite()))
      return mirrored->opposite();
  if (isExactly(shift, 1)) {
    if (a.positive)
      return Known{.positive = true, .beyond = true};
    if (a.within)
      return Known{.positive = true, .within = a.negative};
    if (a.negative && a.beyond)
      return Known{.negative = true};
  }
  if (isExactly(shift, 2) && a.negative && a.within)
    return Known{.positive = true, .beyond = true};
  return std::nullopt;
}

Known ofSum(const BoundedBall &x, const BoundedBall &y, const Known &a, const Known &b) {
  if (const std::optional<Known> shifted = ofShift(x, b))
    return *shifted;
  if (const std::optional<Known> shifted = ofShift(y, a))
    return *shifted;
  const bool positive = a.positive && b.positive, negative = a.negative && b.negative;
  return {positive, negative, false, (positive || negative) && (a.beyond || b.beyond)};
}

Known ofPower(const BoundedBall &base, const BoundedBall &exponent) {
  Known grown = Known::of(base);
  if (arb_is_int_2exp_si(exponent.ball.get(), 1)) { // even
    grown.positive |= grown.negative;
    grown.negative = false;
  } else if (!grown.positive && !arb_is_int(exponent.ball.get())) {
    return {};
  }
  if (exponent.positive)
    return grown;
  return exponent.negative ? grown.inverse() : Known{};
}

Known byForm(Primitive primitive, std::span<const BoundedBall> operands) {
  const BoundedBall &x = operands[0];
  switch (primitive) {
  case Primitive::Neg:
    return Known::of(x).opposite();
  case Primitive::Abs:
    return {x.positive || x.negative, false, x.within, x.beyond};
  case Primitive::Add:
    return ofSum(x, operands[1], Known::of(x), Known::of(operands[1]));
  case Primitive::Sub:
    return ofSum(x, -operands[1].ball, Known::of(x), Known::of(operands[1]).opposite());
  case Primitive::Mul:
    return ofProduct(Known::of(x), Known::of(operands[1]));
  case Primitive::Div:
    return ofQuotient(x, Known::of(operands[1]).inverse());
  case Primitive::Pow:
    return ofPower(x, operands[1]);
  case Primitive::Exp:
  case Primitive::Exp2:
    return {.positive = true, .within = x.negative, .beyond = x.positive};
  case Primitive::Expm1:
    return {.positive = x.positive, .negative = x.negative, .within = x.negative};
  case Primitive::Sigmoid:
  case Primitive::NormalCdf:
    return {.positive = true, .within = true};
  case Primitive::Tanh:
  case Primitive::Erf:
    return {x.positive, x.negative, true, false};
  case Primitive::Erfc:
    return {.positive = true, .within = x.positive, .beyond = x.negative};
  case Primitive::Cosh:
    return {.positive = true, .beyond = x.positive || x.negative};
  case Primitive::Sinh:
  case Primitive::Asinh:
  case Primitive::Atan:
  case Primitive::Log1p:
    return Known::ofSign(x);
  case Primitive::Softplus:
    return {.positive = true};
  case Primitive::Sqrt:
  case Primitive::Cbrt:
    return Known::of(x);
  case Primitive::Rsqrt:
    return Known::of(x).inverse();
  case Primitive::Log:
  case Primitive::Log2:
    return {.positive = x.positive && x.beyond, .negative = x.positive && x.within};
  default:
    return {};
  }
}

/// Whether each number has a value: where there is none numbers have ended.
bool isEntire(Primitive primitive) {
  switch (primitive) {
  case Primitive::Exp:
  case Primitive::Exp2:
  case Primitive::Expm1:
  case Primitive::Sinh:
  case Primitive::Cosh:
  case Primitive::Mul:
    return true;
  default:
    return false;
  }
}

bool isOutsideByForm(Primitive primitive, const BoundedBall &x) {
  switch (primitive) {
  case Primitive::Sqrt:
  case Primitive::Rsqrt:
  case Primitive::Log:
  case Primitive::Log2:
  case Primitive::Log10:
    return x.negative;
  case Primitive::Log1p:
    return x.negative && x.beyond;
  case Primitive::Log1mexp:
    return x.positive;
  case Primitive::Logit:
    return x.negative || (x.positive && x.beyond);
  case Primitive::Asin:
  case Primitive::Acos:
  case Primitive::Atanh:
    return x.beyond;
  case Primitive::Acosh:
    return x.negative || x.within;
  default:
    return false;
  }
}

} // namespace

BoundedBall DomainArithmetic::apply(Primitive primitive, std::span<const Real> operands) {
  std::vector<ArbBall> inner;
  for (const Real &operand : operands)
    inner.push_back(operand.ball);
  if (isOutsideByForm(primitive, operands[0]))
    return ArbBall::noNumber();
  BoundedBall result(balls.apply(primitive, inner));
  // What may be no number has no sign.
  if (!std::ranges::all_of(inner, &ArbBall::isFinite))
    return result;
  if (!result.ball.isFinite()) {
    if (primitive == Primitive::Div) // of whatever by an exact zero
      inner.erase(inner.begin());
    outOfBits |= !result.ball.isNoNumber() &&
                 (isEntire(primitive) || !std::ranges::all_of(inner, &ArbBall::isExact));
    return result;
  }
  const Known known = byForm(primitive, operands);
  result.positive |= known.positive;
  result.negative |= known.negative;
  result.within |= known.within;
  result.beyond |= known.beyond;
  return result;
}

} // namespace xphi::reference
