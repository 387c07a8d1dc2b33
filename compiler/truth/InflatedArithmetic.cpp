// What is widened, and by how much.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/InflatedArithmetic.h"

namespace xphi::reference {

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

/// Derivatives are widened by their largest terms.
void widenDerivatives(ArbJet &jet, bool &beyond) {
  for (Partial &partial : jet.first) {
    const ArbBall term = asBall(partial.largestTerm);
    ArbBall bound;
    arb_mul_2exp_si(bound.get(), abs(partial.value).get(), 20);
    if (!isShort(partial.value) || arb_gt(term.get(), bound.get()))
      widen(partial.value, asBall(larger(partial.largestTerm, partial.value)), beyond);
  }
}

/// The interpreter computes them as values.
void widenDerivatives(Sum &, bool &) {}

} // namespace

template <class Exact> auto Inflated<Exact>::constant(ArbBall value) -> Real {
  if (!isShort(value))
    widen(value, value, beyond);
  return Real::constant(std::move(value));
}

template <class Exact>
auto Inflated<Exact>::apply(Primitive primitive, std::span<const Real> operands) -> Real {
  // What follows is of no interest, and an exact rounding of 2^(2^100) exhausts the memory.
  if (beyond || isBeyondTrigonometry(primitive, operands[0].value)) {
    beyond = true;
    return Real::constant(noNumber());
  }
  for (const Real &operand : operands)
    if (!operand.value.isFinite()) // even where it does not matter, as in inf^0
      return Real::constant(noNumber());
  Real result = exact.apply(primitive, operands);
  if (!isExactInDoubles(primitive, result.value))
    widen(result.value, result.value, beyond);
  widenDerivatives(result, beyond);
  return result;
}

template <class Exact>
bool Inflated<Exact>::compare(Primitive primitive, const Real &a, const Real &b) {
  if (!a.value.isFinite() || !b.value.isFinite())
    ofNoNumber = true;
  return exact.compare(primitive, a, b);
}

template class Inflated<JetArithmetic>;
template class Inflated<SumArithmetic>;

} // namespace xphi::reference
