// Slopes of elementary functions, over what their results are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An error d of the argument makes d·f'/f of the result, relatively, or d·f' where f vanishes. What
// an exponential is in it is a number only for arguments up to some hundreds, so d is small there
// even where it is a part of the argument; beyond them the result is below 2^-1000, exact or not.
// Errors of the functions themselves are those of lowering/ErrorBounds.cpp.
#include "analysis/FunctionErrors.h"

#include "dialect/XphiDialect.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double anything = 2000;      // an exponent beyond f64
constexpr double unit = 0x1p-53;       // of relative errors
constexpr double room = 1.02;          // for slopes beside the argument
constexpr double atTheEnd = 0x1p-1017; // what results below the normal numbers are off by
constexpr double smallError = 0x1p-10; // for which a slope is a slope

class Argument {
public:
  explicit Argument(const Known &x) : x(x) {}

  /// Of arguments up to this magnitude: how large they are at most, and how far off.
  double size(double end) const { return std::min(end, std::exp2(x.most)); }
  double error(double end) const { return room * (x.relative * unit * size(end) + x.absolute); }
  /// The same in 2^-53.
  double units(double end) const { return error(end) / unit; }
  bool isSmall(double end) const { return error(end) <= smallError; }

  /// The exponent of e^|x| at most.
  double growth() const {
    return x.most >= 10 ? anything : std::min(std::ceil(1.4427 * std::exp2(x.most)) + 1, anything);
  }

  const Known &x;
};

using Maybe = std::optional<Known>;

constexpr double endOfExp = 746, endOfNormal = 39, endOfErfc = 28;

// Like e^x below zero, with |f'/f| at most `steepness`.
Maybe ofExponential(const Argument &u, double steepness, double least, double most) {
  if (!u.isSmall(endOfExp))
    return std::nullopt;
  return Known{ofElementary + steepness * u.units(endOfExp), 0, least, most, true, false};
}

// Like its argument at zero, with |x·f'/f| at most 3 and |f'| at most `slope`.
Maybe ofTame(const Argument &u, double slope, double least, double most) {
  const Known &x = u.x;
  if (x.absolute > smallError)
    return std::nullopt;
  return Known{ofElementary + 3 * x.relative,
               room * slope * x.absolute,
               least,
               most,
               x.positive,
               x.negative};
}

// e^x − 1 and sinh: e^x where that is large, tame below. Above 1 f'/f is at most 1.6.
Maybe ofGrowingTame(const Argument &u, double most) {
  const Known &x = u.x;
  if (!u.isSmall(endOfExp))
    return std::nullopt;
  return Known{ofElementary + 3 * x.relative + 1.6 * u.units(endOfExp),
               room * 3 * x.absolute,
               std::min(x.least, 0.0) - 1,
               most,
               x.positive,
               x.negative};
}

// Density and tail of the normal distribution: |f'/f| is at most 1 + |x|, and the rounding of x²
// counts `ofSquare` times.
Maybe ofNormal(const Argument &u, double end, double scale, double ofSquare, double most) {
  const double size = u.size(end);
  if (!u.isSmall(end) || u.error(end) * scale * (1 + size) > smallError)
    return std::nullopt;
  return Known{ofElementary + ofSquare * size * size + scale * (1 + size) * u.units(end),
               0x1p-980,
               -anything,
               most,
               true,
               false};
}

// Φ(x)·x: its slope over its value is at most 2|x| below −1, and 1.13 above.
Maybe ofGelu(const Argument &u) {
  const Known &x = u.x;
  const double size = u.size(endOfNormal);
  if (!u.isSmall(endOfNormal) || u.error(endOfNormal) * (1 + size) > smallError)
    return std::nullopt;
  const double below = x.negative ? 2 * size * u.units(endOfNormal) : 0;
  return Known{ofElementary + size * size + 3 * x.relative + below,
               1.2 * x.absolute + std::exp2(x.most - 990) + 0x1p-970,
               x.negative ? -anything : x.least - 1,
               x.most,
               x.positive,
               x.negative};
}

// Sums that a derivative is. Their terms are at least 2^-6 where they are near zero, and their
// slopes at most 1; elsewhere the slope is at most `steepness` of the value.
Maybe ofSlope(const Argument &u, double end, double steepness, double own) {
  const Known &x = u.x;
  if (!u.isSmall(end))
    return std::nullopt;
  const double nearZero = 64 * (ofElementary + u.units(4)), far = steepness * u.units(end);
  return Known{nearZero + far + own + 3 * x.relative,
               std::exp2(x.most - 990) + 0x1p-970,
               -anything,
               1,
               true,
               x.negative,
               /*ofTerms=*/true};
}

Maybe ofLogarithm(const Known &x, double slope) {
  if (x.absolute > 0 && !(x.absolute * std::exp2(-x.least) <= smallError))
    return std::nullopt;
  const double part = x.relative * unit + (x.absolute > 0 ? x.absolute * std::exp2(-x.least) : 0);
  return Known{ofElementary, slope * part, x.isExact() ? -60 : -anything, 11};
}

Maybe byFunction(Operation &op, const Known &x) {
  const Argument u(x);
  const double growth = u.growth(), up = x.positive ? growth : 0, down = x.negative ? -growth : 0,
               near = std::min(x.least, 0.0) - 1;
  return llvm::TypeSwitch<Operation *, Maybe>(&op)
      .Case<ExpOp, Exp2Op>([&](auto) {
        Maybe result = ofExponential(u, 1, down, up);
        if (result && isa<Exp2Op>(op)) // of x·ln 2, rounded
          result->relative += 3 * u.size(1075);
        return result;
      })
      .Case([&](CoshOp) { return ofExponential(u, 1, -1, growth); })
      .Case([&](Expm1Op) { return ofGrowingTame(u, up); })
      .Case([&](SinhOp) { return ofGrowingTame(u, growth); })
      .Case([&](SoftplusOp) {
        return ofExponential(u, 1.5, down - 1, std::max(x.positive ? x.most : 0, 0.0) + 1);
      })
      .Case<SigmoidOp, TanhSoftplusOp>([&](auto) { return ofExponential(u, 1, down - 1, 0); })
      .Case([&](LogisticPdfOp) { return ofExponential(u, 1, -growth - 1, -2); })
      .Case([&](Sech2Op) { return ofExponential(u, 2, -2 * growth, 0); })
      .Case<TanhOp, AtanOp, AsinhOp, ErfOp>([&](auto) {
        const double end = isa<AsinhOp>(op) ? 10 : isa<AtanOp>(op) ? 1 : 0;
        return ofTame(u, 1.13, near, std::clamp(x.most, 0.0, end));
      })
      .Case([&](TanhshrinkOp) { return ofTame(u, 1, std::min(3 * x.least - 2, -1.0), x.most); })
      .Case([&](Log1pOp) {
        if (!x.negative)
          return ofTame(u, 1, near, std::min(std::max(x.most, 0.0) + 1, 11.0));
        return x.isExact() ? Maybe(Known{ofElementary, 0, near - 24, 11}) : std::nullopt;
      })
      .Case([&](LogOp) { return ofLogarithm(x, 1.5); })
      .Case([&](Log2Op) { return ofLogarithm(x, 2.2); })
      .Case([&](NormalCdfOp) { return ofNormal(u, endOfNormal, 1, 1, 0); })
      .Case([&](NormalPdfOp) { return ofNormal(u, endOfNormal, 1, 1, -1); })
      .Case([&](ErfcOp) { return ofNormal(u, endOfErfc, 2, 5, 1); })
      .Case([&](GeluOp) { return ofGelu(u); })
      .Case([&](GeluSlopeOp) {
        const double size = u.size(endOfNormal);
        return ofSlope(u, endOfNormal, 1.5 * size, 4 * ofElementary + 4 * size * size);
      })
      .Case([&](MishSlopeOp) { return ofSlope(u, endOfExp, 2, 0); })
      .Case<SinOp, CosOp>([&](auto) {
        const double off = room * (x.relative * unit * std::exp2(x.most) + x.absolute);
        return off <= smallError
                   ? Maybe(Known{ofElementary, off, x.isExact() ? near - 100 : -anything, 0})
                   : std::nullopt;
      })
      .Default([&](Operation *) {
        return x.isExact() ? Maybe(Known{ofElementary, 0, -anything, anything}) : std::nullopt;
      });
}

} // namespace

std::optional<Known> errorOfFunction(Operation &op, const Known &x) {
  Maybe result = byFunction(op, x);
  if (result && result->least < -1000)
    result->absolute += atTheEnd;
  return result;
}

} // namespace xphi::compiler
