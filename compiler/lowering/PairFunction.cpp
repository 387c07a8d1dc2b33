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

/// a + b with nothing lost, beside a.low; |a| ≥ |b.high| where `isOrdered`.
Pair sum(Number a, Pair b, bool isOrdered) {
  Number high = a + b.high, part = high - a;
  Number lost = isOrdered ? b.high - part : (a - (high - part)) + (b.high - part);
  return {high, b.low + lost};
}

class PairCode {
public:
  PairCode(const Fit &fit, Number x) : fit(fit), x(x), n(*x.numbers), place(placeOf(fit, x)) {}

  FittedValue emit(std::optional<Number> factor) {
    Pair y = shape(polynomial());
    if (factor)
      y = product(y, *factor);
    // Ziv's test: the ends of what the bound leaves round to one float.
    Number error = lookUp(fit, fit.errors.data(), place);
    Number value = y.high + fma(y.high, error, y.low), other = y.high + fma(y.high, -error, y.low),
           size = abs(value);
    Mask outside = ~(value == other) | (size < least);
    if (factor)
      outside = outside | (size > most);
    // Where a factor is 0, y.low is one of the other sign.
    std::optional<Mask> zero;
    if (fit.order > 0)
      zero = x == 0.0;
    if (factor) {
      Mask other = (*factor == 0.0) & (abs(x) <= n.constant(most));
      zero = zero ? *zero | other : other;
    }
    if (zero) {
      value = select(*zero, y.high, value);
      outside = outside & ~*zero;
    }
    value = withLimits(value, outside, factor);
    return {value, outside};
  }

private:
  const float *row(unsigned power) const { return &fit.table[power * fit.segments]; }
  Number coefficient(unsigned power) { return lookUp(fit, row(power), place); }

  Pair polynomial() {
    Number d = place.t - lookUp(fit, fit.centres.data(), place);
    Number rest = coefficient(fit.degree);
    for (unsigned power = fit.degree; power-- > fit.pairs;)
      rest = fma(rest, d, coefficient(power));
    Number high = rest * d;
    Pair p{high, fma(rest, d, -high)};
    for (unsigned power = fit.pairs; power-- > 0;) {
      p.low = p.low + lookUp(fit, &fit.lows[power * fit.segments], place);
      p = sum(coefficient(power), p, fit.isOrdered[power]);
      if (power > 0)
        p = product(p, d);
    }
    return p;
  }

  Pair shape(Pair p) {
    using enum Fit::Form;
    const bool isSigned = fit.form == TwoSided || fit.form == Odd;
    for (unsigned i = 0; i < fit.order; ++i)
      p = product(p, isSigned && (i == 0 || fit.form == TwoSided) ? signedT() : place.t);
    switch (fit.form) {
    case Ramp:
      return sum(atLeast(x, 0), p, false);
    case Fall:
      return sum(atMost(x, 0), p, false);
    case Reflect: {
      Pair other = sum(n.constant(fit.sum), {-p.high, -p.low}, false);
      Mask right = x > 0.0;
      return {select(right, other.high, p.high), select(right, other.low, p.low)};
    }
    default:
      return p;
    }
  }

  Number signedT() { return atMost(atLeast(x, fit.low), fit.high); }

  /// Beyond an end of the table. A product is known where it is with 1: it is then a float.
  Number withLimits(Number value, Mask &outside, std::optional<Number> factor) {
    auto limited = [&](Fit::Beyond beyond, Mask lanes, double limit) {
      const bool isFactor = beyond == Fit::Beyond::Power, isOne = std::fabs(limit) == 1;
      if (beyond == Fit::Beyond::Exact || (factor && (isFactor || !isOne))) {
        outside = outside | lanes;
        return;
      }
      Number there = n.constant(limit);
      if (isFactor || factor)
        there = limit < 0 ? -(isFactor ? x : *factor) : isFactor ? x : *factor;
      value = select(lanes, there, value);
      outside = outside & ~lanes;
    };
    limited(fit.below, x < double(fit.low), double(fit.limitBelow));
    limited(fit.above, x > double(fit.high), double(fit.limitAbove));
    return value;
  }

  static constexpr double least = 0x1p-90, most = 0x1p120;

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
