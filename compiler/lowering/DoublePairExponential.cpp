// A table of 2^(j/32) leaves an argument so small that what its series has behind two terms is
// small enough for doubles. The logarithm is known to 2^-44 in f64, and one step of Newton's makes
// 2^-88 of that.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairExponential.h"

#include "approx/Coefficients.h"
#include "approx/FractionalPowers.h"
#include "lowering/RowsOfDoubles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler::pairs {
namespace {

// In parts, whose products with a quotient are exact but for the last.
constexpr double ln2Parts[] = {0x1.62e42fefa3800p-1, 0x1.ef35793c76000p-45, 0x1.cc01f97b57a08p-87},
                 stepParts[] = {0x1.62e42fefa0000p-6, 0x1.cf79abc9e0000p-45,
                                0x1.d9cc01f97b57ap-84}; // ln 2/32
constexpr double stepsOfOne = 0x1.71547652b82fep+5;     // 32/ln 2
static_assert(FractionalPowers::count == 32);

/// eˣ = power·(1 + q), where |q| is less than 0.011.
struct Exponential {
  NumberPair power, q;
};

// 1/3!, 1/4!, … of what follows r + r²/2.
constexpr double expTail[] = {0x1.5555555555555p-3,  0x1.5555555555555p-5,  0x1.1111111111111p-7,
                              0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-16,
                              0x1.71de3a556c734p-19};

/// 2^(k/32), where k stands in the low bits of `rounded`.
NumberPair powerOf(Number rounded) {
  constexpr int64_t indexMask = FractionalPowers::count - 1, shift = 52 - 5;
  const Numbers &n = *rounded.numbers;
  OpBuilder &b = n.builder;
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), rounded.value),
        index = arith::AndIOp::create(b, n.location, bits, n.bitsConstant(indexMask)),
        whole = arith::SubIOp::create(b, n.location, bits, index),
        exponent = arith::ShLIOp::create(b, n.location, whole, n.bitsConstant(shift));
  Value one = arith::BitcastOp::create(b, n.location, n.bitsType(), n.constant(1).value);
  const Number power =
      n.make<arith::BitcastOp>(arith::AddIOp::create(b, n.location, one, exponent).getResult());
  const std::vector<Number> row = columnsOf("xphi.fractional_powers", FractionalPowers::rows(),
                                            FractionalPowers::columns, n, index);
  return {power * row[0], power * row[1]};
}

// With r = x − k·ln 2/32 the third term of the series is 2^-16 of the first.
Exponential reduce(NumberPair x) {
  const Numbers &n = *x.high.numbers;
  const Mask isInside =
      (n.constant(leastExponent) <= x.high) & (x.high <= n.constant(mostExponent));
  x = choose(isInside, x,
             ofDouble(select(x.high < 0.0, n.constant(leastExponent), n.constant(mostExponent))));
  const Number rounded = fma(x.high, n.constant(stepsOfOne), n.constant(roundF64)),
               k = rounded - roundF64, first = fma(k, n.constant(-stepParts[0]), x.high),
               last = fma(k, n.constant(-stepParts[2]), x.low);
  NumberPair r = exactSum(first, -stepParts[1] * k);
  r = orderedSum(r.high, r.low + last);
  const NumberPair square = multiply(r, r);
  const Number tail = r.high * square.high * polynomial(expTail, r.high);
  const NumberPair q = addSmaller(r, scale(0.5, square));
  return {powerOf(rounded), orderedSum(q.high, q.low + tail)};
}

} // namespace

NumberPair exponential(NumberPair x) {
  const auto [power, q] = reduce(x);
  const Number zero = x.high.numbers->constant(0);
  return choose(x.high < leastExponent, {zero, zero}, addSmaller(power, multiply(power, q)));
}

// Where the power is not 1 it is further from it than q.
NumberPair expm1(NumberPair x) {
  const auto [power, q] = reduce(x);
  const NumberPair less = exactSum(power.high, x.high.numbers->constant(-1)),
                   result =
                       addSmaller(orderedSum(less.high, less.low + power.low), multiply(power, q));
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
