// Reductions to small arguments, where what a series has behind its first terms is small enough for
// doubles; then doublings in pairs. The logarithm is known to 2^-44 in f64, and one step of
// Newton's makes 2^-88 of that. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairExponential.h"

#include "approx/Coefficients.h"
#include "lowering/Exponential.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler::pairs {
namespace {

// In parts, whose products with a quotient are exact but for the last.
constexpr double ln2Parts[] = {0x1.62e42fefa3800p-1, 0x1.ef35793c76000p-45, 0x1.cc01f97b57a08p-87};

/// eˣ = scale·(1 + q).
struct Exponential {
  Number scale;
  NumberPair q;
};

// 1/3!, 1/4!, … of what follows r + r²/2.
constexpr double expTail[] = {0x1.5555555555555p-3,  0x1.5555555555555p-5,  0x1.1111111111111p-7,
                              0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-16,
                              0x1.71de3a556c734p-19};

// With r = x − k·ln 2, expm1(r/32) is a series whose third term is 2^-16 of the first, and
// expm1(2t) = 2·expm1(t) + expm1(t)².
Exponential reduce(NumberPair x) {
  constexpr unsigned doublings = 5;
  const Numbers &n = *x.high.numbers;
  const Mask isInside =
      (n.constant(leastExponent) <= x.high) & (x.high <= n.constant(mostExponent));
  x = choose(isInside, x, ofDouble(atMost(atLeast(x.high, leastExponent), mostExponent)));
  const Number rounded = fma(x.high, n.constant(log2eF64), n.constant(roundF64)),
               k = rounded - roundF64, first = fma(k, n.constant(-ln2Parts[0]), x.high),
               last = fma(k, n.constant(-ln2Parts[2]), x.low);
  NumberPair r = exactSum(first, -ln2Parts[1] * k);
  r = scale(0x1p-5, exactSum(r.high, r.low + last));
  const NumberPair square = multiply(r, r);
  const Number tail = r.high * square.high * polynomial(expTail, r.high);
  NumberPair q = add(r, scale(0.5, square));
  q = orderedSum(q.high, q.low + tail);
  for (unsigned i = 0; i < doublings; ++i)
    q = add(scale(2, q), multiply(q, q));
  return {scaleByLowBits(n.constant(1), rounded), q};
}

NumberPair times(Number power, NumberPair x) { return {power * x.high, power * x.low}; }

} // namespace

NumberPair exponential(NumberPair x) {
  const auto [scale, q] = reduce(x);
  const NumberPair sum = orderedSum(x.high.numbers->constant(1), q.high);
  const Number zero = x.high.numbers->constant(0);
  return choose(x.high < leastExponent, {zero, zero},
                times(scale, orderedSum(sum.high, sum.low + q.low)));
}

NumberPair expm1(NumberPair x) {
  const auto [scale, q] = reduce(x);
  const NumberPair result = add(exactSum(scale, x.high.numbers->constant(-1)), times(scale, q));
  return {copysign(result.high, x.high), result.low}; // −0 too
}

NumberPair minusMagnitude(double factor, NumberPair x) { return scale(-factor, absolute(x)); }

NumberPair decay(NumberPair x) { return exponential(minusMagnitude(1, x)); }

FunctionValue fading(NumberPair value) {
  return {value, std::nullopt, value.high.numbers->constant(faded)};
}

namespace {

/// log(1 + u) for −0.3 ≤ u ≤ 0.42.
NumberPair log1pOfSmall(NumberPair u) {
  const Number s = u.high / (2.0 + u.high), square = s * s,
               near = fma(s, square * polynomial(logF64, square), 2.0 * s);
  const NumberPair e = pairs::expm1(ofDouble(near));
  return orderedSum(near, whole(subtract(u, e)) / (1.0 + e.high));
}

/// z = m·2^k for m in [√½, √2), from z and k on; of m what it is more than 1.
struct Mantissa {
  Number k;
  NumberPair above1;
};

Mantissa mantissaOf(NumberPair z) {
  const Numbers &n = *z.high.numbers;
  OpBuilder &b = n.builder;
  auto ints = [&](auto op, Value x, Value y) {
    return decltype(op)::create(b, n.location, x, y).getResult();
  };
  auto asNumber = [&](Value bits) { return n.make<arith::BitcastOp>(bits); };
  constexpr int64_t rootOfHalf = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), z.high.value);
  Value exponent = ints(arith::ShRSIOp(), ints(arith::SubIOp(), bits, n.bitsConstant(rootOfHalf)),
                        n.bitsConstant(52));
  Value scaled = ints(arith::ShLIOp(), exponent, n.bitsConstant(52));
  const Number m = asNumber(ints(arith::SubIOp(), bits, scaled)),
               power = asNumber(ints(arith::SubIOp(), n.bitsConstant(one), scaled)),
               k = asNumber(ints(arith::AddIOp(), exponent, n.bitsConstant(0x4338000000000000)));
  return {k - roundF64, exactSum(m - 1.0, power * z.low)};
}

} // namespace

NumberPair logarithm(NumberPair z, std::optional<NumberPair> u) {
  const Numbers &n = *z.high.numbers;
  auto [k, f] = mantissaOf(z);
  if (u) {
    const Mask isNear = (u->high > -0.29) & (u->high < 0.41);
    f = choose(isNear, *u, f);
    k = select(isNear, n.constant(0), k);
  }
  const NumberPair ofPower = orderedSum(ln2Parts[0] * k, ln2Parts[1] * k);
  return add({ofPower.high, fma(k, n.constant(ln2Parts[2]), ofPower.low)}, log1pOfSmall(f));
}

Mask hasLogarithm(NumberPair z) {
  constexpr double most = 0x1p900;
  return isAtLeast(z.high, hasRest) & isAtMost(z.high, most);
}

} // namespace xphi::compiler::pairs
