// Quotients of polynomials in one variable, with what they are on an interval, as numbers of the
// reference interpreter: so that two ways to write a function are seen to be the same one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coefficients are rational and exact. Choices are decided by the interval, or noted as undecided.
// What is no such quotient, as a root or π, is an unknown number: that spreads.
#pragma once

#include "compiler/truth/ArbBall.h"
#include "dsl/Primitive.h"

#include <flint/fmpz_poly_q.h>

#include <span>
#include <string_view>

namespace xphi::reference {

class RationalNumber {
public:
  RationalNumber() { fmpz_poly_q_init(quotient); }
  RationalNumber(const RationalNumber &other) : RationalNumber() { *this = other; }
  RationalNumber &operator=(const RationalNumber &other) {
    fmpz_poly_q_set(quotient, other.quotient);
    over = other.over;
    isKnown = other.isKnown;
    return *this;
  }
  ~RationalNumber() { fmpz_poly_q_clear(quotient); }

  fmpz_poly_q_t quotient; ///< where it is known
  ArbBall over;           ///< of its values
  bool isKnown = false;
};

class RationalArithmetic {
public:
  using Real = RationalNumber;

  /// The variable is any number of the ball.
  explicit RationalArithmetic(const ArbBall &x) : x(x) {}

  Real variable() const;
  /// A finite one, exactly.
  Real number(double value) const;

  Real decimal(std::string_view text);
  Real pi() { return {}; }
  Real e() { return {}; }
  Real infinity() { return {}; }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);
  double nearest(const Real &a) { return a.over.nearest(); }

  bool undecided() const { return overlapped; }
  /// What |a − b| is at most, as a number; 0 if they are the same. Both are known.
  ArbBall distance(const Real &a, const Real &b) const;

private:
  template <class Operation>
  Real combined(const Real &a, const Real &b, const ArbBall &over, Operation operation) const;
  Real raised(const Real &x, slong n);
  Real atZero(dsl::Primitive primitive) const;
  int order(const Real &a, const Real &b);
  ArbBall valuesOf(const fmpz_poly_q_t quotient) const;

  const ArbBall x;
  bool overlapped = false;
};

} // namespace xphi::reference
