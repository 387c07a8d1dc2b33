// The exponential and what shares its reduction, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eˣ = 2^k (1 + q), k = round(x·log₂e), q = expm1(r) = r + r²P(r) with r = x − k·ln 2 taken off in
// two parts. Adding 1.5·2^52 (1.5·2^23) rounds to an integer and leaves it in the low bits, from
// where a shift takes it to the exponent.
#include "lowering/Exponential.h"

#include "approx/Coefficients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <array>
#include <cmath>
#include <numbers>
#include <optional>

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {

Number scaleByLowBits(Number x, Number rounded) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  auto bitsOf = [&](Number number) -> Value {
    return arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
  };
  Value mantissa = n.bitsConstant(n.isDouble() ? 52 : 23);
  Value exponent = arith::ShLIOp::create(b, n.location, bitsOf(rounded), mantissa);
  Value bits = arith::AddIOp::create(b, n.location, bitsOf(x), exponent);
  return n.make<arith::BitcastOp>(bits);
}

namespace {

constexpr int raisedBy = 24;

struct Reduced {
  Number scale, q; // eˣ = scale·(1 + q)
};

Reduced reduce(Number x) {
  const Numbers &n = *x.numbers;
  bool f64 = n.isDouble();
  if (f64) // keeps 2^k a normal number; f32's users keep to a domain instead
    x = atMost(atLeast(x, -708), 709);
  Number magic = n.constant(f64 ? roundF64 : roundF32);
  Number rounded = fma(x, n.constant(f64 ? log2eF64 : log2eF32), magic);
  Number k = rounded - magic;
  Number r = fma(k, n.constant(f64 ? -ln2HighF64 : -ln2HighF32), x);
  r = fma(k, n.constant(f64 ? -ln2LowF64 : -ln2LowF32), r);
  Number p = f64 ? polynomial(expm1F64, r) : polynomial(expm1F32, r);
  return {scaleByLowBits(n.constant(1), rounded), fma(r * r, p, r)};
}

// Of a pair in f32; the scale is 2^`raised` times as large. What r lacks is added last, since where
// k is 0 r itself is all of x's float.
Reduced reduce(NumberPair x, int raised) {
  const Numbers &n = *x.high.numbers;
  Number rounded = fma(x.high, n.constant(log2eF32), n.constant(roundF32));
  Number k = rounded - n.constant(roundF32);
  Number high = fma(k, n.constant(-ln2HighF32), x.high),
         low = fma(k, n.constant(-ln2LowF32), x.low), r = high + low;
  return {scaleByLowBits(n.constant(std::ldexp(1.0, raised)), rounded),
          high + fma(r * r, polynomial(expm1F32, r), low)};
}

} // namespace

Number exp(Number x) {
  auto [scale, q] = reduce(x);
  return fma(scale, q, scale);
}

Number timesExp(Number factor, Number x) {
  auto [scale, q] = reduce(x);
  Number scaled = factor * scale;
  return fma(scaled, q, scaled);
}

Number expm1(Number x) {
  auto [scale, q] = reduce(x);
  return copysign(fma(scale, q, scale - 1.0), x); // −0 too
}

// With t = |x| and m = (e²ᵗ − 1)/2: m − m·m/(m + 1) where m is small, so that what is taken off is
// little and its rounding less than a step of m; else 1 − 1/(m + 1), no operation of which goes
// back where t goes on. Of neither form does a result step back, which each quotient of two rounded
// sums does. k·ln 2 counts little in m where it is not 0, so one float is enough for ln 2.
static Number sizeOfTanh(Number x, std::optional<Number> rest = std::nullopt) {
  const Numbers &n = *x.numbers;
  constexpr double small = 0.6, log2Squared = 2 * log2eF32;
  std::array<double, std::size(expm1F32)> ofDouble; // P of (e²ʳ − 1)/2 = r + r²P(r)
  for (size_t i = 0; i < ofDouble.size(); ++i)
    ofDouble[i] = std::ldexp(double(expm1F32[i]), int(i) + 1);

  Number t = abs(x), magic = n.constant(roundF32), one = n.constant(1);
  Number rounded = fma(t, n.constant(log2Squared), magic);
  Number r = fma(rounded - magic, n.constant(-std::numbers::ln2 / 2), t);
  Number q = r, scale = scaleByLowBits(one, rounded);
  if (rest) { // as reduce() does
    Number low = select(x > 0.0, *rest, -*rest), whole = r + low;
    q = r + fma(whole * whole, polynomial(ofDouble, whole), low);
  } else {
    q = fma(r * r, polynomial(ofDouble, r), r);
  }
  Number m = fma(scale, q, fma(scale, n.constant(0.5), n.constant(-0.5)));
  Number first = select(m < small, m, one);
  return fma(-first, first / (1.0 + m), first);
}

Number logisticF32(Number x) {
  auto [scale, q] = reduce(-x);
  return 1.0 / fma(scale, q, 1.0 + scale);
}

// (e²ˣ − 1)/(e²ˣ + 1), numerator and denominator each rounded once.
Number tanh(Number x) {
  if (!x.numbers->isDouble())
    return copysign(sizeOfTanh(x), x);
  auto [scale, q] = reduce(2.0 * x);
  return copysign(fma(scale, q, scale - 1.0) / fma(scale, q, 1.0 + scale), x);
}

Number exp(NumberPair x) {
  auto [scale, q] = reduce(x, 0);
  return fma(scale, q, scale);
}

// Beyond the end, what the bits give is anything.
Number raisedExp(NumberPair x) {
  constexpr double last = -104; // half of the least float is e^-103.97
  auto [scale, q] = reduce(x, raisedBy);
  return select(x.high < last, x.high.numbers->constant(0), fma(scale, q, scale));
}

constexpr double leastRaised = 0x1p-102; // of what is a normal number when it is lowered

Number loweredToNormal(Number x) { return std::ldexp(1.0, -raisedBy) * atLeast(x, leastRaised); }

// By integers: a subnormal number's bits count units, and so do the low bits of a sum with a number
// whose last place is that unit.
Number lowered(Number x) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  const auto less = [&](Number number, Value bits) {
    Value all = arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
    return n.make<arith::BitcastOp>(arith::SubIOp::create(b, n.location, all, bits).getResult());
  };
  const Number unit = n.constant(leastRaised);
  Value ofUnit = arith::BitcastOp::create(b, n.location, n.bitsType(), unit.value);
  return select(x < leastRaised, less(x + unit, ofUnit),
                less(x, n.bitsConstant(int64_t(raisedBy) << 23)));
}

Number expm1(NumberPair x) {
  constexpr double settled = -30;
  auto [scale, q] = reduce(x, 0);
  Number result = copysign(fma(scale, q, scale - 1.0), x.high);
  return select(x.high < settled, x.high.numbers->constant(-1), result);
}

Number tanh(NumberPair x) {
  constexpr double settled = 20;
  Number one = x.high.numbers->constant(1), size = sizeOfTanh(x.high, x.low);
  return copysign(select(abs(x.high) > settled, one, size), x.high);
}

} // namespace xphi::compiler
