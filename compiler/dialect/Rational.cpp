// Exact rational numbers, what the constants of a program are until a machine type is chosen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arithmetic is FLINT's.
#include "dialect/Rational.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <mpfr.h>
// After mpfr.h, which decides what is declared.
#include <flint/fmpq.h>
#include <flint/fmpz.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace xphi::compiler {
namespace {

std::string textOf(const fmpz_t integer) {
  char *text = fmpz_get_str(nullptr, 10, integer);
  std::string result = text;
  flint_free(text);
  return result;
}

// How often `prime` divides; divides it out.
unsigned long removeFactor(fmpz_t integer, unsigned long prime) {
  unsigned long count = 0;
  while (fmpz_divisible_si(integer, long(prime))) {
    fmpz_divexact_ui(integer, integer, prime);
    ++count;
  }
  return count;
}

} // namespace

Rational::Rational(long number, unsigned long denominator) {
  fmpq_init(value);
  assert(denominator != 0);
  fmpq_set_si(value, number, denominator);
}
Rational::Rational(const Rational &other) {
  fmpq_init(value);
  fmpq_set(value, other.value);
}
Rational &Rational::operator=(const Rational &other) {
  fmpq_set(value, other.value);
  return *this;
}
Rational::~Rational() { fmpq_clear(value); }

Rational Rational::ofDouble(double value) {
  int exponent = 0;
  const Rational significand(long(std::ldexp(std::frexp(value, &exponent), 53)));
  const Rational scale = power(Rational(2), std::abs(exponent - 53));
  return exponent < 53 ? significand / scale : significand * scale;
}

std::optional<Rational> Rational::parse(llvm::StringRef text) {
  Rational result;
  if (text.contains('/')) {
    if (fmpq_set_str(result.value, text.str().c_str(), 10) != 0)
      return std::nullopt;
    fmpq_canonicalise(result.value);
    return result;
  }
  auto [mantissa, exponentText] = text.split('e');
  long exponent = 0;
  if (!exponentText.empty() && exponentText.ltrim('+').getAsInteger(10, exponent))
    return std::nullopt;
  auto [whole, part] = mantissa.split('.');
  std::string digits = (whole + part).str();
  exponent -= long(part.size());
  if (digits.empty() || fmpz_set_str(fmpq_numref(result.value), digits.c_str(), 10) != 0)
    return std::nullopt;
  fmpq_canonicalise(result.value);
  return result * power(Rational(10), exponent);
}

std::optional<long> Rational::integer(long limit) const {
  if (!fmpz_is_one(fmpq_denref(value)) || fmpz_cmp_si(fmpq_numref(value), limit) > 0 ||
      fmpz_cmp_si(fmpq_numref(value), -limit) < 0)
    return std::nullopt;
  return fmpz_get_si(fmpq_numref(value));
}

bool Rational::isDouble() const {
  mpfr_t nearest;
  mpfr_init2(nearest, 53);
  bool exact = fmpq_get_mpfr(nearest, value, MPFR_RNDN) == 0;
  mpfr_clear(nearest);
  return exact;
}

double Rational::toDouble() const {
  mpfr_t nearest;
  mpfr_init2(nearest, 53);
  fmpq_get_mpfr(nearest, value, MPFR_RNDN);
  double result = mpfr_get_d(nearest, MPFR_RNDN);
  mpfr_clear(nearest);
  return result;
}

std::string Rational::fraction() const {
  char *text = fmpq_get_str(nullptr, 10, value);
  std::string result = text;
  flint_free(text);
  return result;
}

std::string Rational::decimal() const {
  fmpz_t rest;
  fmpz_init_set(rest, fmpq_denref(value));
  unsigned long twos = removeFactor(rest, 2), fives = removeFactor(rest, 5);
  bool ends = fmpz_is_one(rest);
  fmpz_clear(rest);
  if (!ends)
    return textOf(fmpq_numref(value)) + " / " + textOf(fmpq_denref(value));
  long places = long(std::max(twos, fives));
  Rational shifted = *this * power(Rational(10), places);
  std::string digits = textOf(fmpq_numref(shifted.value));
  if (places == 0) {
    size_t zeros = digits.size() - llvm::StringRef(digits).rtrim('0').size();
    if (zeros > 6 && digits != "0")
      return digits.substr(0, digits.size() - zeros) + "e" + std::to_string(zeros);
    return digits;
  }
  if (long(digits.size()) + 5 < places) // 1e-9 rather than 0.000000001
    return digits + "e-" + std::to_string(places);
  if (long(digits.size()) <= places)
    digits.insert(0, size_t(places) + 1 - digits.size(), '0');
  return digits.insert(digits.size() - size_t(places), ".");
}

Rational operator+(const Rational &a, const Rational &b) {
  Rational result;
  fmpq_add(result.value, a.value, b.value);
  return result;
}
Rational operator-(const Rational &a, const Rational &b) {
  Rational result;
  fmpq_sub(result.value, a.value, b.value);
  return result;
}
Rational operator*(const Rational &a, const Rational &b) {
  Rational result;
  fmpq_mul(result.value, a.value, b.value);
  return result;
}
Rational operator/(const Rational &a, const Rational &b) {
  assert(!b.isZero());
  Rational result;
  fmpq_div(result.value, a.value, b.value);
  return result;
}
Rational operator-(const Rational &a) {
  Rational result;
  fmpq_neg(result.value, a.value);
  return result;
}
Rational power(const Rational &a, long exponent) {
  assert(exponent >= 0 || !a.isZero());
  Rational result;
  fmpq_pow_si(result.value, a.value, exponent);
  return result;
}

} // namespace xphi::compiler
