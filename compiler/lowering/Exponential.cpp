// The exponential and what shares its reduction, as straight code in f32 and f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eˣ = 2^k (1 + q), k = round(x·log₂e), q = expm1(r) = r + r²P(r) with r = x − k·ln 2 taken off in
// two parts. Adding 1.5·2^52 (1.5·2^23) rounds to an integer and leaves it in the low bits, from
// where a shift takes it to the exponent.
#include "lowering/Exponential.h"

#include "approx/Coefficients.h"
#include "lowering/FittedFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <array>
#include <bit>
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

/// 2^(k/4 − loweredBy) where k stands in the low bits of `rounded`. Two of them pick one of four
/// floats within half a register, which takes no more than a product; an entry lacks what its index
/// adds to the exponent.
Number powerOfQuarters(Number rounded, int loweredBy) {
  constexpr unsigned entries = 4, exponentBits = 23, indexBits = 2;
  const Numbers &n = *rounded.numbers;
  OpBuilder &b = n.builder;
  llvm::SmallVector<float> table;
  for (unsigned i = 0; i < n.lanes; ++i) {
    const unsigned j = i % entries;
    const auto power = std::bit_cast<uint32_t>(float(std::exp2(j / double(entries) - loweredBy)));
    table.push_back(std::bit_cast<float>(power - (j << (exponentBits - indexBits))));
  }
  auto bitsOf = [&](Value value) -> Value {
    return arith::BitcastOp::create(b, n.location, n.bitsType(), value);
  };
  Value entriesOf = arith::ConstantOp::create(
            b, n.location, DenseElementsAttr::get(cast<VectorType>(n.type()), ArrayRef(table))),
        bits = bitsOf(rounded.value),
        picked = LLVM::CallIntrinsicOp::create(b, n.location, n.type(),
                                               b.getStringAttr("llvm.x86.avx.vpermilvar.ps.256"),
                                               ValueRange{entriesOf, bits})
                     .getResult(0),
        exponent =
            arith::ShLIOp::create(b, n.location, bits, n.bitsConstant(exponentBits - indexBits));
  return n.make<arith::BitcastOp>(
      arith::AddIOp::create(b, n.location, bitsOf(picked), exponent).getResult());
}

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

/// x − k·`step`·ln 2 of a line, within 2^-25 of a number r of 0.35 and 2^-27 of one of 0.09.
Number reducedLine(const Line &line, Number k, double step) {
  const Numbers &n = *k.numbers;
  const Number minusHigh = n.constant(-ln2HighF32 * step), minusLow = n.constant(-ln2LowF32 * step);
  Number r = fma(line.k, line.x, line.c ? fma(k, minusHigh, line.c->high) : k * minusHigh);
  if (!line.kLow && !line.c)
    return fma(k, minusLow, r);
  Number low = line.c ? fma(k, minusLow, line.c->low) : k * minusLow;
  return r + (line.kLow ? fma(*line.kLow, line.x, low) : low);
}

// In f32; the scale is 2^`raised` times as large. What r of a pair lacks is added last, since where
// k is 0 r itself is all of x's float.
Reduced reduce(const Exponent &x, int raised) {
  const Numbers &n = *x.high.numbers;
  Number rounded = fma(x.high, n.constant(log2eF32), n.constant(roundF32));
  Number k = rounded - n.constant(roundF32);
  const Number scale = scaleByLowBits(n.constant(std::ldexp(1.0, raised)), rounded);
  if (x.line) {
    const Number r = reducedLine(*x.line, k, 1);
    return {scale, fma(r * r, polynomial(expm1F32, r), r)};
  }
  Number high = fma(k, n.constant(-ln2HighF32), x.high),
         low = fma(k, n.constant(-ln2LowF32), *x.low), r = high + low;
  return {scale, high + fma(r * r, polynomial(expm1F32, r), low)};
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

/// q of e²ʳ = 1 + 2q, |r| ≤ ln 2/4.
static Number halfOfExpm1(Number r, std::optional<Number> low) {
  std::array<double, std::size(expm1F32)> ofDouble; // P of (e²ʳ − 1)/2 = r + r²P(r)
  for (size_t i = 0; i < ofDouble.size(); ++i)
    ofDouble[i] = std::ldexp(double(expm1F32[i]), int(i) + 1);
  if (!low)
    return fma(r * r, polynomial(ofDouble, r), r);
  Number whole = r + *low; // as reduce() does
  return r + fma(whole * whole, polynomial(ofDouble, whole), *low);
}

// With t = |x| and m = (e²ᵗ − 1)/2: m − m·m/(m + 1) where m is small, so that what is taken off is
// little and its rounding less than a step of m; else 1 − 1/(m + 1), no operation of which goes
// back where t goes on. Of neither form does a result step back, which each quotient of two rounded
// sums does. k·ln 2 counts little in m where it is not 0, so one float is enough for ln 2.
static Number sizeOfTanh(Number x, std::optional<Number> rest = std::nullopt) {
  const Numbers &n = *x.numbers;
  constexpr double small = 0.6, log2Squared = 2 * log2eF32;

  Number t = abs(x), magic = n.constant(roundF32), one = n.constant(1);
  Number rounded = fma(t, n.constant(log2Squared), magic);
  Number r = fma(rounded - magic, n.constant(-std::numbers::ln2 / 2), t);
  Number scale = scaleByLowBits(one, rounded);
  std::optional<Number> low;
  if (rest)
    low = select(x > 0.0, *rest, -*rest);
  Number q = halfOfExpm1(r, low);
  Number m = fma(scale, q, fma(scale, n.constant(0.5), n.constant(-0.5)));
  Number first = select(m < small, m, one);
  return fma(-first, first / (1.0 + m), first);
}

constexpr double settledTanh = 20;

/// With e = e^−2t: (1 − e)/(1 + e), whose numerator grows with t while its denominator falls, so
/// that neither rounding nor the quotient turns round. Of any float: from 20 on it is 1.
static Number quotientOfTanh(Number x, std::optional<Number> rest = std::nullopt) {
  const Numbers &n = *x.numbers;
  Number t = atMost(abs(x), settledTanh), magic = n.constant(roundF32), half = n.constant(0.5);
  Number rounded = fma(t, n.constant(-2 * log2eF32), magic);
  Number r = fma(rounded - magic, n.constant(-std::numbers::ln2 / 2), -t);
  Number scale = -scaleByLowBits(n.constant(1), rounded);
  std::optional<Number> low;
  if (rest)
    low = -withSignOf(x, *rest);
  Number above = fma(scale, halfOfExpm1(r, low), fma(scale, half, half));
  return withSignOf(x, above) / (1.0 - above);
}

constexpr double quarter = 0.25;

/// 1/(1 + e^−x) with e^−x as 2^(k/4)·(1 + q): three terms are enough for q, and the quarters are
/// looked up. With 1 + q rounded no result steps back, which 2^(k/4) + 1 rounded would make.
/// Of any float both sides of the quotient are 2^-24 as large, so that the denominator ends below
/// 2^128 where the result is less than half of the least float.
static Number logisticOfQuarters(Number x, bool ofAny) {
  constexpr double faded = -104, settled = 70;
  constexpr int loweredBy = 24;
  const Numbers &n = *x.numbers;
  Number one = n.constant(ofAny ? std::ldexp(1.0, -loweredBy) : 1);
  if (ofAny)
    x = atLeast(atMost(x, settled), faded);
  Number magic = n.constant(roundF32), rounded = fma(x, n.constant(-log2eF32 / quarter), magic);
  Number k = rounded - magic;
  Number r = fma(k, n.constant(-ln2HighF32 * quarter), -x);
  r = fma(k, n.constant(-ln2LowF32 * quarter), r);
  Number q = fma(r * r, polynomial(expm1QuarterF32, r), r);
  return one / fma(powerOfQuarters(rounded, ofAny ? loweredBy : 0), 1.0 + q, one);
}

static Number logisticOfQuarters(const Exponent &minusX) {
  const Numbers &n = *minusX.high.numbers;
  Number one = n.constant(1), magic = n.constant(roundF32),
         rounded = fma(minusX.high, n.constant(log2eF32 / quarter), magic),
         r = reducedLine(*minusX.line, rounded - magic, quarter),
         q = fma(r * r, polynomial(expm1QuarterF32, r), r);
  return one / fma(powerOfQuarters(rounded, 0), 1.0 + q, one);
}

Number logisticF32(const Exponent &x) {
  if (x.line && x.high.numbers->isOfAvx2)
    return logisticOfQuarters(-x);
  auto [scale, q] = reduce(-x, 0);
  return 1.0 / fma(scale, q, 1.0 + scale);
}

Number logisticF32(Number x, bool ofAny) {
  if (x.numbers->isOfAvx2)
    return logisticOfQuarters(x, ofAny);
  auto [scale, q] = reduce(-x);
  return 1.0 / fma(scale, q, 1.0 + scale);
}

// (e²ˣ − 1)/(e²ˣ + 1), numerator and denominator each rounded once.
Number tanh(Number x) {
  if (!x.numbers->isDouble())
    return x.numbers->isOfAvx2 ? quotientOfTanh(x) : copysign(sizeOfTanh(x), x);
  auto [scale, q] = reduce(2.0 * x);
  return copysign(fma(scale, q, scale - 1.0) / fma(scale, q, 1.0 + scale), x);
}

Number exp(const Exponent &x) {
  auto [scale, q] = reduce(x, 0);
  return fma(scale, q, scale);
}

// Beyond the end, what the bits give is anything.
Number raisedExp(const Exponent &x) {
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
  const Mask isSettled = abs(x.high) > settledTanh; // where what x lacks may be large
  if (x.high.numbers->isOfAvx2)
    return quotientOfTanh(x.high, select(isSettled, x.high.numbers->constant(0), x.low));
  Number one = x.high.numbers->constant(1), size = sizeOfTanh(x.high, x.low);
  return copysign(select(isSettled, one, size), x.high);
}

} // namespace xphi::compiler
