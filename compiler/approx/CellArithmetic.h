// Numbers of a function over a cell of floats, as the reference interpreter takes them: Taylor's
// series, with a power of a second input, or quotients of polynomials.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/BallBounds.h"
#include "approx/LinesCell.h"
#include "compiler/truth/RationalArithmetic.h"
#include "compiler/truth/Series.h"

#include <span>
#include <string_view>
#include <vector>

namespace xphi::compiler {

/// Taylor's series at the middle, and over the cell what encloses the rest.
class TaylorArithmetic {
public:
  struct Real {
    reference::ArbSeries at, over;
  };

  explicit TaylorArithmetic(const LinesCell &cell)
      : cell(cell), points(length), balls(length + 1) {}

  Real variable() const {
    return {reference::ArbSeries::variable(cell.middle, 1, cell.side),
            reference::ArbSeries::variable(cell.all, 1, cell.side)};
  }
  Real number(double value) const { return both(reference::ArbBall(value)); }
  Real decimal(std::string_view text) { return both(reference::ArbBall::fromDecimal(text)); }
  Real pi() { return both(reference::ArbBall::pi()); }
  Real e() { return both(reference::ArbBall::e()); }
  Real infinity() { return both(reference::ArbBall::infinity()); }
  Real apply(dsl::Primitive primitive, std::span<const Real> operands) {
    std::vector<reference::ArbSeries> at, over;
    for (const Real &each : operands) {
      at.push_back(each.at);
      over.push_back(each.over);
    }
    return {points.apply(primitive, at), balls.apply(primitive, over)};
  }
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    return balls.compare(primitive, a.over, b.over);
  }
  double nearest(const Real &a) { return balls.nearest(a.over); }

  Real input(unsigned) const { return variable(); }
  const LinesCell *cellOf(unsigned) const { return &cell; }
  static int degreeOf(const Real &) { return 0; }
  bool undecided() const { return balls.undecided() || points.undecided(); }
  static bool isKnown(const Real &a) {
    return a.over.coefficient(0).isFinite() && a.at.coefficient(0).isFinite();
  }
  /// Terms that cancel are not seen to in a ball, but in a series; what grows is, where the series
  /// is of too few terms.
  reference::ArbBall valuesOf(const Real &a) const {
    reference::ArbBall rest = largest(a.over.coefficient(length)), values = a.at.coefficient(0);
    for (slong i = length; i-- > 0;)
      rest = largest(rest * cell.radius) +
             (i > 0 ? largest(a.at.coefficient(i)) : reference::ArbBall(0.0));
    arb_add_error(values.get(), rest.get());
    const reference::ArbBall other = a.over.coefficient(0);
    reference::ArbBall both;
    return arb_intersection(both.get(), values.get(), other.get(),
                            reference::ArbPrecision::bits()) != 0
               ? both
               : values;
  }
  /// The same, tighter where it goes one way, from both ends of the cell.
  reference::ArbBall valuesByEnds(const Real &a) const {
    if (arb_contains_zero(a.over.coefficient(1).get()))
      return valuesOf(a);
    reference::ArbBall ends[2];
    for (int i = 0; i < 2; ++i) {
      const reference::ArbBall u(i == 0 ? -cell.radius : cell.radius);
      ends[i] = a.over.coefficient(length);
      for (slong k = length; k-- > 0;)
        ends[i] = ends[i] * u + a.at.coefficient(k);
    }
    reference::ArbBall hull;
    arb_union(hull.get(), ends[0].get(), ends[1].get(), reference::ArbPrecision::bits());
    return hull;
  }
  reference::ArbBall distance(const Real &a, const Real &b) const {
    reference::ArbBall sum(0.0), power(1.0);
    for (slong i = 0; i <= length; ++i) {
      const reference::ArbBall difference = i < length
                                                ? a.at.coefficient(i) - b.at.coefficient(i)
                                                : a.over.coefficient(i) - b.over.coefficient(i);
      sum = sum + largest(difference) * power;
      power = largest(power * cell.radius);
    }
    return sum;
  }

private:
  static constexpr slong length = 8;
  static Real both(const reference::ArbBall &constant) { return {constant, constant}; }

  const LinesCell &cell;
  reference::SeriesArithmetic<reference::ArbSeries> points, balls;
};

/// Series times a power of a positive number that is not known: that of a second input. Only what
/// leaves it a factor is computed; all else is an unknown number.
class GradedArithmetic {
public:
  struct Real {
    TaylorArithmetic::Real series = {};
    int degree = 0;
    bool isKnown = true;
  };

  GradedArithmetic(const LinesCell &cell, unsigned varying, int sign)
      : series(cell), varying(varying), sign(sign) {}

  Real input(unsigned number) const {
    return number == varying ? Real{series.variable()} : Real{series.number(sign), 1};
  }
  const LinesCell *cellOf(unsigned number) const {
    return number == varying ? series.cellOf(number) : nullptr;
  }
  Real number(double value) const { return {series.number(value)}; }
  Real decimal(std::string_view text) { return {series.decimal(text)}; }
  Real pi() { return {series.pi()}; }
  Real e() { return {series.e()}; }
  Real infinity() { return {series.infinity()}; }

  Real apply(dsl::Primitive primitive, std::span<const Real> operands) {
    using enum dsl::Primitive;
    std::vector<TaylorArithmetic::Real> all;
    bool isOfOneDegree = true, isWithout = true;
    int degree = 0;
    for (const Real &each : operands) {
      if (!each.isKnown)
        return {{}, 0, false};
      all.push_back(each.series);
      if (isZero(each)) // of every degree
        continue;
      isOfOneDegree &= isWithout || each.degree == degree;
      isWithout = false;
      degree = each.degree;
    }
    switch (primitive) {
    case Mul:
      return {series.apply(primitive, all), operands[0].degree + operands[1].degree};
    case Div:
      return {series.apply(primitive, all), operands[0].degree - operands[1].degree};
    case Neg:
    case Abs:
    case Add:
    case Sub:
    case Min:
    case Max:
      return {series.apply(primitive, all), degree, isOfOneDegree};
    case Sign:
    case Step:
      return {series.apply(primitive, all)};
    default:
      return {series.apply(primitive, all), 0, isOfOneDegree && degree == 0};
    }
  }
  bool compare(dsl::Primitive primitive, const Real &a, const Real &b) {
    if (a.isKnown && b.isKnown && (a.degree == b.degree || isZero(a) || isZero(b)))
      return series.compare(primitive, a.series, b.series);
    isOpen = true;
    return false;
  }
  double nearest(const Real &a) { return series.nearest(a.series); }

  bool undecided() const { return isOpen || series.undecided(); }
  static bool isKnown(const Real &a) { return a.isKnown && TaylorArithmetic::isKnown(a.series); }
  static int degreeOf(const Real &a) { return a.degree; }
  /// Of what the power is a factor to.
  reference::ArbBall valuesOf(const Real &a) const { return series.valuesOf(a.series); }
  reference::ArbBall valuesByEnds(const Real &a) const { return series.valuesByEnds(a.series); }
  reference::ArbBall distance(const Real &a, const Real &b) const {
    return a.degree == b.degree || isZero(a) || isZero(b) ? series.distance(a.series, b.series)
                                                          : reference::ArbBall::infinity();
  }

private:
  static bool isZero(const Real &a) {
    return arb_poly_is_zero(a.series.at.get()) && arb_poly_is_zero(a.series.over.get());
  }

  TaylorArithmetic series;
  const unsigned varying;
  const int sign;
  bool isOpen = false;
};

class QuotientArithmetic : public reference::RationalArithmetic {
public:
  explicit QuotientArithmetic(const LinesCell &cell) : RationalArithmetic(cell.all), cell(cell) {}
  Real input(unsigned) const { return variable(); }
  const LinesCell *cellOf(unsigned) const { return &cell; }
  static bool isKnown(const Real &a) { return a.isKnown; }
  static int degreeOf(const Real &) { return 0; }
  static const reference::ArbBall &valuesOf(const Real &a) { return a.over; }
  static const reference::ArbBall &valuesByEnds(const Real &a) { return a.over; }

private:
  const LinesCell &cell;
};

} // namespace xphi::compiler
