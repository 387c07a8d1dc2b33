// The exponential to 28 bits, and what is made of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eˣ = 2^k (1 + r + rest), where rest = r²/2 + r³P(r) has half of what squaring r lost in it. Where
// r is -0.347 the sum is 0.707, r³P at most 0.0063, which is off by 4.2 · 2^-24 of itself, and rest
// below 2^-4, which is rounded twice, by 2^-5 · 2^-24 each; what r lacks is off by 0.02 · 2^-24.
// That is 0.14 · 2^-24 of the sum. Where r is 0.347 it is 0.13, and less between them.
#include "lowering/PairElementary.h"

#include "approx/Coefficients.h"
#include "dialect/XphiDialect.h"
#include "lowering/Exponential.h"
#include "lowering/Trigonometry.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {
namespace {

/// P(r), in a short chain.
Number ofTail(Number r, Number square) {
  auto c = [&](unsigned power) { return r.numbers->constant(expm1TailF32[power]); };
  return fma(square, fma(square, c(4), fma(c(3), r, c(2))), fma(c(1), r, c(0)));
}

struct Reduced {
  Number scale, r, rest;
};

Reduced reduce(NumberPair x) {
  const Numbers &n = *x.high.numbers;
  Number rounded = fma(x.high, n.constant(log2eF32), n.constant(roundF32)),
         k = rounded - n.constant(roundF32);
  Number high = fma(k, n.constant(-ln2HighF32), x.high),
         low = fma(k, n.constant(-ln2LowF32), x.low), r = high + low, lost = low - (r - high);
  Number square = r * r, half = n.constant(0.5), below = half * fma(r, r, -square);
  Number tail = fma(square * r, ofTail(r, square), fma(lost, r, lost) + below);
  return {scaleByLowBits(n.constant(1), rounded), r, fma(half, square, tail)};
}

/// a + b, where a is 0 or larger.
NumberPair orderedSum(Number a, Number b) {
  Number high = a + b;
  return {high, b - (high - a)};
}

NumberPair product(NumberPair a, NumberPair b) {
  Number high = a.high * b.high;
  return {high, fma(a.high, b.low, fma(a.low, b.high, fma(a.high, b.high, -high)))};
}

NumberPair reciprocal(NumberPair x) {
  Number high = 1.0 / x.high, rest = fma(-high, x.high, x.high.numbers->constant(1));
  return {high, fma(-high, x.low, rest) * high};
}

/// c + x, where c is larger.
NumberPair plus(double c, NumberPair x) {
  NumberPair sum = orderedSum(x.high.numbers->constant(c), x.high);
  return {sum.high, sum.low + x.low};
}

NumberPair pairExp(NumberPair x) {
  auto [scale, r, rest] = reduce(x);
  NumberPair sum = orderedSum(x.high.numbers->constant(1), r),
             e = orderedSum(sum.high, sum.low + rest);
  return {e.high * scale, e.low * scale};
}

// scale − 1 is exact, or lacks scale.
NumberPair pairExpm1(NumberPair x) {
  auto [scale, r, rest] = reduce(x);
  Number whole = scale - 1.0, lost = scale - (1.0 + whole);
  NumberPair sum = orderedSum(whole, scale * r),
             result = orderedSum(sum.high, fma(scale, rest, sum.low + lost));
  return {copysign(result.high, x.high), result.low}; // −0 too
}

/// −c|x|, for c a power of two.
NumberPair minusMagnitude(double c, NumberPair x) {
  return {-c * abs(x.high), select(x.high > 0.0, -c * x.low, c * x.low)};
}

/// e^−|x| and 1/(1 + e^−|x|).
struct Logistic {
  explicit Logistic(NumberPair minusX) : e(pairExp(minusX)), larger(reciprocal(plus(1, e))) {}
  NumberPair e, larger;
};

NumberPair sigmoid(NumberPair x) {
  const Logistic of(minusMagnitude(1, x));
  const NumberPair smaller = product(of.e, of.larger);
  Mask isPositive = x.high > 0.0;
  return {select(isPositive, of.larger.high, smaller.high),
          select(isPositive, of.larger.low, smaller.low)};
}

// e/(1 + e)².
NumberPair logisticPdf(NumberPair minusX) {
  const Logistic of(minusX);
  return product(product(of.e, of.larger), of.larger);
}

NumberPair sech2(NumberPair x) {
  NumberPair quarter = logisticPdf(minusMagnitude(2, x));
  return {4.0 * quarter.high, 4.0 * quarter.low};
}

// With q = e^−2|x| − 1, −q/(2 + q).
NumberPair pairTanh(NumberPair x) {
  const NumberPair q = pairExpm1(minusMagnitude(2, x)), minus = product(q, reciprocal(plus(2, q)));
  return {copysign(minus.high, x.high), select(x.high < 0.0, minus.low, -minus.low)};
}

} // namespace

// Near a multiple of π a pair's 2^-44 are 0.06 · 2^-24 of the sine.
//
// What is made of e by sums with 1, products and quotients is off by as much of itself as e, or
// less, and by some 2^-44. Of eˣ − 1 nothing is added to r where k is 0: 0.17 of 0.41 there, and
// 0.36 of tanh, at most.
std::optional<FormInPairs> formInPairs(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<FormInPairs>>(op)
      .Case([](ExpOp) { return FormInPairs{0.15, 60, 1, 29}; })
      .Case([](Expm1Op) { return FormInPairs{0.5, 16.5, 0, 32}; })
      .Case([](SigmoidOp) { return FormInPairs{0.16, 60, 1, 48}; })
      .Case([](LogisticPdfOp) { return FormInPairs{0.16, 60, 1, 50}; })
      .Case([](Sech2Op) { return FormInPairs{0.16, 30, 2, 51}; })
      .Case([](TanhOp) { return FormInPairs{0.6, 30, 0, 50}; })
      .Case<SinOp, CosOp>([](auto) { return FormInPairs{0.29, 0x1p13, 0, 48, 0x1p-16}; })
      .Default([](Operation *) { return std::nullopt; });
}

NumberPair elementaryInPairs(Operation *op, NumberPair x) {
  return llvm::TypeSwitch<Operation *, NumberPair>(op)
      .Case([&](ExpOp) { return pairExp(x); })
      .Case([&](Expm1Op) { return pairExpm1(x); })
      .Case([&](SigmoidOp) { return sigmoid(x); })
      .Case([&](LogisticPdfOp) { return logisticPdf(minusMagnitude(1, x)); })
      .Case([&](Sech2Op) { return sech2(x); })
      .Case([&](TanhOp) { return pairTanh(x); })
      .Case([&](SinOp) { return sinInPairs(x); })
      .Case([&](CosOp) { return cosInPairs(x); });
}

} // namespace xphi::compiler
