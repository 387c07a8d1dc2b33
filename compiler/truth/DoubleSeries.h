// Power series whose coefficients are balls of doubles: for enclosures of some 40 bits, at a
// fraction of what Arb's cost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/truth/ArbBall.h"

#include <cmath>
#include <utility>
#include <vector>

namespace xphi::reference {

/// Every number within `radius` of the middle; any number if one of the two is not finite.
struct DoubleBall {
  double middle = 0, radius = 0;

  DoubleBall() = default;
  DoubleBall(double middle, double radius) : middle(middle), radius(radius) {}
  explicit DoubleBall(const ArbBall &ball);

  ArbBall toArb() const;
};

class DoubleSeries {
public:
  DoubleSeries() = default;
  DoubleSeries(const ArbBall &constant) : coefficients{DoubleBall(constant)} {}

  /// c + slope·u, on one side of zero: above for 1, below for −1, not known for 0.
  static DoubleSeries variable(const ArbBall &c, int slope, int side);

  /// A numeral such as "0.1", not its double.
  static DoubleSeries decimal(std::string_view text);

  ArbBall coefficient(slong i) const { return ball(i).toArb(); }
  bool isFinite(slong i) const {
    return std::isfinite(ball(i).middle) && std::isfinite(ball(i).radius);
  }
  bool isConstant() const { return coefficients.size() <= 1; }

  int side = 0; ///< of the variable, or its negative; 0 for all else

  // Of the results the first `length` coefficients. Where a function's value at the constant term
  // is asked for, that is what its own series starts with.

  friend DoubleSeries add(const DoubleSeries &a, const DoubleSeries &b, slong length);
  friend DoubleSeries subtract(const DoubleSeries &a, const DoubleSeries &b, slong length);
  friend DoubleSeries multiply(const DoubleSeries &a, const DoubleSeries &b, slong length);
  /// b's constant term is not zero.
  friend DoubleSeries divide(const DoubleSeries &a, const DoubleSeries &b, slong length);
  friend DoubleSeries negative(const DoubleSeries &a);
  friend DoubleSeries scaled(const DoubleSeries &a, const ArbBall &factor);
  friend DoubleSeries withConstant(DoubleSeries a, const ArbBall &constant);
  /// constant + ∫ slope·x'
  friend DoubleSeries integral(const ArbBall &constant, const DoubleSeries &slope,
                               const DoubleSeries &x, slong length);
  friend DoubleSeries exponential(const DoubleSeries &x, slong length);
  /// x^exponent, for x above zero.
  friend DoubleSeries power(const DoubleSeries &x, const ArbBall &exponent, slong length);
  /// Sine and cosine, or with sign = 1 those of the hyperbola.
  friend std::pair<DoubleSeries, DoubleSeries> sineAndCosine(const DoubleSeries &x, int sign,
                                                             slong length);

private:
  DoubleBall ball(slong i) const {
    return std::size_t(i) < coefficients.size() ? coefficients[std::size_t(i)] : DoubleBall();
  }
  static DoubleSeries withRoom(slong length);
  DoubleSeries derivative() const;

  std::vector<DoubleBall> coefficients;
};

} // namespace xphi::reference
