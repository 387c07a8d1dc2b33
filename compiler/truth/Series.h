// Power series over balls, as numbers of the reference interpreter: Taylor models of a program.
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

#include "compiler/truth/ArbSeries.h"
#include "compiler/truth/BallArithmetic.h"
#include "compiler/truth/DoubleSeries.h"

#include <vector>

namespace xphi::reference {

/// How comparisons of numbers went, one after another.
struct Answers {
  bool ofOpen;              ///< what holds where one goes both ways within the ball
  unsigned open = 0;        ///< of these there were so many
  std::vector<bool> given;  ///< all of them
  bool areRepeated = false; ///< `given` is what comparisons answer
  std::size_t repeated = 0;
  bool isOfPoint = false; ///< the ball is a number, at which choices are made, not beside it
};

/// Over ArbSeries or DoubleSeries.
template <class Series> class SeriesArithmetic {
public:
  using Real = Series;

  /// `length`: how many coefficients are kept.
  explicit SeriesArithmetic(slong length, Answers *answers = nullptr)
      : length(length), answers(answers) {}

  Real decimal(std::string_view text) { return Series::decimal(text); }
  Real pi() { return ArbBall::pi(); }
  Real e() { return ArbBall::e(); }
  Real infinity() { return ArbBall::infinity(); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands);
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b);

  double nearest(const Real &x) { return balls.nearest(x.coefficient(0)); }

  bool undecided() const { return overlapped || balls.undecided(); }

private:
  Real smooth(dsl::Primitive primitive, const Real &x);
  Real powerOf(const Real &x, const Real &y);
  Real sum(const Real &a, const Real &b) const { return add(a, b, length); }
  Real difference(const Real &a, const Real &b) const { return subtract(a, b, length); }
  Real product(const Real &a, const Real &b) const { return multiply(a, b, length); }
  Real quotient(const Real &a, const Real &b) const;
  Real integralOf(const ArbBall &constant, const Real &slope, const Real &x) const {
    return integral(constant, slope, x, length);
  }
  Real raised(const Real &x, unsigned n) const;
  Real logistic(const Real &x) const;
  Real root(const Real &x) const { return power(x, ArbBall(0.5), length); }
  /// -1, 0 or 1 as a − b is below, at or above zero, decided for the whole ball.
  int order(const Real &a, const Real &b);
  bool areMet(const Real &a, const Real &b) const;
  bool isOpen(const Real &a, const Real &b) const;

  slong length;
  Answers *answers;
  BallArithmetic balls;
  bool overlapped = false;
};

extern template class SeriesArithmetic<ArbSeries>;
extern template class SeriesArithmetic<DoubleSeries>;

} // namespace xphi::reference
