// A real number enclosed by an Arb ball, with the operators that formulas need.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each result encloses the exact result for every point of the operands. Where a function's domain
// is left, or may be, the ball is not finite, and that spreads.
#pragma once

#include "compiler/truth/Enclosure.h"

#include <arb.h>

#include <string>
#include <string_view>

namespace xphi::reference {

/// How many bits the midpoints computed on this thread have, for as long as the object lives.
class ArbPrecision {
public:
  explicit ArbPrecision(slong bits);
  ~ArbPrecision();
  ArbPrecision(const ArbPrecision &) = delete;
  ArbPrecision &operator=(const ArbPrecision &) = delete;

  static slong bits();

private:
  slong outer;
};

class ArbBall {
public:
  ArbBall() { arb_init(ball); }
  /// Exact: doubles are binary fractions.
  ArbBall(double value) : ArbBall() { arb_set_d(ball, value); }
  ArbBall(const ArbBall &other) : ArbBall() { arb_set(ball, other.ball); }
  ArbBall(ArbBall &&other) noexcept : ArbBall() { arb_swap(ball, other.ball); }
  ArbBall &operator=(const ArbBall &other) {
    arb_set(ball, other.ball);
    return *this;
  }
  ArbBall &operator=(ArbBall &&other) noexcept {
    arb_swap(ball, other.ball);
    return *this;
  }
  ~ArbBall() { arb_clear(ball); }

  /// 2^exponent, exactly.
  static ArbBall powerOfTwo(slong exponent);
  /// A numeral such as "0.1" or "1e-3"; "0.1" is one tenth, not its double.
  static ArbBall fromDecimal(std::string_view numeral);
  static ArbBall pi();
  static ArbBall e();
  static ArbBall log2();
  static ArbBall infinity();
  /// What certainly is no number, such as the logarithm of -1: a NaN without a radius. Not to be
  /// given to Arb, whose arcsine of it is a number.
  static ArbBall noNumber();
  /// What may be any number, or none.
  static ArbBall unknown();

  arb_ptr get() { return ball; }
  arb_srcptr get() const { return ball; }

  bool isFinite() const { return arb_is_finite(ball); }
  bool isNaN() const { return arf_is_nan(arb_midref(ball)); }
  bool isNoNumber() const { return isNaN() && isExact(); }
  bool isExact() const { return arb_is_exact(ball); }
  bool isExactZero() const { return arb_is_zero(ball); }

  /// Whether the radius is at most 2^-bits of the number.
  bool isTight(slong bits) const { return isExactZero() || arb_rel_accuracy_bits(ball) >= bits; }
  /// Whether every point of the ball is below 2^exponent in magnitude.
  bool isBelow(slong exponent) const;

  /// The ball as doubles, rounded outwards.
  Enclosure enclosure() const;
  double nearest() const { return arf_get_d(arb_midref(ball), ARF_RND_NEAR); }
  /// The midpoint to so many decimal digits, for messages and tests.
  std::string decimal(slong digits) const;

private:
  arb_t ball;
};

ArbBall operator+(const ArbBall &a, const ArbBall &b);
ArbBall operator-(const ArbBall &a, const ArbBall &b);
ArbBall operator*(const ArbBall &a, const ArbBall &b);
ArbBall operator/(const ArbBall &a, const ArbBall &b);
ArbBall operator-(const ArbBall &a);
ArbBall abs(const ArbBall &a);

} // namespace xphi::reference
