// Arithmetic on quotients, and the choices between them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/RationalArithmetic.h"

#include "dsl/Interpreter.h"

#include <arb_fmpz_poly.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace xphi::reference {

using dsl::Primitive;

namespace {

constexpr slong mostDegree = 48, mostExponent = 200;

void setQuotient(fmpz_poly_q_t result, const fmpz_t numerator, const fmpz_t denominator) {
  fmpz_poly_set_fmpz(fmpz_poly_q_numref(result), numerator);
  fmpz_poly_set_fmpz(fmpz_poly_q_denref(result), denominator);
  fmpz_poly_q_canonicalise(result);
}

} // namespace

RationalNumber RationalArithmetic::variable() const {
  RationalNumber result;
  fmpz_poly_set_coeff_si(fmpz_poly_q_numref(result.quotient), 1, 1);
  result.over = x;
  result.isKnown = true;
  return result;
}

RationalNumber RationalArithmetic::number(double value) const {
  RationalNumber result;
  int exponent = 0;
  const auto digits = slong(std::ldexp(std::frexp(value, &exponent), 53));
  exponent -= 53;
  fmpz_t numerator, denominator;
  fmpz_init_set_si(numerator, digits);
  fmpz_init_set_ui(denominator, 1);
  fmpz_mul_2exp(numerator, numerator, ulong(std::max(exponent, 0)));
  fmpz_mul_2exp(denominator, denominator, ulong(std::max(-exponent, 0)));
  setQuotient(result.quotient, numerator, denominator);
  fmpz_clear(numerator);
  fmpz_clear(denominator);
  result.over = ArbBall(value);
  result.isKnown = true;
  return result;
}

// "12", "0.1", "1e-30"
RationalNumber RationalArithmetic::decimal(std::string_view text) {
  RationalNumber result;
  slong exponent = 0;
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  if (e < text.size()) {
    std::string_view power = text.substr(e + 1);
    power.remove_prefix(power.starts_with('+'));
    const auto [end, error] =
        std::from_chars(power.data(), power.data() + power.size(), exponent, 10);
    if (error != std::errc() || end != power.data() + power.size())
      return result;
  }
  std::string digits;
  bool isBehindPoint = false;
  for (char each : text.substr(0, e)) {
    if (each == '.') {
      isBehindPoint = true;
      continue;
    }
    digits += each;
    exponent -= isBehindPoint;
  }
  if (std::abs(exponent) > mostExponent)
    return result;
  fmpz_t numerator, denominator, power;
  fmpz_init(numerator);
  fmpz_init_set_ui(denominator, 1);
  fmpz_init_set_ui(power, 10);
  fmpz_pow_ui(power, power, ulong(std::abs(exponent)));
  result.isKnown = fmpz_set_str(numerator, digits.c_str(), 10) == 0;
  fmpz_mul(exponent > 0 ? numerator : denominator, exponent > 0 ? numerator : denominator, power);
  if (result.isKnown)
    setQuotient(result.quotient, numerator, denominator);
  fmpz_clear(numerator);
  fmpz_clear(denominator);
  fmpz_clear(power);
  result.over = ArbBall::fromDecimal(text);
  return result;
}

template <class Operation>
RationalNumber RationalArithmetic::combined(const Real &a, const Real &b, const ArbBall &over,
                                            Operation operation) const {
  RationalNumber result;
  if (!a.isKnown || !b.isKnown || !over.isFinite())
    return result;
  operation(result.quotient, a.quotient, b.quotient);
  result.isKnown = fmpz_poly_degree(fmpz_poly_q_numref(result.quotient)) <= mostDegree &&
                   fmpz_poly_degree(fmpz_poly_q_denref(result.quotient)) <= mostDegree;
  result.over = over;
  return result;
}

RationalNumber RationalArithmetic::raised(const Real &base, slong n) {
  Real result = number(1);
  for (slong i = 0; i < std::abs(n); ++i)
    result = apply(Primitive::Mul, std::array{result, base});
  return n < 0 ? apply(Primitive::Div, std::array{number(1), result}) : result;
}

ArbBall RationalArithmetic::valuesOf(const fmpz_poly_q_t quotient) const {
  ArbBall above, below;
  const slong bits = ArbPrecision::bits();
  arb_fmpz_poly_evaluate_arb(above.get(), fmpz_poly_q_numref(quotient), x.get(), bits);
  arb_fmpz_poly_evaluate_arb(below.get(), fmpz_poly_q_denref(quotient), x.get(), bits);
  return above / below;
}

ArbBall RationalArithmetic::distance(const Real &a, const Real &b) const {
  RationalNumber difference;
  fmpz_poly_q_sub(difference.quotient, a.quotient, b.quotient);
  return fmpz_poly_q_is_zero(difference.quotient) ? ArbBall(0.0)
                                                  : abs(valuesOf(difference.quotient));
}

int RationalArithmetic::order(const Real &a, const Real &b) {
  if (!a.isKnown || !b.isKnown) {
    overlapped = true;
    return 0;
  }
  if (arb_lt(a.over.get(), b.over.get()))
    return -1;
  if (arb_gt(a.over.get(), b.over.get()))
    return 1;
  RationalNumber difference;
  fmpz_poly_q_sub(difference.quotient, a.quotient, b.quotient);
  if (fmpz_poly_q_is_zero(difference.quotient))
    return 0;
  const ArbBall values = valuesOf(difference.quotient);
  if (arb_is_positive(values.get()))
    return 1;
  if (arb_is_negative(values.get()))
    return -1;
  overlapped = true;
  return 0;
}

bool RationalArithmetic::compare(Primitive primitive, const Real &a, const Real &b) {
  return dsl::DoubleArithmetic().compare(primitive, order(a, b), 0);
}

// A rational that an elementary function has at 0.
RationalNumber RationalArithmetic::atZero(Primitive primitive) const {
  switch (primitive) {
  case Primitive::Sqrt:
  case Primitive::Cbrt:
  case Primitive::Expm1:
  case Primitive::Log1p:
  case Primitive::Sin:
  case Primitive::Tan:
  case Primitive::Asin:
  case Primitive::Atan:
  case Primitive::Sinh:
  case Primitive::Tanh:
  case Primitive::Asinh:
  case Primitive::Atanh:
  case Primitive::Erf:
    return number(0);
  case Primitive::Exp:
  case Primitive::Exp2:
  case Primitive::Cos:
  case Primitive::Cosh:
  case Primitive::Erfc:
    return number(1);
  case Primitive::NormalCdf:
  case Primitive::Sigmoid:
    return number(0.5);
  default:
    return {};
  }
}

RationalNumber RationalArithmetic::apply(Primitive primitive, std::span<const Real> operands) {
  const Real &a = operands[0], &b = operands[operands.size() > 1 ? 1 : 0];
  switch (primitive) {
  case Primitive::Neg:
    return combined(a, a, -a.over, [](auto result, auto of, auto) { fmpz_poly_q_neg(result, of); });
  case Primitive::Add:
    return combined(a, b, a.over + b.over, fmpz_poly_q_add);
  case Primitive::Sub:
    return combined(a, b, a.over - b.over, fmpz_poly_q_sub);
  case Primitive::Mul:
    return combined(a, b, a.over * b.over, fmpz_poly_q_mul);
  case Primitive::Div:
    return combined(a, b, a.over / b.over, fmpz_poly_q_div);
  case Primitive::Pow:
    return b.isKnown && arb_is_int(b.over.get()) && b.over.isBelow(4)
               ? raised(a, arf_get_si(arb_midref(b.over.get()), ARF_RND_NEAR))
               : Real();
  case Primitive::Abs:
    return order(a, number(0)) < 0 ? apply(Primitive::Neg, operands) : a;
  case Primitive::Sign:
    return number(order(a, number(0)));
  case Primitive::Step:
    return number(order(a, number(0)) >= 0 ? 1 : 0);
  case Primitive::Min:
    return order(a, b) <= 0 ? a : b;
  case Primitive::Max:
    return order(a, b) >= 0 ? a : b;
  case Primitive::Clamp: {
    const Real &atLeast = order(a, b) >= 0 ? a : b;
    return order(atLeast, operands[2]) <= 0 ? atLeast : operands[2];
  }
  default:
    return a.isKnown && fmpz_poly_q_is_zero(a.quotient) ? atZero(primitive) : Real();
  }
}

} // namespace xphi::reference
