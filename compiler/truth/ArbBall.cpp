// Ball arithmetic at the thread's precision, and the way out to doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/ArbBall.h"

#include <limits>
#include <optional>

namespace xphi::reference {

namespace {

thread_local slong currentPrecision = 128;

/// digits/10^places
struct Fraction {
  ulong digits = 0, divisor = 1;
};

/// Nothing for a numeral of another form, or a long one.
std::optional<Fraction> shortFraction(std::string_view numeral) {
  constexpr std::size_t longest = 18;
  Fraction fraction;
  bool afterPoint = false;
  if (numeral.empty() || numeral.size() > longest)
    return std::nullopt;
  for (const char each : numeral) {
    if (each == '.' && !afterPoint) {
      afterPoint = true;
      continue;
    }
    if (each < '0' || each > '9')
      return std::nullopt;
    fraction.digits = 10 * fraction.digits + ulong(each - '0');
    if (afterPoint)
      fraction.divisor *= 10;
  }
  return fraction;
}

} // namespace

ArbPrecision::ArbPrecision(slong bits) : outer(currentPrecision) { currentPrecision = bits; }

ArbPrecision::~ArbPrecision() { currentPrecision = outer; }

slong ArbPrecision::bits() { return currentPrecision; }

ArbBall ArbBall::powerOfTwo(slong exponent) {
  ArbBall result(1.0);
  arb_mul_2exp_si(result.ball, result.ball, exponent);
  return result;
}

ArbBall ArbBall::fromDecimal(std::string_view numeral) {
  ArbBall result;
  if (const std::optional<Fraction> fraction = shortFraction(numeral)) {
    arb_set_ui(result.ball, fraction->digits);
    arb_div_ui(result.ball, result.ball, fraction->divisor, ArbPrecision::bits());
    return result;
  }
  if (arb_set_str(result.ball, std::string(numeral).c_str(), ArbPrecision::bits()) != 0)
    arb_indeterminate(result.ball);
  return result;
}

ArbBall ArbBall::pi() {
  ArbBall result;
  arb_const_pi(result.ball, ArbPrecision::bits());
  return result;
}

ArbBall ArbBall::e() {
  ArbBall result;
  arb_const_e(result.ball, ArbPrecision::bits());
  return result;
}

ArbBall ArbBall::log2() {
  ArbBall result;
  arb_const_log2(result.ball, ArbPrecision::bits());
  return result;
}

ArbBall ArbBall::infinity() {
  ArbBall result;
  arb_pos_inf(result.ball);
  return result;
}

ArbBall ArbBall::noNumber() {
  ArbBall result;
  arf_nan(arb_midref(result.get()));
  return result;
}

ArbBall ArbBall::unknown() {
  ArbBall result;
  arb_indeterminate(result.get());
  return result;
}

bool ArbBall::isBelow(slong exponent) const {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball);
  bool below = mag_cmp_2exp_si(bound, exponent) < 0;
  mag_clear(bound);
  return below;
}

Enclosure ArbBall::enclosure() const {
  constexpr slong clamp = 1000;
  if (!isFinite())
    return {std::numeric_limits<double>::quiet_NaN(), 0, 0};
  if (isExactZero())
    return {};
  const bool positive = arb_is_positive(ball);
  if (positive || arb_is_negative(ball)) {
    const double sign = positive ? 1.0 : -1.0;
    if (isBelow(-clamp))
      return {sign * 0x1p-1000, 0, 0x1p-1000};
    if (arf_cmpabs_2exp_si(arb_midref(ball), clamp) > 0)
      return {sign * 0x1p1000, 0, 0};
  }

  Enclosure result;
  result.high = arf_get_d(arb_midref(ball), ARF_RND_NEAR);
  arf_t rest;
  arf_init(rest);
  arf_set_d(rest, result.high);
  arf_sub(rest, arb_midref(ball), rest, ARF_PREC_EXACT, ARF_RND_DOWN);
  result.low = arf_get_d(rest, ARF_RND_NEAR);
  result.radius = mag_get_d(arb_radref(ball));
  // Rounding `low` costs at most 2^-53 of it, or half the spacing of subnormal doubles.
  if (!arf_is_zero(rest))
    result.radius += std::fabs(result.low) * 0x1p-53 + 0x1p-1074;
  arf_clear(rest);
  return result;
}

std::string ArbBall::decimal(slong digits) const {
  char *text = arb_get_str(ball, digits, ARB_STR_NO_RADIUS);
  std::string result = text;
  flint_free(text);
  return result;
}

ArbBall operator+(const ArbBall &a, const ArbBall &b) {
  ArbBall result;
  arb_add(result.get(), a.get(), b.get(), ArbPrecision::bits());
  return result;
}

ArbBall operator-(const ArbBall &a, const ArbBall &b) {
  ArbBall result;
  arb_sub(result.get(), a.get(), b.get(), ArbPrecision::bits());
  return result;
}

ArbBall operator*(const ArbBall &a, const ArbBall &b) {
  ArbBall result;
  arb_mul(result.get(), a.get(), b.get(), ArbPrecision::bits());
  return result;
}

ArbBall operator/(const ArbBall &a, const ArbBall &b) {
  ArbBall result;
  arb_div(result.get(), a.get(), b.get(), ArbPrecision::bits());
  return result;
}

ArbBall operator-(const ArbBall &a) {
  ArbBall result;
  arb_neg(result.get(), a.get());
  return result;
}

ArbBall abs(const ArbBall &a) {
  ArbBall result;
  arb_abs(result.get(), a.get());
  return result;
}

} // namespace xphi::reference
