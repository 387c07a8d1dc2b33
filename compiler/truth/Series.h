// Power series over Arb balls, as numbers of the reference interpreter: Taylor models of a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A number is f(c + u) = a₀ + a₁u + … cut off behind some power. With c a point the coefficients
// are those of Taylor's series; with c a ball, each encloses the coefficient at every point of it,
// so that the one behind the last kept bounds what is left out (Lagrange's form of the rest).
//
// Comparisons and corners are decided for the whole ball or noted as undecided. One thing more is
// known of a variable: the side of zero on which it lies, by which corners at zero are decided even
// for balls that reach across. What comes out is then the continuation from that side.
#pragma once

#include "compiler/truth/BallArithmetic.h"

#include <arb_poly.h>

namespace xphi::reference {

class Series {
public:
  Series() { arb_poly_init(poly); }
  Series(const ArbBall &constant) : Series() { arb_poly_set_arb(poly, constant.get()); }
  Series(const Series &other) : Series() { *this = other; }
  Series(Series &&other) noexcept : Series() { *this = std::move(other); }
  Series &operator=(const Series &other) {
    arb_poly_set(poly, other.poly);
    side = other.side;
    return *this;
  }
  Series &operator=(Series &&other) noexcept {
    arb_poly_swap(poly, other.poly);
    std::swap(side, other.side);
    return *this;
  }
  ~Series() { arb_poly_clear(poly); }

  /// c + slope·u, on one side of zero: above for 1, below for −1, not known for 0.
  static Series variable(const ArbBall &c, int slope, int side);

  ArbBall coefficient(slong i) const;
  arb_poly_struct *get() { return poly; }
  const arb_poly_struct *get() const { return poly; }

  int side = 0; ///< of the variable, or its negative; 0 for all else

private:
  arb_poly_t poly;
};

class SeriesArithmetic {
public:
  using Real = Series;

  /// `length`: how many coefficients are kept.
  explicit SeriesArithmetic(slong length) : length(length) {}

  Real decimal(std::string_view text) { return ArbBall::fromDecimal(text); }
  Real pi() { return ArbBall::pi(); }
  Real e() { return ArbBall::e(); }
  Real infinity() { return ArbBall::infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);

  double nearest(const Real &x) { return balls.nearest(x.coefficient(0)); }

  bool undecided() const { return overlapped || balls.undecided(); }

private:
  Real smooth(dsl::Primitive primitive, const Real &x);
  Real power(const Real &x, const Real &y);
  Real add(const Real &a, const Real &b, bool subtract) const;
  Real multiply(const Real &a, const Real &b) const;
  Real divide(const Real &a, const Real &b) const;
  Real negate(const Real &a) const;
  /// c₀ + ∫ slope·x'
  Real integral(const ArbBall &constant, const Real &slope, const Real &x) const;
  Real exponential(const Real &x) const;
  Real logistic(const Real &x) const;
  Real root(const Real &x) const;
  /// -1, 0 or 1 as a − b is below, at or above zero, decided for the whole ball.
  int order(const Real &a, const Real &b);

  slong length;
  BallArithmetic balls;
  bool overlapped = false;
};

} // namespace xphi::reference
