// A row a function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/SlopeBounds.h"

#include "dialect/XphiDialect.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double rounding = 0x1p-53;      // of each operation in f64, relative
constexpr double ofElementary = 0x1p-44;  // of each elementary function in f64, relative
constexpr double leastNormal = 0x1p-1022; // below, no exponent is read off the bits
constexpr double smallArgument = 0x1p-10; // an error for which a slope is a slope: e^2^-10 is 1.001
constexpr double farArgument = 1100; // its exponential is no double, nor that of three quarters

Number smaller(Number a, Number b) { return select(a < b, a, b); }

} // namespace

std::optional<SlopeBound> slopeBound(Operation &op, Number x, Number y, Number error) {
  const auto constant = [&](double value) { return x.numbers->constant(value); };
  const Number one = constant(1), size = abs(x);
  const Mask isSmall = error <= constant(smallArgument);
  const Mask isPart = 4.0 * error <= size; // a quarter of the argument
  // Where an exponential has ended a large error does not bring it back.
  const Mask isSmallOrFar = isSmall | (isPart & (constant(farArgument) <= size));
  // What 1 less a result that is all but 1 has lost: there it is known to be nothing.
  const auto lostBeside1 = [&] {
    return select(isPart & (constant(farArgument) <= size), constant(0), constant(0x1p-50));
  };
  const Mask isNormal = constant(leastNormal) <= size;
  const Mask isReduced = size <= constant(0x1p190); // by the bits of 2/π that the code has
  auto withMore = [](SlopeBound slope, Number more) {
    slope.more = more;
    return slope;
  };
  // Of e^(−x²/2), what the rounding of x² does to it. Where it is added to 1, x² times what is
  // added is less than that.
  auto ofSquare = [&](double scale) { return (scale * rounding) * (x * x) * y; };
  auto ofSquareBeside1 = [&](double scale, Mask isBeside1) {
    Number square = x * x;
    return (scale * rounding) * select(isBeside1, smaller(square, one), square) * y;
  };
  // A quarter further down the density is less than 2^-1600.
  const Mask isFarOut = isPart & (constant(64) <= size);
  auto unlessSettled = [&](Mask isUp, double slope) {
    return select(isUp & isFarOut, constant(0), constant(slope));
  };
  // The tail of the normal distribution, where f'/f is what grows, and what is nearly constant
  // opposite to it.
  auto ofTail = [&](Mask isTail, Number growth, double mostSlope, double scale) {
    const Mask isKnown = isTail & (error * growth <= constant(smallArgument));
    return withMore(
        {select(isKnown, y * growth, unlessSettled(~isTail, mostSlope)), std::nullopt, 0x1p-980},
        ofSquareBeside1(scale, ~isTail));
  };
  using Result = std::optional<SlopeBound>;
  return llvm::TypeSwitch<Operation *, Result>(&op)
      .Case([&](ExpOp) { return Result({y, isSmallOrFar & (x <= constant(700))}); })
      .Case([&](Exp2Op) { // of x·ln 2, rounded
        return Result(withMore({y, isSmall & (x <= constant(1000))}, (2 * rounding) * size * y));
      })
      .Case([&](Expm1Op) { return Result({1.0 + y, isSmall & (x <= constant(700))}); })
      .Case([&](LogOp) { return Result({1.5 / size, isPart & isNormal}); })
      .Case([&](Log2Op) { return Result({2.2 / size, isPart & isNormal}); })
      .Case([&](Log1pOp) {
        Number z = abs(1.0 + x);
        return Result({1.5 / z, 4.0 * error <= z});
      })
      .Case([&](Log1mexpOp) { return Result({1.5 / size, isPart & isNormal}); })
      .Case([&](SoftplusOp) { return Result({select(isSmallOrFar, smaller(one, 1.1 * y), one)}); })
      .Case([&](SigmoidOp) {
        Number nearEnds = smaller(y, (1.0 - y) + lostBeside1());
        return Result({select(isSmallOrFar, nearEnds, constant(0.25))});
      })
      .Case<LogisticPdfOp, TanhSoftplusOp>([&](auto) { return Result({y, isSmallOrFar}); })
      .Case([&](MishSlopeOp) { // a sum, whose terms cancel near −1.19
        Number cancels = select(size < 4.0, constant(ofElementary / 4), 0.0 * y);
        return Result(withMore({one}, fma(size, constant(0x1p-1018), cancels)));
      })
      .Case<SinhOp, CoshOp>(
          [&](auto) { return Result({1.0 + y, isSmall & (size <= constant(700))}); })
      .Case([&](TanhOp) {
        return Result({select(isSmallOrFar, smaller(one, 2.0 * (1.0 - y) + lostBeside1()), one)});
      })
      .Case([&](Sech2Op) { return Result({2.0 * y, isSmallOrFar, 0x1p-1018}); })
      .Case([&](TanhshrinkOp) {
        Number most = size + error;
        return Result({smaller(one, most * most)});
      })
      .Case([&](AsinhOp) { return Result({select(isPart, smaller(one, 1.5 / size), one)}); })
      .Case([&](AcoshOp) {
        Number above = x - 1.0;
        return Result({1.2 / sqrt(above * (1.0 + x)), (4.0 * error <= above)});
      })
      .Case([&](AtanhOp) {
        Number below = 1.0 - size;
        return Result({1.5 / (below * (1.0 + size)), (4.0 * error <= below)});
      })
      .Case([&](ErfOp) { return Result({constant(1.13)}); })
      .Case([&](ErfcOp) {
        return Result(ofTail(constant(0) <= x, 2.0 * size + constant(2), 1.13, 5));
      })
      .Case([&](ErfcxOp) { // the tail over the density, below zero twice the inverse of the density
        Number growth = 2.0 * size + constant(2);
        Mask holds = error * growth <= constant(smallArgument) & (constant(-25) <= x);
        SlopeBound slope{fma(growth, y, one), holds, 0x1p-980};
        return Result(withMore(slope, (2 * rounding) * (x * x) * y));
      })
      .Case([&](LogErfcOp) { return Result({2.0 * size + constant(2), isSmall, 0x1p-1020}); })
      .Case([&](LogNormalCdfOp) { // above zero as small as the other tail
        Number ofSquare = select(x > 0.0, rounding * (x * x) * y, constant(0));
        return Result(withMore({1.0 + size, isSmall, 0x1p-980}, ofSquare));
      })
      .Case([&](NormalCdfOp) { return Result(ofTail(x <= constant(0), 1.0 + size, 0.4, 1)); })
      .Case([&](NormalPdfOp) {
        const Number growth = 1.0 + size;
        return Result(
            withMore({y * growth, (error * growth <= constant(smallArgument)) | isFarOut, 0x1p-980},
                     ofSquare(1)));
      })
      .Case([&](GeluOp) {
        Number far = fma(size, constant(0x1p-990), // Φ ends at 2^-994
                         ofSquareBeside1(1, x > 0.0));
        // Below −1: |gelu'| ≤ |x|φ, and |gelu| ≥ φ x²/(1 + x²).
        Mask inTail = (x <= constant(-1)) & (error * (1.0 + size) <= constant(smallArgument));
        Number bound = select(inTail, 2.0 * size * y, constant(1.13));
        return Result(withMore({bound, std::nullopt, 0x1p-970}, far));
      })
      .Case([&](GeluSlopeOp) { // a sum, whose terms cancel near −0.75
        Number cancels = select(size < 2.0, constant(ofElementary / 2), (4 * ofElementary) * y);
        // Below −2: |gelu''| = (x² − 2)φ, and |gelu'| ≥ φ (x² − 1)/|x|.
        Mask inTail = (x <= constant(-2)) & (error * (1.0 + size) <= constant(smallArgument));
        Number bound = select(inTail, smaller(one, 1.5 * size * y), unlessSettled(x > 0.0, 1));
        Number far = fma(size, constant(0x1p-990), // Φ ends at 2^-994
                         ofSquareBeside1(4, x > 0.0));
        return Result(withMore({bound, std::nullopt, 0x1p-970}, far + cancels));
      })
      .Case<SinOp, CosOp>([&](auto) { return Result({one, isReduced}); })
      .Case([&](TanOp) {
        Mask holds = ((1.0 + y) * error <= constant(smallArgument)) & isReduced;
        return Result({1.1 * fma(y, y, one), holds});
      })
      .Case<AsinOp, AcosOp>([&](auto) {
        Number below = 1.0 - size;
        return Result({1.2 / sqrt(below * (1.0 + size)), (4.0 * error <= below)});
      })
      .Case(
          [&](AtanOp) { return Result({select(isPart, smaller(one, 1.8 / (size * size)), one)}); })
      .Default([](Operation *) { return Result(); });
}

} // namespace xphi::compiler
