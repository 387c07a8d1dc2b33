// Fits on machines with permutations of a register (AVX2) or of two (AVX-512).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/FittedFunction.h"

#include "lowering/VectorParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cassert>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Adding it rounds to an integer, which is left in the low bits.
constexpr double origin = 0x1.8p23;

// |x| or x, held at the ends of the table, or at those behind which the function has settled.
Number held(const Fit &fit, Number x, bool atAllEnds) {
  const bool below = atAllEnds || fit.below != Fit::Beyond::Exact,
             above = atAllEnds || fit.above != Fit::Beyond::Exact;
  if (fit.form != Fit::Form::TwoSided)
    return below || above ? atMost(abs(x), fit.high) : abs(x);
  Number t = below ? atLeast(x, fit.low) : x;
  return above ? atMost(t, fit.high) : t;
}

// index + segments/2, where its low bits count to segments/2 − 1 only.
Value otherHalfWhereNegative(const Fit &fit, Number x, Value index) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), x.value);
  const int half = int(fit.segments) / 2;
  int shift = 31;
  for (int size = half; size > 1; size /= 2)
    --shift;
  Value moved = arith::ShRUIOp::create(b, n.location, bits, n.bitsConstant(shift)),
        other = arith::AndIOp::create(b, n.location, moved, n.bitsConstant(half));
  return arith::OrIOp::create(b, n.location, index, other);
}

class FitCode {
public:
  FitCode(const Fit &fit, Number x, std::optional<Number> rest)
      : fit(fit), x(x), n(*x.numbers), place(placeOf(fit, x)), t(place.t), d(t) {
    if (rest)
      low = lowWithin(*rest);
    d = distance();
  }

  FittedValue emit() {
    if (fit.slope != 0 && fit.order == 1)
      return {isOfBothSides() ? fma(slope(), d, besideZero(line(), coefficient(0))) : signedSum(),
              outside()};
    if (fit.isOrderedProduct)
      return {orderedProduct(), outside()};
    if (fit.slope != 0)
      return {isJoined() ? besideLine() : result(besideLine()), outside()};
    Number p = fit.degree == 0 ? constantPiece() : fma(slope(), d, coefficient(0));
    return {result(p), outside()};
  }

private:
  bool isOfBothSides() const { return fit.form == Fit::Form::TwoSided; }
  bool isJoined() const { return fit.form == Fit::Form::Ramp || fit.form == Fit::Form::Fall; }

  /// The same for all t, but for NaN.
  Number constantPiece() {
    const bool hasFactor = fit.order > 0 || isJoined();
    return hasFactor ? coefficient(0) : select(isNan(d), d, coefficient(0));
  }

  Mask isWithin() { return t == (isOfBothSides() ? x : abs(x)); }

  // What t lacks, between the ends of the table; there may be no telling beyond.
  Number lowWithin(Number rest) {
    const bool isSigned = isOfBothSides() && fit.order <= 1;
    return select(isWithin(), isSigned ? rest : withSignOf(x, rest), n.constant(0));
  }

  Number distance() {
    if (fit.isPlain)
      return t;
    if (fit.centres.empty())
      return fma(t, n.constant(1 / fit.step), -(place.rounded - origin));
    Number d = t - lookUp(fit, fit.centres.data(), place);
    return low ? d + (isOfBothSides() && fit.order > 1 ? withSignOf(x, *low) : *low) : d;
  }

  // (p − c₀)/d
  Number slope() {
    Number sum = coefficient(fit.degree);
    for (unsigned power = fit.degree; power-- > 1;)
      sum = fma(sum, d, coefficient(power));
    return sum;
  }

  Number coefficient(unsigned power) { return lookUp(fit, row(power), place); }

  const float *row(unsigned power) const { return &fit.table[power * fit.segments]; }

  // What tⁿ is of: x itself where f/tⁿ has settled beyond an end.
  Number factor(bool isSigned) {
    Number t = x;
    if (fit.below == Fit::Beyond::Constant)
      t = atLeast(t, fit.low);
    if (fit.above == Fit::Beyond::Constant)
      t = atMost(t, fit.high);
    return isSigned ? t : abs(t);
  }

  struct Power {
    Number high;
    std::optional<Number> low; // what it lacks
  };

  // tⁿ for t ≥ 0, or n = 1.
  Power powerOf(Number t, std::optional<Number> low) {
    Number high = t;
    for (unsigned i = 1; i < fit.order; ++i) {
      Number next = high * t, rest = fma(high, t, -next);
      if (i > 1 || this->low)
        rest = fma(*low, t, rest);
      if (this->low)
        rest = fma(high, *this->low, rest);
      high = next;
      low = rest;
    }
    return {high, low};
  }

  Number timesPower(Number t, std::optional<Number> low, Number p) {
    const Power power = powerOf(t, low);
    return power.low ? fma(power.high, p, *power.low * p) : power.high * p;
  }

  // tⁿc₀ is exact and larger than what it is added to.
  Number orderedProduct() {
    const Power power = powerOf(factor(fit.order == 1), std::nullopt);
    Number first = coefficient(0), part = power.high * d, q = slope(),
           rest = power.low ? fma(part, q, *power.low * first) : part * q,
           result = fma(power.high, first, rest);
    return fit.order == 1 ? result : withSignOf(x, result);
  }

  Number product(Number p, std::optional<Number> low) {
    const bool isPlain = fit.order == 1 && !low;
    switch (fit.form) {
    case Fit::Form::Odd:
      return isPlain ? factor(true) * p : withSignOf(x, timesPower(factor(false), low, p));
    case Fit::Form::TwoSided: {
      if (fit.order == 1)
        return timesPower(factor(true), low, p);
      Number result = timesPower(factor(false), low, p);
      return fit.order % 2 ? withSignOf(x, result) : result;
    }
    default:
      return timesPower(factor(false), low, p);
    }
  }

  // The larger of two numbers is one instruction.
  Number signedSum() {
    Number first = coefficient(0), near = line(), start = first;
    if (fit.hasLineAtZeroOnly())
      start = select(fit.slope > 0 ? near > first : near < first, near, first);
    else
      start = besideZero(near, first);
    return withSignOf(x, fma(slope(), d, start));
  }

  Number line() { return fit.slope == 1 ? d : double(fit.slope) * d; }

  Number besideZero(Number near, Number other) {
    return select(place.rounded == origin, near, other);
  }

  // Of a pair that is an x of one float what the ramp's low part adds is zero, and the same is
  // left.
  Number besideLine() {
    Number start = isJoined() ? besideZero(0.5 * x, ramp()) : besideZero(line(), n.constant(0)),
           rest = fma(slope(), d, start);
    if (low && isJoined())
      rest = rest + besideZero(0.5 * withSignOf(x, *low), lowOfRamp());
    return coefficient(0) + rest;
  }

  Number ramp() { return fit.form == Fit::Form::Ramp ? atLeast(x, 0) : atMost(x, 0); }

  // The low part of a ramp is rounded with p.
  Number ramp(Number p, std::optional<Number> low) {
    if (!low)
      return fit.order == 0 ? ramp() + p : fma(t, p, ramp());
    Number rest = lowOfRamp();
    return ramp() + (fit.order == 0 ? p + rest : fma(t, p, fma(*low, p, rest)));
  }

  // That of t is turned where x is below zero.
  Number lowOfRamp() {
    Number zero = n.constant(0);
    return fit.form == Fit::Form::Ramp ? select(x > 0.0, *low, zero) : select(x < 0.0, -*low, zero);
  }

  Number shape(Number p, std::optional<Number> low) {
    switch (fit.form) {
    case Fit::Form::Ramp:
    case Fit::Form::Fall:
      return ramp(p, low);
    case Fit::Form::Reflect:
      return select(isAboveZero(), double(fit.sum) - p, p);
    default:
      return fit.order == 0 ? p : product(p, low);
    }
  }

  // By the bits: a comparison of what was an f16 would be one of that, which is converted once
  // more.
  Mask isAboveZero() {
    OpBuilder &b = n.builder;
    Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), x.value);
    return {&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::sgt, bits,
                                      n.bitsConstant(0))};
  }

  // What is as small as that is zero, or in doubt; of zero the sign must be right.
  Number result(Number p) {
    if (!low || fit.order != 1)
      return shape(p, low);
    return select(abs(x) < PairArithmetic::least, shape(p, std::nullopt), shape(p, low));
  }

  std::optional<Mask> outside() {
    const bool below = fit.below == Fit::Beyond::Exact, above = fit.above == Fit::Beyond::Exact;
    if (!low && below && above && isOfBothSides()) // one comparison; a NaN is not outside
      return (t < x) | (x < t);
    if (!low)
      return lanesBeyond(fit, x);
    std::optional<Mask> lanes = below && above ? ~isWithin() : lanesBeyond(fit, x);
    if (const std::optional<Mask> near = lanesNearZero(fit, x))
      lanes = lanes ? *lanes | *near : near;
    return lanes;
  }

  const Fit &fit;
  const Number x;
  const Numbers &n;
  const Place place;
  const Number t;
  Number d;
  std::optional<Number> low;
};

} // namespace

Place placeOf(const Fit &fit, Number x, bool isHeldAtAllEnds) {
  const Numbers &n = *x.numbers;
  Number t = held(fit, x, isHeldAtAllEnds);
  Number rounded = fma(t, n.constant(1 / fit.step), n.constant(origin));
  Value index = arith::BitcastOp::create(n.builder, n.location, n.bitsType(), rounded.value);
  if (fit.form == Fit::Form::Halves)
    index = otherHalfWhereNegative(fit, x, index);
  return {t, index, rounded};
}

std::optional<Mask> lanesBeyond(const Fit &fit, Number x) {
  const double low = fit.lowest(), high = fit.highest();
  if (std::isfinite(high) && low == -high)
    return abs(x) > high;
  std::optional<Mask> lanes;
  if (std::isfinite(low))
    lanes = x < low;
  if (std::isfinite(high))
    lanes = lanes ? *lanes | (x > high) : x > high;
  return lanes;
}

std::optional<Mask> lanesNearZero(const Fit &fit, Number x) {
  if (!fit.zero)
    return std::nullopt;
  const bool isOfBothSides = fit.form == Fit::Form::TwoSided;
  const double zero = isOfBothSides ? double(*fit.zero) : std::fabs(double(*fit.zero));
  return abs((isOfBothSides ? x : abs(x)) - zero) < nearestPair * std::fabs(zero);
}

Number withSignOf(Number x, Number rest) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  auto bits = [&](Number number) -> Value {
    return arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
  };
  Value sign = arith::AndIOp::create(b, n.location, bits(x), n.bitsConstant(INT32_MIN)),
        turned = arith::XOrIOp::create(b, n.location, bits(rest), sign);
  return n.wrap(arith::BitcastOp::create(b, n.location, n.type(), turned));
}

// Of each lane's index only the low bits count.
Number lookUp(unsigned entries, const float *row, const Place &place) {
  const Numbers &n = *place.t.numbers;
  OpBuilder &b = n.builder;
  if (constexpr unsigned vector = 16; n.lanes > vector) {
    const Numbers one(b, n.location, n.element, vector);
    llvm::SmallVector<Value> parts;
    for (unsigned first = 0; first < n.lanes; first += vector) {
      Value index = someLanes(b, n.location, place.index, first, vector);
      parts.push_back(lookUp(entries, row, Place{one.wrap(index), index, one.wrap(index)}).value);
    }
    return n.wrap(concatenated(b, n.location, parts));
  }
  auto table = [&](unsigned first) -> Value {
    auto type = cast<VectorType>(n.type());
    return arith::ConstantOp::create(b, n.location,
                                     DenseElementsAttr::get(type, ArrayRef(row + first, n.lanes)));
  };
  auto call = [&](const char *name, ValueRange operands) {
    return n.wrap(
        LLVM::CallIntrinsicOp::create(b, n.location, n.type(), b.getStringAttr(name), operands)
            .getResult(0));
  };
  if (n.lanes == 8) {
    Number first = call("llvm.x86.avx2.permps", {table(0), place.index});
    if (entries == 8)
      return first;
    assert(entries == 16 && "a look-up in two registers, one after the other");
    Value sign = arith::ShLIOp::create(b, n.location, place.index, n.bitsConstant(28)),
          isSecond = arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::slt, sign,
                                           n.bitsConstant(0));
    return select({&n, isSecond}, call("llvm.x86.avx2.permps", {table(8), place.index}), first);
  }
  assert(n.lanes == 16 && entries == 32 && "a look-up in two registers");
  return call("llvm.x86.avx512.vpermi2var.ps.512", {table(0), place.index, table(16)});
}

Number lookUp(const Fit &fit, const float *row, const Place &place) {
  return lookUp(fit.segments, row, place);
}

FittedValue evaluateFit(const Fit &fit, Number x) { return FitCode(fit, x, std::nullopt).emit(); }

FittedValue evaluateFit(const Fit &fit, NumberPair x) { return FitCode(fit, x.high, x.low).emit(); }

unsigned segmentsFor(unsigned lanes) { return lanes == 16 ? 32 : lanes == 8 ? 8 : 0; }

} // namespace xphi::compiler
