// The exponential to 32 bits, and what is made of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eˣ = 2^(k/n) (1 + r + q), where a look-up gives 2^(j/n) as a float and what that lacks, n = 32
// or, with AVX2, 8. x − k·ln 2/n is r exactly, and what x and ln 2 lack besides is a part of q, as
// is r²P(r). Of n = 8 |r| is below 0.0434, so q below 2^-10; squaring r, P and the sum are off by
// 2^-34, 2^-34.1 and 2^-35 at most, and the last sum by 2^-35: that is 0.003 · 2^-24 of the result.
// Of n = 32 it is a tenth of that.
#include "lowering/PairElementary.h"

#include "approx/Coefficients.h"
#include "approx/FractionalPowers.h"
#include "dialect/XphiDialect.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedFunction.h"
#include "lowering/Trigonometry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <numbers>
#include <vector>

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {
namespace {

struct Reduced {
  Number scale, r, q;
};

/// The parts of ln 2/n: of the first two the product with a k is exact, and leaves a float.
struct Step {
  explicit Step(unsigned entries)
      : first(cut(std::numbers::ln2 / entries, entries == 32 ? 0x1p-17 : 0x1p-16)),
        second(cut(std::numbers::ln2 / entries - first, entries == 32 ? 0x1p-30 : 0x1p-28)),
        rest(std::numbers::ln2 / entries - first - second) {}
  static double cut(double number, double grid) { return std::floor(number / grid) * grid; }
  double first, second, rest;
};

/// 2^(k/n), with k in the low bits of `rounded`, as a float and the part of it that this lacks.
NumberPair fractionalPower(Number rounded, unsigned entries) {
  constexpr unsigned exponentBits = 23;
  const Numbers &n = *rounded.numbers;
  OpBuilder &b = n.builder;
  const auto shift = exponentBits - unsigned(std::countr_zero(entries));
  std::vector<float> powers, rests;
  for (unsigned j = 0; j < entries; ++j) {
    const double *exact =
        &FractionalPowers::rows()[size_t(j) * (FractionalPowers::count / entries) *
                                  FractionalPowers::columns];
    const auto power = float(exact[0]);
    // An entry lacks what its number adds to the exponent.
    powers.push_back(std::bit_cast<float>(std::bit_cast<uint32_t>(power) - (j << shift)));
    rests.push_back(float((exact[0] - double(power) + exact[1]) / double(power)));
  }
  auto bitsOf = [&](Number number) -> Value {
    return arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
  };
  Value index = bitsOf(rounded),
        exponent = arith::ShLIOp::create(b, n.location, index, n.bitsConstant(shift));
  const Place place{rounded, index, rounded};
  Value power =
      arith::AddIOp::create(b, n.location, bitsOf(lookUp(entries, powers.data(), place)), exponent);
  return {n.make<arith::BitcastOp>(power), lookUp(entries, rests.data(), place)};
}

/// `isFloat`: as 2^(k/n) is a float, and what follows it is rounded to one with it, the last power
/// of r and half of r² times low are too little.
Reduced reduce(NumberPair x, bool isFloat = false) {
  const Numbers &n = *x.high.numbers;
  const unsigned entries = segmentsFor(n.lanes);
  const Step step(entries);
  Number rounded = fma(x.high, n.constant(entries / std::numbers::ln2), n.constant(roundF32)),
         k = rounded - n.constant(roundF32);
  Number r = fma(k, n.constant(-step.second), fma(k, n.constant(-step.first), x.high)),
         low = fma(k, n.constant(-step.rest), x.low);
  const auto [scale, lacking] = fractionalPower(rounded, entries);
  low = low + lacking;
  constexpr double least[] = {1 / 2., 1 / 6.}, few[] = {1 / 2., 1 / 6., 1 / 24.},
                   more[] = {1 / 2., 1 / 6., 1 / 24., 1 / 120.};
  const bool isFine = entries == 32;
  Number p = isFloat  ? isFine ? polynomial(least, r) : polynomial(few, r)
             : isFine ? polynomial(few, r)
                      : polynomial(more, r);
  Number square = r * r, ofLow = fma(low, isFloat ? r : fma(n.constant(0.5), square, r), low);
  return {scale, r, fma(square, p, ofLow)};
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

// scale·(1 + r) is no further from scale than that Sterbenz's lemma holds.
NumberPair pairExp(NumberPair x) {
  auto [scale, r, q] = reduce(x);
  Number high = fma(scale, r, scale), lost = fma(scale, r, scale - high);
  return orderedSum(high, fma(scale, q, lost));
}

// q and the sum are off by 0.02 · 2^-24 of the result, and the last rounding by half a unit.
Number floatExp(NumberPair x) {
  auto [scale, r, q] = reduce(x, /*isFloat=*/true);
  return fma(scale, r + q, scale);
}

// scale − 1 is exact, or what it lacks is. Where k is not 0 it is larger than scale·r.
NumberPair pairExpm1(NumberPair x) {
  auto [scale, r, q] = reduce(x);
  Number whole = scale - 1.0, lost = scale - (1.0 + whole), product = scale * r,
         lostToo = fma(scale, r, -product);
  NumberPair sum = orderedSum(whole, product),
             result = orderedSum(sum.high, fma(scale, q, sum.low + (lost + lostToo)));
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

Operation *squareAlone(Operation *op) {
  if (!isa<SinOp, CosOp>(op) || op->use_empty())
    return nullptr;
  Operation *square = *op->user_begin();
  return isa<MulOp>(square) && square->getOperand(0) == square->getOperand(1) &&
                 llvm::all_equal(op->getUsers())
             ? square
             : nullptr;
}

bool isSquareAlone(Operation &product) {
  Operation *factor = isa<MulOp>(product) ? product.getOperand(0).getDefiningOp() : nullptr;
  return factor && factor->hasAttr(domainName) && squareAlone(factor) == &product;
}

// Near a multiple of π a pair's 2^-44 are 0.06 · 2^-24 of the sine.
//
// What is made of e by sums with 1, products and quotients is off by as much of itself as e, or
// less, and by some 2^-44. Of eˣ − 1 nothing is added to r where k is 0: r²P is off by 1.5 · 2^-24
// of r² there, and where k is 1 the sum is no less than 0.044; of both that is 0.07 · 2^-24, and
// 0.004 · 2^-24 of 1 or of eˣ. Of q/(2 + q) it is half of that.
std::optional<FormInPairs> formInPairs(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<FormInPairs>>(op)
      .Case([](ExpOp) { return FormInPairs{0.006, 60, 1, 29}; })
      .Case([](Expm1Op) { return FormInPairs{0.08, 16.5, 0, 35, 0, 0.005}; })
      .Case([](SigmoidOp) { return FormInPairs{0.007, 60, 1, 52}; })
      .Case([](LogisticPdfOp) { return FormInPairs{0.008, 60, 1, 54}; })
      .Case([](Sech2Op) { return FormInPairs{0.008, 30, 2, 55}; })
      .Case([](TanhOp) { return FormInPairs{0.1, 30, 0, 58, 0, 0.004}; })
      .Case<SinOp, CosOp>([&](auto) {
        return squareAlone(op) ? FormInPairs{0.52, 0x1p13, 0, 34, 0x1p-16}
                               : FormInPairs{0.29, 0x1p13, 0, 48, 0x1p-16};
      })
      .Default([](Operation *) { return std::nullopt; });
}

bool hasFormInFloat(Operation *op) { return isa<ExpOp>(op); }

Number elementaryInFloat(Operation *op, NumberPair x) {
  assert(hasFormInFloat(op));
  return floatExp(x);
}

NumberPair elementaryInPairs(Operation *op, NumberPair x) {
  if (squareAlone(op))
    return isa<SinOp>(op) ? sinSquaredInPairs(x) : cosSquaredInPairs(x);
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
