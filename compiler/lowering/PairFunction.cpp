// Sums and products of pairs of floats, as Dekker and Knuth have them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/PairFunction.h"

#include "dialect/Attributes.h"
#include "lowering/RowsInMemory.h"
#include "lowering/VectorParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <bit>
#include <cmath>
#include <cstdint>

using namespace mlir;

namespace xphi::compiler {
namespace {

using Pair = NumberPair;

Pair product(Pair a, Number b) {
  Number high = a.high * b;
  return {high, fma(a.low, b, fma(a.high, b, -high))};
}

/// What a number has too much: high − excess.
struct Rounded {
  Number high, excess;
};

/// Of a zero of any sign the excess is +0, so that high − excess has the sign of the zero, which
/// high + low has not.
Rounded roundedProduct(Pair a, Number b) {
  Number high = a.high * b;
  return {high, fma(-a.low, b, fma(-a.high, b, high))};
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
  PairCode(const Fit &fit, PairArithmetic::Pair x)
      : fit(fit), x(x.high), rest(x.low), n(*x.high.numbers),
        place(fit.isOfRows ? placeInRows() : placeOf(fit, x.high, rest.has_value())) {
    // Beyond an end there may be no telling what x lacks.
    const bool ends = fit.below == Fit::Beyond::Exact && fit.above == Fit::Beyond::Exact;
    if (rest)
      within = ends ? *rest
                    : select(place.t == (isOfBothSides() ? this->x : abs(this->x)), *rest,
                             n.constant(0));
  }

  FittedTerm emit(double allowed) {
    Pair scaled = scaledByPower(polynomial()), y = joined(scaled);
    if (rest && isJoined() && fit.form != Fit::Form::Reflect)
      y.low = y.low + restOfRamp();
    std::vector<float> errors;
    for (const float each : fit.errors)
      errors.push_back(float(each / allowed));
    std::optional<Mask> outside = lanesBeyond(fit, x);
    if (const std::optional<Mask> near = rest ? lanesNearZero(fit, x) : std::nullopt)
      outside = outside ? *outside | *near : near;
    return {y, lookUp(fit, errors.data(), place) * scaled.high, outside};
  }

  FittedValue emitNearest(std::optional<Number> factor) {
    const auto [p, ofRow] = fit.isOfRows ? polynomialOfRows() : Bounded{polynomial(), std::nullopt};
    std::optional<Number> apart;
    if (ofRow && fit.zero)
      apart = errorApart(*ofRow, factor);
    const bool endsInPower = fit.order > 0 && !isJoined() && !factor;
    const Rounded y = endsInPower ? roundedPower(p) : rounded(summedUp(p), factor);
    const bool isOddItself = fit.form == Fit::Form::Odd && fit.order == 0,
               mayBeTiny = fit.order > 0 || factor || (isOddItself && !isItsArgumentAtZero());
    const std::optional<float> leastFactor = leastFactorOfRows(factor.has_value());
    std::optional<Mask> zero;
    if (mayBeTiny && (fit.order > 0 || isOddItself))
      zero = x == 0.0;
    if (factor)
      zero = zero ? *zero | (*factor == 0.0) : *factor == 0.0;
    // Ziv's test: the ends of what the bound leaves round to one float.
    Number error = ofRow ? *ofRow : lookUp(fit, fit.errors.data(), place),
           value = y.high - (apart ? y.excess - *apart : fma(-error, y.high, y.excess)),
           other = y.high - (apart ? y.excess + *apart : fma(error, y.high, y.excess));
    // Of a zero that is a sum the excess is one of any sign.
    if (fit.order > 0 && !endsInPower && !factor)
      value = select(*zero, y.high, value);
    // What overflows on the way or is no number is not equal to itself.
    Mask outside = ~(value == other);
    if (leastFactor)
      outside = outside | isBetweenZeroAnd(*leastFactor, factor ? *factor : x);
    else if (mayBeTiny)
      outside = outside | (isTiny(value) & ~*zero);
    if (isOddItself)
      value = withSignOf(x, value);
    const bool isBelow = isAsked(fit.below, fit.limitBelow, factor.has_value()),
               isAbove = !fit.line && isAsked(fit.above, fit.limitAbove, factor.has_value());
    if (isBelow && isAbove && fit.low == -fit.high)
      return {value, outside | isBeyondBoth()};
    if (isBelow)
      outside = outside | (x < double(fit.low));
    if (isAbove)
      outside = outside | (x > double(fit.high));
    return {value, outside};
  }

private:
  /// The function, of which what is added last is no product with x.
  Pair summedUp(Pair p) {
    Pair y = fit.isJoinFused ? fusedRamp(p) : joined(scaledByPower(p));
    if (fit.line && !isLineInTable())
      y = besideLine(y);
    if (fit.atZero) {
      Mask isZero = x == 0.0;
      y = {select(isZero, n.constant(fit.atZero->first), y.high),
           select(isZero, n.constant(fit.atZero->second), y.low)};
    }
    return y;
  }

  Rounded rounded(Pair y, std::optional<Number> factor) {
    return factor ? roundedProduct(y, *factor) : Rounded{y.high, -y.low};
  }

  /// tⁿp, or beside it a line through zero.
  Rounded roundedPower(Pair p) {
    const unsigned last = fit.order - 1;
    for (unsigned i = 0; i < last; ++i)
      p = product(p, factorOfPower(i));
    const Rounded left = roundedProduct(p, factorOfPower(last));
    if (!fit.line)
      return left;
    const Rounded line = isLineItself() ? Rounded{x, n.constant(0)} : roundedProduct(lineOf(), x);
    const Mask right = isOnLine();
    return {select(right, line.high, left.high), select(right, line.excess, left.excess)};
  }

  /// A pair, and what its row says it is off by at most.
  struct Bounded {
    Pair pair;
    std::optional<Number> error;
  };

  const float *row(unsigned power) const { return &fit.table[power * fit.segments]; }
  Number coefficient(unsigned power) { return lookUp(fit, row(power), place); }

  Pair polynomial() {
    Number d = place.t - lookUp(fit, fit.centres.data(), place);
    Number high = coefficient(fit.degree);
    std::optional<Number> beside; // what d lacks
    if (rest)
      beside = isOfBothSides() ? *within : withSignOf(x, *within);
    Number whole = beside ? d + *beside : d;
    for (unsigned power = fit.degree; power-- > fit.pairs;)
      high = fma(high, whole, coefficient(power));
    std::optional<Number> low;
    for (unsigned power = fit.pairs; power-- > 0;) {
      std::optional<Number> second;
      if (fit.hasSecond(power))
        second = lookUp(fit, &fit.lows[power * fit.segments], place);
      if (beside)
        second = second ? fma(high, *beside, *second) : high * *beside;
      Pair next = sumOf(coefficient(power), high, d, second, power);
      high = next.high;
      low = low ? fma(*low, d, next.low) : next.low;
    }
    return {high, *low};
  }

  // Held only where the factor of p is.
  Place placeInRows() const {
    const bool hasFactor = fit.order > 0,
               isLeft = fit.form == Fit::Form::LeftOfLine; // rows of ends are there to the left
    Number t = !isLeft ? x : isLineInTable() ? atLeast(-x, 0) : abs(x);
    if (isLeft ? fit.below != Fit::Beyond::Exact : hasFactor && isConstant(fit.above))
      t = atMost(t, fit.high);
    if (!isLeft && hasFactor && isConstant(fit.below))
      t = atLeast(t, fit.low);
    Number rounded = fma(t, n.constant(1 / fit.step), n.constant(originOfRows));
    Value index = arith::BitcastOp::create(n.builder, n.location, n.bitsType(), rounded.value);
    return {t, index, rounded};
  }
  static bool isConstant(Fit::Beyond beyond) { return beyond == Fit::Beyond::Constant; }

  /// Where the line is a constant, which p is at 0: for x > 0 t is 0 then.
  bool isLineInTable() const {
    return fit.isOfRows && fit.line && fit.order == 0 && !fit.atZero && fit.table[0] == 0 &&
           std::pair(fit.table[1], fit.table[2]) == *fit.line;
  }

  static constexpr float originOfRows = 0x1.8p23F;

  /// As RowFit.h has it.
  Bounded polynomialOfRows() {
    constexpr auto origin = std::bit_cast<uint32_t>(originOfRows);
    const llvm::SmallVector<Number> c =
        columnsOfRows(n, place.index, origin + uint32_t(fit.first), fit.table);
    OpBuilder &b = n.builder;
    Value last = arith::BitcastOp::create(b, n.location, n.bitsType(), c[7].value),
          upper = arith::ShLIOp::create(b, n.location, last, n.bitsConstant(16));
    Number error = n.wrap(arith::BitcastOp::create(b, n.location, n.type(), upper)),
           d = place.t - c[0], rest = fma(fma(c[7], d, c[6]), d, c[5]);
    const Pair p = sumOf(c[1], c[3], d, c[2], 0);
    return {{p.high, fma(fma(rest, d, c[4]), d, p.low)}, error};
  }

  /// Of a result, where the bound is not a part of it; of any sign.
  Number errorApart(Number error, std::optional<Number> factor) {
    if (fit.order > 0)
      error = error * place.t;
    return factor ? error * *factor : error;
  }

  // What is known early is added first, so that lows wait for each other only.
  Pair sumOf(Number first, Number high, Number d, std::optional<Number> second, unsigned power) {
    const auto with = [&](Number low) { return second ? low + *second : low; };
    if (fit.fused >> power & 1) {
      Pair together = fusedSum(first, high, d);
      return {together.high, with(together.low)};
    }
    Number scaled = high * d;
    return sum(first, {scaled, with(fma(high, d, -scaled))}, power > 0 || !fit.hasZero);
  }

  Pair scaledByPower(Pair p) {
    for (unsigned i = 0; i < fit.order; ++i) {
      Number t = factorOfPower(i);
      Pair next = product(p, t);
      if (rest)
        next.low = fma(p.high, restOfPower(t, isSignedPower(i)), next.low);
      p = next;
    }
    return p;
  }

  bool isSignedPower(unsigned i) const {
    return fit.form == Fit::Form::TwoSided || (fit.form == Fit::Form::Odd && i == 0);
  }
  Number factorOfPower(unsigned i) {
    return isJoined() || fit.line || fit.isOfRows ? place.t : power(isSignedPower(i));
  }

  bool isOfBothSides() const { return fit.form == Fit::Form::TwoSided; }

  /// What t lacks, where that is a factor: nothing where it is held.
  Number restOfPower(Number t, bool isSigned) {
    const bool goesOn =
        !isJoined() && (fit.below == Fit::Beyond::Power || fit.above == Fit::Beyond::Power);
    Number held = goesOn ? select((isSigned ? x : abs(x)) == t, *rest, n.constant(0)) : *within;
    return isSigned ? held : withSignOf(x, held);
  }

  Number restOfRamp() {
    Mask rises = fit.form == Fit::Form::Ramp ? x > 0.0 : x < 0.0;
    return select(rises, *rest, n.constant(0));
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

  Pair lineOf() const {
    const auto [c, lacking] = *fit.line;
    return {n.constant(c), n.constant(lacking)};
  }
  bool isLineItself() const { return fit.line->first == 1 && fit.line->second == 0; }
  /// Of a zero the line has the sign.
  Mask isOnLine() { return fit.order == 1 ? ~(x < 0.0) : x > 0.0; }

  Pair besideLine(Pair left) {
    Pair line = lineOf();
    if (fit.order == 1)
      line = isLineItself() ? Pair{x, n.constant(0)} : product(line, x);
    Mask right = isOnLine();
    return {select(right, line.high, left.high), select(right, line.low, left.low)};
  }

  Pair joined(Pair p) {
    switch (fit.form) {
    case Fit::Form::Ramp:
      return sum(atLeast(x, 0), p, fit.isJoinOrdered);
    case Fit::Form::Fall:
      return sum(atMost(x, 0), p, fit.isJoinOrdered);
    case Fit::Form::Reflect: {
      Mask right = x > 0.0;
      const Number whole = n.constant(fit.sum);
      if (!fit.isJoinOrdered) {
        Pair other = sum(whole, {-p.high, -p.low}, false);
        return {select(right, other.high, p.high), select(right, other.low, p.low)};
      }
      // What the difference lost is asked of what is chosen, so that the choice is a part of it.
      Number high = select(right, whole - p.high, p.high), lost = (whole - high) - p.high;
      return {high, select(right, lost - p.low, p.low)};
    }
    default:
      return p;
    }
  }

  // Beyond an end the table's last value rounds as what is there does. So does a product with that
  // if it is one with 1, which is a float. Rows of ends that are left to the exact evaluation are
  // infinite.
  bool isAsked(Fit::Beyond beyond, float limit, bool hasFactor) const {
    if (beyond == Fit::Beyond::Exact && fit.isOfRows)
      return false;
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

  /// Of AVX-512 not by |x|, which is known so early that the mask would wait through iterations, at
  /// several moves of it.
  Mask isBeyondBoth() const {
    constexpr unsigned vector = 16;
    if (n.lanes != vector || fit.isOfRows)
      return abs(x) > double(fit.high);
    OpBuilder &b = n.builder;
    Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), x.value),
          twice = arith::AddIOp::create(b, n.location, bits, bits);
    const auto most = int32_t(2 * std::bit_cast<uint32_t>(fit.high));
    return {&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::ugt, twice,
                                      n.bitsConstant(most))};
  }

  /// Of slope 1 at zero, as tanh, so that tiny numbers are their own results, of which no product
  /// with a second float loses anything.
  bool isItsArgumentAtZero() const {
    constexpr float little = 0x1p-30F;
    return fit.coefficient(0, 0) == 0 && fit.coefficient(1, 0) == 1 &&
           (fit.pairs < 2 || std::fabs(fit.lows[fit.segments]) < little);
  }

  /// Less than 2^-95, by three bits of the exponent, which one instruction of AVX-512 looks at.
  Mask isTiny(Number value) const {
    OpBuilder &b = n.builder;
    constexpr int32_t upperExponent = 0x70000000;
    Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), value.value),
          upper = arith::AndIOp::create(b, n.location, bits, n.bitsConstant(upperExponent));
    return {&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::eq, upper,
                                      n.bitsConstant(0))};
  }

  /// Of p times one factor, that which makes a result of leastResult of the least p; nothing if a
  /// factor as small is no rare one.
  std::optional<float> leastFactorOfRows(bool hasFactor) const {
    constexpr double leastResult = 0x1p-95, rare = 0x1p-40;
    if (!fit.isOfRows || fit.zero || fit.order + unsigned(hasFactor) != 1)
      return std::nullopt;
    const auto least = float(1.01 * leastResult / fit.least);
    return double(least) <= rare ? std::optional(least) : std::nullopt;
  }

  /// By integers, without a sign, whose order is that of the magnitudes.
  Mask isBetweenZeroAnd(float end, Number number) const {
    OpBuilder &b = n.builder;
    const auto add = [&](Value left, Value right) -> Value {
      return arith::AddIOp::create(b, n.location, left, right);
    };
    Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
    constexpr uint32_t lowest = 0x80000000; // 0 comes to be the largest
    const uint32_t most = 2 * std::bit_cast<uint32_t>(end) - 1 + lowest;
    return {&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::slt,
                                      add(add(bits, bits), n.bitsConstant(int32_t(lowest - 1))),
                                      n.bitsConstant(int32_t(most)))};
  }

  const Fit &fit;
  const Number x;
  const std::optional<Number> rest; ///< what x lacks
  std::optional<Number> within;     ///< the same, 0 beyond the ends of the table
  const Numbers &n;
  const Place place;
};

} // namespace

// Each vector by itself: masks of two would be joined and taken apart at each comparison.
static FittedValue nearestInParts(const Fit &fit, Number x, std::optional<Number> factor) {
  const unsigned vector = fit.isOfRows ? 8 : 16;
  const Numbers &all = *x.numbers;
  if (all.lanes <= vector || (fit.segments < 32 && !fit.isOfRows))
    return PairCode(fit, {x, std::nullopt}).emitNearest(factor);
  OpBuilder &b = all.builder;
  const Numbers one(b, all.location, all.element, vector);
  llvm::SmallVector<Value> values, outside;
  for (unsigned first = 0; first < all.lanes; first += vector) {
    const auto part = [&](Number number) {
      return one.wrap(someLanes(b, all.location, number.value, first, vector));
    };
    const FittedValue each = PairCode(fit, {part(x), std::nullopt})
                                 .emitNearest(factor ? std::optional(part(*factor)) : std::nullopt);
    values.push_back(each.value.value);
    outside.push_back(each.outside->value);
  }
  return {all.wrap(concatenated(b, all.location, values)),
          Mask{&all, concatenated(b, all.location, outside)}};
}

std::optional<FittedValue> evaluateNearest(func::FuncOp function, const std::vector<Fit> &fits,
                                           const Numbers &f32, ValueRange arguments) {
  IntegerAttr fit = evaluationOf(function).getPairFit();
  if (!fit)
    return std::nullopt;
  std::optional<Number> x, factor;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    (function.getArgAttr(i, cotangentName) ? factor : x) = f32.wrap(arguments[i]);
  return nearestInParts(fits[unsigned(fit.getInt())], *x, factor);
}

FittedTerm evaluateTerm(const Fit &fit, PairArithmetic::Pair x, double allowed) {
  return PairCode(fit, x).emit(allowed);
}

} // namespace xphi::compiler
