// Sums and products of pairs of floats, as Dekker and Knuth have them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/PairFunction.h"

#include "dialect/Attributes.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// high + low, where low is some 2^-23 of high.
struct Pair {
  Number high, low;
};

Pair product(Pair a, Number b) {
  Number high = a.high * b;
  return {high, fma(a.low, b, fma(a.high, b, -high))};
}

/// a + b·c, rounded once, and what that lost; a is between half and twice the sum.
Pair fusedSum(Number a, Number b, Number c) {
  Number high = fma(b, c, a);
  return {high, fma(b, c, a - high)};
}

/// a + b with nothing lost; `isOrdered`: a is 0, larger, or a multiple of the last place of b.
Pair sum(Number a, Pair b, bool isOrdered) {
  Number high = a + b.high, part = high - a;
  Number lost = isOrdered ? b.high - part : (a - (high - part)) + (b.high - part);
  return {high, b.low + lost};
}

class PairCode {
public:
  PairCode(const Fit &fit, Number x) : fit(fit), x(x), n(*x.numbers), place(placeOf(fit, x)) {}

  FittedValue emit(std::optional<Number> factor) {
    Pair p = polynomial(), y = fit.isJoinFused ? fusedRamp(p) : joined(scaledByPower(p));
    if (fit.atZero) {
      Mask isZero = x == 0.0;
      y = {select(isZero, n.constant(fit.atZero->first), y.high),
           select(isZero, n.constant(fit.atZero->second), y.low)};
    }
    if (factor)
      y = product(y, *factor);
    // Ziv's test: the ends of what the bound leaves round to one float.
    Number error = lookUp(fit, fit.errors.data(), place),
           value = y.high + fma(error, y.high, y.low), other = y.high + fma(-error, y.high, y.low);
    // What overflows on the way or is no number is not equal to itself.
    Mask outside = ~(value == other);
    if (fit.order > 0 || factor) // else none is so small
      outside = outside | (abs(value) < least);
    std::optional<Mask> zero;
    if (fit.order > 0)
      zero = x == 0.0;
    if (factor)
      zero = zero ? *zero | (*factor == 0.0) : *factor == 0.0;
    if (zero) { // y.low is one of the other sign
      value = select(*zero, y.high, value);
      outside = outside & ~*zero;
    }
    if (isAsked(fit.below, fit.limitBelow, factor.has_value()))
      outside = outside | (x < double(fit.low));
    if (isAsked(fit.above, fit.limitAbove, factor.has_value()))
      outside = outside | (x > double(fit.high));
    return {value, outside};
  }

private:
  const float *row(unsigned power) const { return &fit.table[power * fit.segments]; }
  Number coefficient(unsigned power) { return lookUp(fit, row(power), place); }

  Pair polynomial() {
    Number d = place.t - lookUp(fit, fit.centres.data(), place);
    Number high = coefficient(fit.degree);
    for (unsigned power = fit.degree; power-- > fit.pairs;)
      high = fma(high, d, coefficient(power));
    std::optional<Number> low;
    for (unsigned power = fit.pairs; power-- > 0;) {
      Number lowest = lookUp(fit, &fit.lows[power * fit.segments], place);
      // What is known early is added first, so that lows wait for each other only.
      Pair next;
      if (fit.fused >> power & 1) {
        next = fusedSum(coefficient(power), high, d);
        next.low = next.low + lowest;
      } else {
        Number scaled = high * d, rest = fma(high, d, -scaled);
        next = sum(coefficient(power), {scaled, rest + lowest}, power > 0 || !fit.hasZero);
      }
      high = next.high;
      low = low ? fma(*low, d, next.low) : next.low;
    }
    return {high, *low};
  }

  Pair scaledByPower(Pair p) {
    using enum Fit::Form;
    for (unsigned i = 0; i < fit.order; ++i)
      p = product(p, isJoined() ? place.t
                                : power(fit.form == TwoSided || (fit.form == Odd && i == 0)));
    return p;
  }

  bool isJoined() const {
    using enum Fit::Form;
    return fit.form == Ramp || fit.form == Fall || fit.form == Reflect;
  }

  Pair fusedRamp(Pair p) {
    Number ramp = fit.form == Fit::Form::Ramp ? atLeast(x, 0) : atMost(x, 0);
    Pair y = fusedSum(ramp, p.high, place.t);
    return {y.high, fma(p.low, place.t, y.low)};
  }

  Pair joined(Pair p) {
    switch (fit.form) {
    case Fit::Form::Ramp:
      return sum(atLeast(x, 0), p, fit.isJoinOrdered);
    case Fit::Form::Fall:
      return sum(atMost(x, 0), p, fit.isJoinOrdered);
    case Fit::Form::Reflect: {
      Pair other = sum(n.constant(fit.sum), {-p.high, -p.low}, fit.isJoinOrdered);
      Mask right = x > 0.0;
      return {select(right, other.high, p.high), select(right, other.low, p.low)};
    }
    default:
      return p;
    }
  }

  // Beyond an end the table's last value rounds as what is there does. So does a product with that
  // if it is one with 1, which is a float.
  static bool isAsked(Fit::Beyond beyond, float limit, bool hasFactor) {
    return beyond == Fit::Beyond::Exact ||
           (hasFactor && (beyond == Fit::Beyond::Power || std::fabs(limit) != 1));
  }

  /// What tⁿ is of: x itself where it goes on beyond an end.
  Number power(bool isSigned) {
    Number t = x;
    if (fit.below != Fit::Beyond::Power)
      t = atLeast(t, fit.low);
    if (fit.above != Fit::Beyond::Power)
      t = atMost(t, fit.high);
    return isSigned ? t : abs(t);
  }

  static constexpr double least = 0x1p-90;

  const Fit &fit;
  const Number x;
  const Numbers &n;
  const Place place;
};

} // namespace

std::optional<FittedValue> evaluateNearest(func::FuncOp function, const std::vector<Fit> &fits,
                                           const Numbers &f32, ValueRange arguments) {
  auto fit = function->getAttrOfType<IntegerAttr>(pairFitName);
  if (!fit)
    return std::nullopt;
  std::optional<Number> x, factor;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    (function.getArgAttr(i, cotangentName) ? factor : x) = f32.wrap(arguments[i]);
  return PairCode(fits[unsigned(fit.getInt())], *x).emit(factor);
}

} // namespace xphi::compiler
