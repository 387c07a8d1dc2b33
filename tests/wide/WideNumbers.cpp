// Random numbers by their bits; Arb's numbers by their integers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/wide/WideNumbers.h"

#include <array>
#include <bit>

namespace xphi::wide {

using reference::ArbBall;

namespace {

using Words = std::array<uint64_t, mantissaWords>;

Words words(const Mantissa &mantissa) { return std::bit_cast<Words>(mantissa); }

} // namespace

Wide wide(float x) {
  Wide result;
  xphi_wide_from_f32(&result, x);
  return result;
}

ArbBall ball(const Wide &x) {
  ArbBall result;
  if (x.kind == Zero)
    return result;
  if (x.kind != Finite) {
    x.kind == None ? arb_indeterminate(result.get()) : arb_pos_inf(result.get());
    return x.negative ? -result : result;
  }
  fmpz_t integer;
  fmpz_init(integer);
  const Words w = words(x.mantissa);
  fmpz_set_ui_array(integer, w.data(), slong(w.size()));
  arb_set_fmpz(result.get(), integer);
  fmpz_clear(integer);
  arb_mul_2exp_si(result.get(), result.get(), x.exponent - mantissaBits);
  return x.negative ? -result : result;
}

Wide nearest(const ArbBall &x) {
  fmpz_t mantissa, exponent;
  fmpz_init(mantissa);
  fmpz_init(exponent);
  arf_t rounded;
  arf_init(rounded);
  arf_set_round(rounded, arb_midref(x.get()), mantissaBits, ARF_RND_NEAR);
  arf_get_fmpz_2exp(mantissa, exponent, rounded);
  const bool negative = fmpz_sgn(mantissa) < 0;
  fmpz_abs(mantissa, mantissa);
  Words w{};
  fmpz_get_ui_array(w.data(), slong(w.size()), mantissa);
  Wide result;
  xphi_wide_from_bits(&result, w.data(), fmpz_get_si(exponent) + mantissaBits, negative);
  arf_clear(rounded);
  fmpz_clear(exponent);
  fmpz_clear(mantissa);
  return result;
}

std::string text(const Wide &x) {
  switch (x.kind) {
  case Zero:
    return x.negative ? "-0" : "0";
  case Infinite:
    return x.negative ? "-inf" : "inf";
  case None:
    return "none";
  default:
    break;
  }
  std::string result = x.negative ? "-0x0." : "0x0.";
  const Words w = words(x.mantissa);
  for (size_t i = w.size(); i-- > 0;) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016lx", w[i]);
    result += digits;
  }
  return result + "p" + std::to_string(x.exponent);
}

int agreement(const Wide &actual, const ArbBall &truth, int most) {
  if (!truth.isFinite())
    return actual.kind == None ? most : -1;
  if (truth.isExactZero())
    return actual.kind == Zero ? most : -1;
  constexpr slong limit = slong(1) << 62;
  if (actual.kind == Zero)
    return truth.isBelow(-limit + 1) ? most : -1;
  if (actual.kind == Infinite)
    return arf_cmpabs_2exp_si(arb_midref(truth.get()), limit - 1) >= 0 &&
                   arb_is_negative(truth.get()) == int(actual.negative)
               ? most
               : -1;
  if (actual.kind == None)
    return -1;
  const ArbBall error = (ball(actual) - truth) / truth;
  int bits = most;
  while (bits >= 0 && !error.isBelow(-bits))
    --bits;
  return bits;
}

int64_t RandomNumbers::integer(int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(engine);
}

Wide RandomNumbers::operator()(int64_t lowExponent, int64_t highExponent) {
  Words w;
  for (uint64_t &word : w)
    word = engine();
  const uint64_t random = w.front(), top = w.back() |= uint64_t(1) << 63;
  switch (integer(0, 5)) {
  case 0: // a float
    w = {};
    w.back() = top & ~uint64_t(0) << 40;
    break;
  case 1: // a power of two, or a little more
    w = {random & 1};
    w.back() = uint64_t(1) << 63;
    break;
  case 2: // a little less than a power of two
    w.fill(~uint64_t(0));
    w.front() ^= random & 1;
    break;
  case 3: // close to a number of a few bits
    w = {random};
    w.back() = top & ~uint64_t(0) << 58;
    break;
  default:
    break;
  }
  Wide result;
  xphi_wide_from_bits(&result, w.data(), integer(lowExponent, highExponent), integer(0, 1) != 0);
  return result;
}

} // namespace xphi::wide
