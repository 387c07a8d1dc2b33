// Random numbers by their bits; Arb's numbers by their integers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/wide/WideNumbers.h"

#include <array>
#include <bit>

namespace xphi::wide {

using reference::ArbBall;

namespace {

using Words = std::array<uint64_t, mantissaWords>;
using ExponentWords = std::array<uint64_t, exponentWidth / 64>;

Words words(const Mantissa &mantissa) { return std::bit_cast<Words>(mantissa); }

/// An integer of FLINT that holds an exponent.
class Integer {
public:
  Integer() { fmpz_init(value); }
  explicit Integer(Exponent exponent) : Integer() {
    const auto parts = std::bit_cast<ExponentWords>(exponent);
    fmpz_set_signed_ui_array(value, parts.data(), slong(parts.size()));
  }
  Integer(const Integer &) = delete;
  Integer &operator=(const Integer &) = delete;
  ~Integer() { fmpz_clear(value); }

  fmpz *get() { return value; }
  Exponent exponent() {
    ExponentWords parts;
    fmpz_get_signed_ui_array(parts.data(), slong(parts.size()), value);
    return std::bit_cast<Exponent>(parts);
  }

private:
  fmpz_t value;
};

/// Of the normalised number with these words, none of the others' kinds within the limit.
Wide number(const Words &words, Exponent exponent, bool negative) {
  Wide result;
  xphi_wide_from_bits(&result, words.data(), 0, negative);
  result.exponent += exponent;
  if (result.exponent > exponentLimit || result.exponent < -exponentLimit)
    return special(exponent > 0 ? Infinite : Zero, negative);
  return result;
}

} // namespace

Wide wide(float x) {
  Wide result;
  xphi_wide_from_f64(&result, x);
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
  Integer shift(x.exponent - mantissaBits);
  arb_mul_2exp_fmpz(result.get(), result.get(), shift.get());
  return x.negative ? -result : result;
}

ArbBall powerOfTwo(Exponent exponent) {
  ArbBall result(1);
  arb_mul_2exp_fmpz(result.get(), result.get(), Integer(exponent).get());
  return result;
}

Wide nearest(const ArbBall &x) {
  Integer mantissa, exponent;
  arf_t rounded;
  arf_init(rounded);
  arf_set_round(rounded, arb_midref(x.get()), mantissaBits, ARF_RND_NEAR);
  arf_get_fmpz_2exp(mantissa.get(), exponent.get(), rounded);
  arf_clear(rounded);
  const bool negative = fmpz_sgn(mantissa.get()) < 0;
  fmpz_abs(mantissa.get(), mantissa.get());
  Words w{};
  fmpz_get_ui_array(w.data(), slong(w.size()), mantissa.get());
  if (fmpz_is_zero(mantissa.get()))
    return special(Zero);
  return number(w, exponent.exponent() + mantissaBits, negative);
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
  char *exponent = fmpz_get_str(nullptr, 10, Integer(x.exponent).get());
  result += "p" + std::string(exponent);
  flint_free(exponent);
  return result;
}

int agreement(const Wide &actual, const ArbBall &truth, int most) {
  if (!truth.isFinite())
    return actual.kind == None ? most : -1;
  if (truth.isExactZero())
    return actual.kind == Zero ? most : -1;
  Integer exponent;
  arf_abs_bound_lt_2exp_fmpz(exponent.get(), arb_midref(truth.get()));
  if (actual.kind == Zero)
    return fmpz_cmp(exponent.get(), Integer(-exponentLimit).get()) <= 0 ? most : -1;
  if (actual.kind == Infinite)
    return fmpz_cmp(exponent.get(), Integer(exponentLimit).get()) >= 0 &&
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

// Half of them evenly, the other half of all sizes.
Exponent RandomNumbers::exponent(Exponent low, Exponent high) {
  using Size = unsigned _BitInt(exponentWidth);
  Size random = 0;
  for (int i = 0; i < exponentWidth / 64; ++i)
    random = random << 64 | engine();
  const Size range = Size(high - low) + 1;
  const Exponent even = low + Exponent(random % range);
  const Exponent shorter = even >> unsigned(integer(0, exponentBits));
  return integer(0, 1) != 0 && shorter >= low && shorter <= high ? shorter : even;
}

Wide RandomNumbers::operator()(Exponent lowExponent, Exponent highExponent) {
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
  return number(w, exponent(lowExponent, highExponent), integer(0, 1) != 0);
}

} // namespace xphi::wide
