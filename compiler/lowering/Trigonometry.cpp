// Trigonometric functions and their inverses, as straight code in f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x = n·π/2 + r. Up to 2^19 π/2 is taken off in three parts, which fma keeps exact (Cody & Waite).
// Beyond, behind a branch that data hardly ever takes, x·2/π is formed modulo 4 from seven pieces
// of 2/π: each product is split in two exact numbers, and their multiples of 4 are dropped before
// they are added (after Payne & Hanek).
#include "lowering/Trigonometry.h"

#include "approx/Coefficients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <numbers>
#include <span>

using namespace mlir;
using namespace xphi::compiler::coefficients;

namespace xphi::compiler {
namespace {

Number nearest(Number x) { return x.numbers->make<math::RoundEvenOp>(x.value); }

Number moduloFour(Number x) { return fma(x.numbers->constant(-4), nearest(0.25 * x), x); }

struct Reduced {
  Number quadrant, r; // quadrant is −2, −1, 0, 1 or 2
};

Reduced reduceSmall(Number x) {
  const Numbers &n = *x.numbers;
  Number magic = n.constant(roundF64);
  Number k = fma(x, n.constant(twoOverPiF64), magic) - magic;
  Number r = fma(k, n.constant(-halfPiHighF64), x);
  r = fma(k, n.constant(-halfPiMiddleF64), r);
  r = fma(k, n.constant(-halfPiLowF64), r);
  return {moduloFour(k), r};
}

/// The next 106 bits, for products of two floats, which are exact and up to 2^256.
constexpr double furtherPieces[] = {0x1.1b8e909374b80p-270, 0x1.924bba8274648p-326};

Reduced reduceLarge(Number x) {
  const Numbers &n = *x.numbers;
  Number high = n.constant(0), low = n.constant(0);
  auto add = [&](Number term) { // exactly: high + low grows by term
    Number sum = high + term, part = sum - high;
    low = low + ((high - (sum - part)) + (term - part));
    high = sum;
  };
  for (std::span<const double> pieces :
       {std::span<const double>(twoOverPiPieces), std::span<const double>(furtherPieces)})
    for (double piece : pieces) {
      Number c = n.constant(piece), product = x * c;
      add(moduloFour(product));
      add(moduloFour(fma(x, c, -product)));
    }
  Number k = nearest(high);
  return {moduloFour(k), (std::numbers::pi / 2) * ((high - k) + low)};
}

Reduced reduce(Number x) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  Reduced small = reduceSmall(x);
  Mask isLarge = abs(x) > 0x1p19;
  auto branch = scf::IfOp::create(b, n.location, TypeRange{n.type(), n.type()}, any(isLarge),
                                  /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(branch.thenBlock());
  Reduced large = reduceLarge(x);
  scf::YieldOp::create(b, n.location,
                       ValueRange{select(isLarge, large.quadrant, small.quadrant).value,
                                  select(isLarge, large.r, small.r).value});
  b.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(b, n.location, ValueRange{small.quadrant.value, small.r.value});
  b.setInsertionPointAfter(branch);
  // The pieces of 2/π are enough up to 2^296; beyond, an argument that was rounded to a double says
  // nothing about the sine, and any number from −1 to 1 is as right as another. Infinity gives NaN.
  return {n.wrap(branch.getResult(0)), n.wrap(branch.getResult(1))};
}

struct SineCosine {
  Number sine, cosine;
};

SineCosine ofReduced(Number r) {
  const Numbers &n = *r.numbers;
  Number s = r * r;
  Number sine = fma(r * s, polynomial(sinF64, s), r);
  Number cosine = fma(s * s, polynomial(cosF64, s), fma(n.constant(-0.5), s, n.constant(1)));
  return {sine, cosine};
}

Number keepZero(Number x, Number result) { return select(x == 0.0, x, result); } // −0 too

// sin(x + turns·π): with h = n − turns, x = hπ + r, so that it is ±sin(r). x − h·piHigh is exact;
// of what is next both parts are taken off with one rounding each.
Number sineF32(NumberPair x, bool isExact, double turns) {
  const Numbers &n = *x.high.numbers;
  OpBuilder &b = n.builder;
  Number magic = n.constant(roundF32), inverse = n.constant(oneOverPiF32);
  Number rounded =
      turns == 0 ? fma(x.high, inverse, magic) : fma(x.high, inverse, n.constant(turns)) + magic;
  Number minusH = turns == 0 ? magic - rounded : turns - (rounded - magic);
  Number r = fma(minusH, n.constant(piHighF32), x.high);
  if (isExact) {
    r = fma(minusH, n.constant(piMiddleF32), r);
    r = fma(minusH, n.constant(piLowF32), r);
  } else {
    Number sum = r + x.low, part = sum - r, rest = (r - (sum - part)) + (x.low - part);
    r = fma(minusH, n.constant(piMiddleF32), sum) + fma(minusH, n.constant(piLowF32), rest);
  }
  Number s = r * r, sine = fma(r * s, polynomial(sinF32, s), r);
  auto bitsOf = [&](Number number) -> Value {
    return arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
  };
  Value sign = arith::ShLIOp::create(b, n.location, bitsOf(rounded), n.bitsConstant(31)),
        turned = arith::XOrIOp::create(b, n.location, bitsOf(sine), sign);
  return n.make<arith::BitcastOp>(turned);
}

/// x = kπ/2 + r + low for |r| ≤ π/4, and k in the low bits of `rounded`. x − k·high is exact, and
/// so is k·middle, whose sum with that is kept whole in r and low.
struct QuarterTurns {
  QuarterTurns(Number x, std::optional<Number> rest)
      : rounded(fma(x, x.numbers->constant(twoOverPiF32), x.numbers->constant(roundF32))) {
    const Numbers &n = *x.numbers;
    Number minusK = n.constant(roundF32) - rounded;
    Number whole = fma(minusK, n.constant(halfPiHighF32), x);
    r = fma(minusK, n.constant(halfPiMiddleF32), whole);
    Number lost = fma(minusK, n.constant(halfPiMiddleF32), whole - r);
    low = fma(minusK, n.constant(halfPiLowF32), lost);
    if (rest)
      low = low + *rest;
  }
  Number rounded, r = rounded, low = rounded;
};

// With x = kπ/2 + r + low for |r| ≤ π/4: cos(r) is 1 − r²/2 and less than 2^-5, sin(r) is r and at
// most an eighth of it, so a rounding of what is added counts little. What low makes of the result
// is found beside what r does, which waits less than a new r would. `isPair`: with what squares and
// cubes lose.
NumberPair quarterTurns(Number x, std::optional<Number> rest, bool isCosine, bool isPair) {
  const Numbers &n = *x.numbers;
  OpBuilder &b = n.builder;
  const auto [rounded, r, low] = QuarterTurns(x, rest);

  Number s = r * r, square = s * s, cube = r * s, half = n.constant(-0.5);
  Number high = fma(half, s, n.constant(1)), ofHigh = fma(half, s, 1.0 - high);
  Number sine = polynomial(sinQuarterF32, s), cosine = polynomial(cosQuarterF32, s);
  // Slopes where half of low is on the way.
  Number ofSine = fma(half * low, r, fma(square, cosine, high)),
         ofCosine = fma(half * low, high, fma(-cube, sine, -r));
  Number restOfSine = low * ofSine;
  if (isPair) {
    Number ofSquare = fma(r, r, -s), ofCube = fma(r, ofSquare, fma(r, s, -cube));
    restOfSine = fma(low, ofSine, ofCube * n.constant(sinQuarterF32[0]));
    ofHigh = fma(half, ofSquare, ofHigh);
  }

  // k's two low bits: whether it is the other function, and whether that is negative.
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), rounded.value);
  if (isCosine)
    bits = arith::AddIOp::create(b, n.location, bits, n.bitsConstant(1));
  Value last = n.bitsConstant(31), lowest = arith::ShLIOp::create(b, n.location, bits, last),
        second = arith::ShLIOp::create(
            b, n.location, arith::ShRUIOp::create(b, n.location, bits, n.bitsConstant(1)), last);
  Mask isOdd{&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::slt, lowest,
                                       n.bitsConstant(0))};
  auto turned = [&](Number number) {
    Value all = arith::BitcastOp::create(b, n.location, n.bitsType(), number.value);
    return n.make<arith::BitcastOp>(arith::XOrIOp::create(b, n.location, all, second).getResult());
  };
  Number first = turned(select(isOdd, high, r)),
         more = turned(select(isOdd, fma(square, cosine, fma(low, ofCosine, ofHigh)),
                              fma(cube, sine, restOfSine))),
         sum = first + more;
  return {sum, more - (sum - first)};
}

// With s = r²: sin(r)² is s − s²/3 and little more, and the square of the other function is 1 less
// that. The slope is found at the middle of what s lacks, so that its own slope counts. Of s²P,
// which is below an eighth, s² and P lose 2^-26 each and the sum 2^-28: 0.49 · 2^-24 of a square of
// 1/2, and less of others.
NumberPair squareOfSine(NumberPair x, bool isCosine) {
  const Numbers &n = *x.high.numbers;
  OpBuilder &b = n.builder;
  const auto [rounded, r, low] = QuarterTurns(x.high, x.low);
  Number s = r * r, lacking = fma(low, fma(n.constant(2), r, low), fma(r, r, -s)),
         middle = fma(n.constant(0.5), lacking, s),
         slope = fma(middle, polynomial(sinSquareSlopeF32, middle), n.constant(1)),
         rest = fma(s * s, polynomial(sinSquareF32, s), lacking * slope);
  Number other = 1.0 - s, lost = (1.0 - other) - s;
  Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), rounded.value),
        last = arith::AndIOp::create(b, n.location, bits, n.bitsConstant(1));
  Mask isOther{&n,
               arith::CmpIOp::create(b, n.location,
                                     isCosine ? arith::CmpIPredicate::eq : arith::CmpIPredicate::ne,
                                     last, n.bitsConstant(0))};
  Number first = select(isOther, other, s), more = select(isOther, lost - rest, rest),
         sum = first + more;
  return {sum, more - (sum - first)};
}

NumberPair exact(Number x) { return {x, x}; } // of which the low part is not looked at

} // namespace

Number sin(NumberPair x) { return keepZero(x.high, sineF32(x, /*isExact=*/false, 0)); }
Number cos(NumberPair x) { return sineF32(x, /*isExact=*/false, 0.5); }

NumberPair sinInPairs(NumberPair x) {
  const auto [high, low] = quarterTurns(x.high, x.low, /*isCosine=*/false, /*isPair=*/true);
  return {keepZero(x.high, high), low};
}
NumberPair cosInPairs(NumberPair x) {
  return quarterTurns(x.high, x.low, /*isCosine=*/true, /*isPair=*/true);
}

NumberPair sinSquaredInPairs(NumberPair x) { return squareOfSine(x, /*isCosine=*/false); }
NumberPair cosSquaredInPairs(NumberPair x) { return squareOfSine(x, /*isCosine=*/true); }

Number fineSin(Number x, std::optional<Number> rest) {
  return keepZero(x, quarterTurns(x, rest, /*isCosine=*/false, /*isPair=*/false).high);
}
Number fineCos(Number x, std::optional<Number> rest) {
  return quarterTurns(x, rest, /*isCosine=*/true, /*isPair=*/false).high;
}

Number sin(Number x) {
  if (!x.numbers->isDouble())
    return keepZero(x, sineF32(exact(x), /*isExact=*/true, 0));
  auto [quadrant, r] = reduce(x);
  auto [sine, cosine] = ofReduced(r);
  Number result = select(abs(quadrant) == 1.0, cosine, sine);
  Mask negative = (quadrant == -1.0) | (abs(quadrant) == 2.0);
  return keepZero(x, select(negative, -result, result));
}

Number cos(Number x) {
  if (!x.numbers->isDouble())
    return sineF32(exact(x), /*isExact=*/true, 0.5);
  auto [quadrant, r] = reduce(x);
  auto [sine, cosine] = ofReduced(r);
  Number result = select(abs(quadrant) == 1.0, sine, cosine);
  Mask negative = (quadrant == 1.0) | (abs(quadrant) == 2.0);
  return select(negative, -result, result);
}

Number tan(Number x) {
  auto [quadrant, r] = reduce(x);
  auto [sine, cosine] = ofReduced(r);
  Mask odd = abs(quadrant) == 1.0;
  return keepZero(x, select(odd, -cosine, sine) / select(odd, sine, cosine));
}

// atan(t) = atan(1/t) reflected for t > 1, and shifted by π/4 above tan(π/8): one division for
// both.
Number atan(Number x) {
  const Numbers &n = *x.numbers;
  Number t = abs(x), one = n.constant(1);
  Mask inverted = t > 1.0;
  Number numerator = select(inverted, one, t), denominator = select(inverted, t, one);
  Mask shifted = numerator > (std::numbers::sqrt2 - 1) * denominator;
  Number w = select(shifted, numerator - denominator, numerator) /
             select(shifted, numerator + denominator, denominator);
  Number s = w * w, angle = fma(w * s, polynomial(atanF64, s), w);
  angle = select(shifted, (std::numbers::pi / 4) + angle, angle);
  return copysign(select(inverted, (std::numbers::pi / 2) - angle, angle), x);
}

static Number asinNearZero(Number w) {
  Number s = w * w;
  return fma(w * s, polynomial(asinF64, s), w);
}

// asin(t) = π/2 − 2 asin(√((1 − t)/2)) for t > ½.
Number asin(Number x) {
  Number t = abs(x);
  Mask inner = t <= x.numbers->constant(0.5);
  Number w = select(inner, t, sqrt(0.5 * (1.0 - t))), angle = asinNearZero(w);
  return copysign(select(inner, angle, (std::numbers::pi / 2) - 2.0 * angle), x);
}

Number acos(Number x) {
  Number t = abs(x);
  Mask inner = t <= x.numbers->constant(0.5);
  Number angle = asinNearZero(select(inner, x, sqrt(0.5 * (1.0 - t))));
  Number outer = select(x < 0.0, std::numbers::pi - 2.0 * angle, 2.0 * angle);
  return select(inner, (std::numbers::pi / 2) - angle, outer);
}

} // namespace xphi::compiler
