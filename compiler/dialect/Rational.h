// Exact rational numbers, what the constants of a program are until a machine type is chosen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_DIALECT_RATIONAL_H
#define XPHI_COMPILER_DIALECT_RATIONAL_H

#include "llvm/ADT/StringRef.h"

#include <flint/fmpq.h>

#include <optional>
#include <string>

namespace xphi::compiler {

class Rational {
public:
  Rational(long value = 0, unsigned long denominator = 1);
  Rational(const Rational &other);
  Rational &operator=(const Rational &other);
  ~Rational();

  /// Of a number that is finite.
  static Rational ofDouble(double value);
  /// From a decimal as the language writes it ("0.1" is one tenth) or a fraction ("-1/10").
  static std::optional<Rational> parse(llvm::StringRef text);

  bool isZero() const { return fmpq_is_zero(value); }
  bool isNegative() const { return fmpq_sgn(value) < 0; }
  /// An integer of at most this magnitude, if it is one.
  std::optional<long> integer(long limit) const;

  /// Whether it is a double.
  bool isDouble() const;
  /// The nearest double.
  double toDouble() const;
  /// How many binary digits numerator and denominator have together.
  unsigned long bits() const {
    return fmpz_bits(fmpq_numref(value)) + fmpz_bits(fmpq_denref(value));
  }
  const fmpq *get() const { return value; }
  /// The canonical text: "-1/10", "3".
  std::string fraction() const;
  /// As the language writes a number that is not negative: "0.1"; "1 / 3" where no decimal ends.
  std::string decimal() const;

  friend Rational operator+(const Rational &a, const Rational &b);
  friend Rational operator-(const Rational &a, const Rational &b);
  friend Rational operator*(const Rational &a, const Rational &b);
  /// b is not zero.
  friend Rational operator/(const Rational &a, const Rational &b);
  friend Rational operator-(const Rational &a);
  /// exponent is small; a is not zero where it is negative.
  friend Rational power(const Rational &a, long exponent);
  friend bool operator==(const Rational &a, const Rational &b) {
    return fmpq_equal(a.value, b.value);
  }

private:
  fmpq_t value;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_RATIONAL_H
