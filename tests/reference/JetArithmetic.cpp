// Every primitive on jets: sums, Leibniz's rule, the chain rule, choices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/JetArithmetic.h"

namespace xphi::reference {

using dsl::Primitive;

double Magnitude::toDouble() const {
  if (mag_is_zero(bound))
    return 0;
  if (mag_cmp_2exp_si(bound, 1000) > 0)
    return 0x1p1000;
  if (mag_cmp_2exp_si(bound, -1000) < 0)
    return 0x1p-1000;
  return mag_get_d(bound);
}

Magnitude operator*(const Magnitude &a, const Magnitude &b) {
  Magnitude result;
  mag_mul(result.bound, a.bound, b.bound);
  return result;
}

Magnitude larger(const Magnitude &a, const Magnitude &b) {
  return mag_cmp(a.bound, b.bound) >= 0 ? a : b;
}

ArbJet ArbJet::constant(ArbBall value) {
  ArbJet jet;
  jet.derivatives[0] = std::move(value);
  return jet;
}

ArbJet ArbJet::variable(ArbBall value) {
  ArbJet jet = constant(std::move(value));
  jet.derivatives[1] = 1.0;
  jet.largestTerm[1] = ArbBall(1.0);
  return jet;
}

ArbJet JetArithmetic::negate(const ArbJet &a) const {
  ArbJet result = a;
  for (int k = 0; k <= highest; ++k)
    result.derivatives[k] = -a.derivatives[k];
  return result;
}

ArbJet JetArithmetic::add(const ArbJet &a, const ArbJet &b) const {
  ArbJet result;
  for (int k = 0; k <= highest; ++k) {
    result.derivatives[k] = a.derivatives[k] + b.derivatives[k];
    result.largestTerm[k] = reference::larger(a.largestTerm[k], b.largestTerm[k]);
  }
  return result;
}

ArbJet JetArithmetic::multiply(const ArbJet &a, const ArbJet &b) const {
  ArbJet result;
  const auto &[a0, a1, a2] = a.derivatives;
  const auto &[b0, b1, b2] = b.derivatives;
  result.derivatives[0] = a0 * b0;
  if (highest >= 1) {
    result.derivatives[1] = a1 * b0 + a0 * b1;
    result.largestTerm[1] =
        reference::larger(a.largestTerm[1] * Magnitude(b0), Magnitude(a0) * b.largestTerm[1]);
  }
  if (highest >= 2) {
    result.derivatives[2] = a2 * b0 + a1 * b1 * 2.0 + a0 * b2;
    Magnitude outer =
        reference::larger(a.largestTerm[2] * Magnitude(b0), Magnitude(a0) * b.largestTerm[2]);
    result.largestTerm[2] =
        reference::larger(outer, a.largestTerm[1] * b.largestTerm[1] * Magnitude(ArbBall(2.0)));
  }
  return result;
}

ArbJet JetArithmetic::compose(const Derivatives &outer, const ArbJet &inner) const {
  ArbJet result = ArbJet::constant(outer[0]);
  // The derivative of outer may be infinite where inner stands still: sqrt of a constant zero.
  if (inner.isConstant())
    return result;
  const ArbBall &slope = inner.derivatives[1];
  if (highest >= 1) {
    result.derivatives[1] = outer[1] * slope;
    result.largestTerm[1] = Magnitude(outer[1]) * inner.largestTerm[1];
  }
  if (highest >= 2) {
    result.derivatives[2] = outer[2] * slope * slope + outer[1] * inner.derivatives[2];
    result.largestTerm[2] =
        reference::larger(Magnitude(outer[2]) * inner.largestTerm[1] * inner.largestTerm[1],
                          Magnitude(outer[1]) * inner.largestTerm[2]);
  }
  return result;
}

ArbJet JetArithmetic::smooth(Primitive primitive, const ArbJet &a) const {
  return compose(smoothFunction(primitive, a.derivatives[0], a.isConstant() ? 0 : highest), a);
}

ArbJet JetArithmetic::divide(const ArbJet &a, const ArbJet &b) const {
  ArbBall quotient = a.derivatives[0] / b.derivatives[0];
  if (a.isConstant() && b.isConstant())
    return ArbJet::constant(quotient);
  ArbJet result = multiply(a, compose(power(b.derivatives[0], -1.0, highest), b));
  result.derivatives[0] = quotient; // an exact quotient stays exact
  return result;
}

ArbJet JetArithmetic::raise(const ArbJet &a, const ArbJet &b) const {
  if (b.isConstant())
    return compose(power(a.derivatives[0], b.derivatives[0], highest), a);
  return smooth(Primitive::Exp, multiply(b, smooth(Primitive::Log, a)));
}

ArbJet JetArithmetic::hypotenuse(const ArbJet &a, const ArbJet &b) {
  ArbJet result = smooth(Primitive::Sqrt, add(multiply(a, a), multiply(b, b)));
  const std::array legs = {a.derivatives[0], b.derivatives[0]};
  result.derivatives[0] = balls.apply(Primitive::Hypot, legs);
  return result;
}

const ArbJet &JetArithmetic::smaller(const ArbJet &a, const ArbJet &b) {
  return balls.order(a.derivatives[0], b.derivatives[0]) <= 0 ? a : b;
}

const ArbJet &JetArithmetic::larger(const ArbJet &a, const ArbJet &b) {
  return balls.order(a.derivatives[0], b.derivatives[0]) >= 0 ? a : b;
}

ArbJet JetArithmetic::apply(Primitive primitive, std::span<const ArbJet> operands) {
  const ArbJet &x = operands[0];
  switch (primitive) {
  case Primitive::Neg:
    return negate(x);
  case Primitive::Add:
    return add(x, operands[1]);
  case Primitive::Sub:
    return add(x, negate(operands[1]));
  case Primitive::Mul:
    return multiply(x, operands[1]);
  case Primitive::Div:
    return divide(x, operands[1]);
  case Primitive::Pow:
    return raise(x, operands[1]);
  case Primitive::Hypot:
    return hypotenuse(x, operands[1]);
  case Primitive::Min:
    return smaller(x, operands[1]);
  case Primitive::Max:
    return larger(x, operands[1]);
  case Primitive::Clamp:
    return smaller(larger(x, operands[1]), operands[2]);
  case Primitive::Abs: {
    const int sign = balls.order(x.derivatives[0], 0.0);
    return sign > 0 ? x : sign < 0 ? negate(x) : ArbJet::constant(0.0);
  }
  case Primitive::Sign:
  case Primitive::Step:
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
    return ArbJet::constant(balls.apply(primitive, std::span(&x.derivatives[0], 1)));
  default:
    return smooth(primitive, x);
  }
}

} // namespace xphi::reference
