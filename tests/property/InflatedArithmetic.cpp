// What is widened, and by how much.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/property/InflatedArithmetic.h"

namespace xphi::property {

using dsl::Primitive;

namespace {

constexpr slong relativeBits = 44;
// Of binary exponents: the derivative of a quotient squares the denominator, that of its square
// once more, and these are doubles, too.
constexpr slong range = 240;

bool isShort(const ArbBall &ball) {
  return ball.isExact() && arf_bits(arb_midref(ball.get())) <= 24;
}

/// Notes a number too large for doubles.
void widen(ArbBall &ball, const ArbBall &size, bool &beyond) {
  if (!ball.isFinite())
    return;
  if (!size.isBelow(range))
    beyond = true;
  mag_t error;
  mag_init(error);
  arb_get_mag(error, size.get());
  mag_mul_2exp_si(error, error, -relativeBits);
  mag_add(arb_radref(ball.get()), arb_radref(ball.get()), error);
  mag_clear(error);
  if (ball.isBelow(-range)) {
    arb_zero(ball.get());
    arb_add_error_2exp_si(ball.get(), -range);
  }
}

void widenUnlessShort(ArbBall &ball, bool &beyond) {
  if (!isShort(ball))
    widen(ball, ball, beyond);
}

/// Kernels take larger arguments for infinite ones, at which these functions have no limit.
bool isBeyondTrigonometry(Primitive primitive, const ArbBall &x) {
  return (primitive == Primitive::Sin || primitive == Primitive::Cos ||
          primitive == Primitive::Tan) &&
         !x.isBelow(130);
}

ArbBall noNumber() {
  ArbBall ball;
  arb_indeterminate(ball.get());
  return ball;
}

/// Whether doubles give this result of an operation exactly.
bool isExactInDoubles(Primitive primitive, const ArbBall &result) {
  switch (primitive) {
  case Primitive::Neg:
  case Primitive::Abs:
  case Primitive::Sign:
  case Primitive::Min:
  case Primitive::Max:
  case Primitive::Clamp:
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
  case Primitive::Step:
    return true;
  case Primitive::Add:
  case Primitive::Sub:
  case Primitive::Mul:
  case Primitive::Div:
  case Primitive::Sqrt:
    return isShort(result);
  default:
    return result.isExactZero();
  }
}

ArbBall asBall(const Magnitude &magnitude) { return ArbBall(magnitude.toDouble()); }

ArbJet widened(ArbBall constant, bool &beyond) {
  widenUnlessShort(constant, beyond);
  return ArbJet::constant(std::move(constant));
}

} // namespace

ArbJet InflatedJets::decimal(std::string_view text) {
  return widened(ArbBall::fromDecimal(text), beyond);
}
ArbJet InflatedJets::pi() { return widened(ArbBall::pi(), beyond); }
ArbJet InflatedJets::e() { return widened(ArbBall::e(), beyond); }
ArbJet InflatedJets::infinity() { return jets.infinity(); }

ArbJet InflatedJets::apply(Primitive primitive, std::span<const ArbJet> operands) {
  // What follows is of no interest, and an exact rounding of 2^(2^100) exhausts the memory.
  if (beyond || isBeyondTrigonometry(primitive, operands[0].value)) {
    beyond = true;
    return ArbJet::constant(noNumber());
  }
  for (const ArbJet &operand : operands)
    if (!operand.value.isFinite()) // even where it does not matter, as in inf^0
      return ArbJet::constant(noNumber());
  ArbJet result = jets.apply(primitive, operands);
  if (!isExactInDoubles(primitive, result.value))
    widen(result.value, result.value, beyond);
  for (reference::Partial &partial : result.first) {
    const ArbBall term = asBall(partial.largestTerm);
    ArbBall bound;
    arb_mul_2exp_si(bound.get(), abs(partial.value).get(), 20);
    if (!isShort(partial.value) || arb_gt(term.get(), bound.get()))
      widen(partial.value, asBall(larger(partial.largestTerm, partial.value)), beyond);
  }
  return result;
}

bool InflatedJets::compare(Primitive primitive, const ArbJet &a, const ArbJet &b) {
  if (!a.value.isFinite() || !b.value.isFinite())
    ofNoNumber = true;
  return jets.compare(primitive, a, b);
}

Sum InflatedSums::decimal(std::string_view text) {
  ArbBall ball = ArbBall::fromDecimal(text);
  widenUnlessShort(ball, beyond);
  return ball;
}
Sum InflatedSums::pi() {
  ArbBall ball = ArbBall::pi();
  widen(ball, ball, beyond);
  return ball;
}
Sum InflatedSums::e() {
  ArbBall ball = ArbBall::e();
  widen(ball, ball, beyond);
  return ball;
}
Sum InflatedSums::infinity() { return ArbBall::infinity(); }

bool InflatedSums::compare(Primitive primitive, const Sum &a, const Sum &b) {
  if (!a.value.isFinite() || !b.value.isFinite())
    ofNoNumber = true;
  return balls.compare(primitive, a.value, b.value);
}

Sum InflatedSums::apply(Primitive primitive, std::span<const Sum> operands) {
  if (beyond || isBeyondTrigonometry(primitive, operands[0].value)) {
    beyond = true;
    return noNumber();
  }
  std::vector<ArbBall> values;
  for (const Sum &operand : operands) {
    if (!operand.value.isFinite())
      return noNumber();
    values.push_back(operand.value);
  }
  Sum result = balls.apply(primitive, values);
  if (!isExactInDoubles(primitive, result.value))
    widen(result.value, result.value, beyond);
  switch (primitive) {
  case Primitive::Add:
  case Primitive::Sub:
    result.largestTerm = larger(operands[0].largestTerm, operands[1].largestTerm);
    break;
  case Primitive::Mul:
    result.largestTerm = operands[0].largestTerm * operands[1].largestTerm;
    break;
  case Primitive::Div:
    result.largestTerm = operands[0].largestTerm * Magnitude(ArbBall(1.0) / values[1]);
    break;
  case Primitive::Neg:
    result.largestTerm = operands[0].largestTerm;
    break;
  default:
    break;
  }
  return result;
}

} // namespace xphi::property
