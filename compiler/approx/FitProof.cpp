// Cell by cell, in balls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitProof.h"

#include "approx/BallBounds.h"
#include "approx/FittedValue.h"
#include "approx/FloatRank.h"
#include "compiler/truth/Series.h"
#include "compiler/truth/Ulp.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>

namespace xphi::compiler {

using namespace reference;

namespace {

constexpr slong pointBits = 192, ballBits = 96;
/// What one rounding adds at most: of the result, and where that is subnormal.
constexpr double part = 0x1p-24, least = 0x1p-150;
/// Powers of t, at most 2^80, times a smaller number than 2^this are floats.
constexpr slong largeExponent = 40;

/// What rounding a float of at most this size moves it by.
ArbBall roundingOf(const ArbBall &size) { return 0.5 * ulpOf(roundedUp(size)); }

ArbBall ballAround(const ArbBall &middle, double radius) {
  ArbBall ball(middle);
  mag_t more;
  mag_init(more);
  mag_set_d(more, radius);
  mag_add(arb_radref(ball.get()), arb_radref(ball.get()), more);
  mag_clear(more);
  return ball;
}

/// Polynomials in u, lowest power first.
using Polynomial = std::vector<ArbBall>;

Polynomial times(const Polynomial &a, const ArbBall &constant, const ArbBall &slope) {
  Polynomial product(a.size() + 1);
  for (std::size_t i = 0; i < product.size(); ++i) {
    if (i < a.size())
      product[i] = a[i] * constant;
    if (i > 0)
      product[i] = product[i] + a[i - 1] * slope;
  }
  return product;
}

/// Over |u| ≤ radius.
ArbBall valuesOf(const Polynomial &polynomial, double radius) {
  const ArbBall u = ballAround(0.0, radius);
  ArbBall sum = polynomial.back();
  for (std::size_t i = polynomial.size() - 1; i-- > 0;)
    sum = sum * u + polynomial[i];
  return sum;
}

class Prover {
public:
  Prover(const Fit &fit, const FittedTruth &truth, const FitClaim &claim)
      : fit(fit), truth(truth), claim(claim) {}

  FitProof run() {
    // Where a power of t is a pair of floats, nothing of it may underflow.
    const float nearest = fit.order > 1 ? float(std::exp2(-100.0 / fit.order)) : 0;
    const bool isFarFromZero = nearest == 0 || claim.low >= nearest || claim.high <= -nearest;
    proof.holds = fit.pairs == 0 && !fit.isOfPair && claim.low <= claim.high && isFarFromZero;
    const float low = std::max(claim.low, -FLT_MAX), high = std::min(claim.high, FLT_MAX);
    if (low <= 0 && high >= 0)
      for (float zero : {-0.0f, 0.0f})
        provePoint(zero);
    if (low < 0)
      cut(low, std::min(high, -FLT_TRUE_MIN));
    if (high > 0)
      cut(std::max(low, FLT_TRUE_MIN), high);
    return proof;
  }

private:
  static constexpr std::size_t mostCells = 40'000;

  /// Of floats of one sign, where segments and the table end.
  void cut(float low, float high) {
    std::vector<std::int64_t> inside = {rankOf(low), rankOf(high)};
    auto add = [&](float x) {
      if (low < x && x < high)
        inside.push_back(rankOf(x));
    };
    for (int k = 1; k <= 2 * int(fit.segments); ++k)
      add((high > 0 ? 1.0f : -1.0f) * (float(k) * fit.step));
    for (float end : {fit.low, fit.high}) {
      add(end);
      add(std::nextafter(end, -HUGE_VALF));
      add(std::nextafter(end, HUGE_VALF));
    }
    std::ranges::sort(inside);
    for (std::size_t i = 0; i + 1 < inside.size() && proof.holds; ++i) {
      const std::int64_t a = inside[i] + (i > 0), b = inside[i + 1];
      if (a > b)
        continue;
      // Between the middles of two segments there is one border.
      std::int64_t before = a, from = b + 1;
      while (from - before > 1 && !areOfOneKind(a, b)) {
        const std::int64_t middle = before + (from - before) / 2;
        (areOfOneKind(a, middle) ? before : from) = middle;
      }
      if (areOfOneKind(a, b)) {
        proveCell(a, b);
      } else {
        proveCell(a, before);
        proveCell(from, b);
      }
    }
  }

  bool isBelow(float x) const { return x < fit.low; }
  bool isAbove(float x) const { return x > fit.high; }
  bool areOfOneKind(std::int64_t a, std::int64_t b) const {
    const float x = ofRank(a), y = ofRank(b);
    return fittedPlace(fit, x).entry == fittedPlace(fit, y).entry && isBelow(x) == isBelow(y) &&
           isAbove(x) == isAbove(y);
  }

  void proveCell(std::int64_t a, std::int64_t b) {
    if (!proof.holds)
      return;
    if (++proof.cells > mostCells) {
      refuse(ofRank(a));
    } else if (b - a < 2 && claim.isWithRoundings) {
      for (std::int64_t each = a; each <= b; ++each)
        provePoint(ofRank(each));
    } else if (const std::optional<double> bound = boundOver(ofRank(a), ofRank(b));
               bound && *bound <= claim.ulps) {
      proof.ulps = std::max(proof.ulps, *bound);
    } else if (a == b) {
      refuse(ofRank(a));
    } else {
      const std::int64_t middle = a + (b - a) / 2;
      if (claim.isWithRoundings)
        provePoint(ofRank(middle)); // what is far off is seen at once
      proveCell(a, middle);
      proveCell(middle + 1, b);
    }
  }

  void refuse(float x) {
    proof.holds = false;
    proof.at = x;
  }

  /// By running the operations.
  void provePoint(float x) {
    if (!proof.holds)
      return;
    const std::optional<float> got = fittedValue(fit, x);
    for (int side : x == 0 ? std::vector{-1, 1} : std::vector{x < 0 ? -1 : 1}) {
      const ArbPrecision precision(x == 0 ? 1024 : pointBits);
      const std::optional<Polynomial> f = truth.around(double(x), 0, side, 0);
      const double bound = got && f ? errorOf(*got, f->front()) : HUGE_VAL;
      proof.ulps = std::max(proof.ulps, bound);
      if (!(bound <= claim.ulps))
        refuse(x);
    }
  }

  /// Where rounding overflows infinity is right, and elsewhere it counts as 2^128.
  double errorOf(float got, const ArbBall &f) const {
    if (!std::isinf(got))
      return inUnits(largest(ArbBall(double(got)) - f), f);
    const ArbBall size = got > 0 ? f : -f, least = ArbBall(0x1p128 - 0x1p103);
    return arb_ge(size.get(), least.get()) ? 0 : inUnits(largest(ArbBall(0x1p128) - size), f);
  }

  double inUnits(const ArbBall &error, const ArbBall &f) const {
    const ArbBall sizes[] = {smallest(f) * part, ArbBall(2 * least), ArbBall(claim.least * part)};
    ArbBall unit;
    for (const ArbBall &size : sizes)
      arb_max(unit.get(), unit.get(), size.get(), ballBits);
    return roundedUp(error / unit);
  }

  /// Over floats of one sign, one segment and one side of the table's ends.
  std::optional<double> boundOver(float a, float b) const {
    const double m = 0.5 * (double(a) + double(b)),
                 radius = std::max(double(b) - m, m - double(a)) * (1 + 0x1p-40);
    const int side = m < 0 ? -1 : 1;
    const bool isNarrow = radius < 0.25 * std::fabs(m) || (fit.low <= a && b <= fit.high);
    const std::optional<Polynomial> model = truth.around(m, radius, side, isNarrow ? 10 : 2);
    if (!model)
      return std::nullopt;
    const ArbPrecision precision(pointBits);
    const auto [y, lost] = fitted(m, radius, a, b);
    if (!lost.isFinite())
      return std::nullopt;
    Polynomial difference(std::max(y.size(), model->size()));
    for (std::size_t i = 0; i < difference.size(); ++i)
      difference[i] =
          (i < y.size() ? y[i] : ArbBall(0.0)) - (i < model->size() ? (*model)[i] : ArbBall(0.0));
    ArbBall error(claim.isWithRoundings ? lost : ArbBall(0.0)), power(1.0);
    for (const ArbBall &each : difference) {
      error = error + largest(each) * power;
      power = largest(power * radius);
    }
    const ArbBall f = valuesOf(*model, radius), off = largest(error);
    const double bound =
        inUnits(claim.isWithRoundings ? off + roundingOf(largest(f) + off) : off, f);
    return std::isfinite(bound) ? std::optional(bound * (1 + 0x1p-40)) : std::nullopt;
  }

  struct Fitted {
    Polynomial value; ///< in x − m, with no roundings
    ArbBall lost;     ///< what all roundings but the last come to
  };

  Fitted fitted(double m, double radius, float a, float b) const {
    using enum Fit::Form;
    const bool isOfBothSides = fit.form == TwoSided, isNegative = m < 0,
               isHeld = isBelow(a) || isAbove(a);
    const double sign = isNegative && !isOfBothSides ? -1 : 1;
    const unsigned entry = fittedPlace(fit, a).entry;
    const bool isJoined = fit.form == Ramp || fit.form == Fall,
               isLine = fit.slope != 0 && entry == 0,
               isSum = fit.slope != 0 && fit.order == 0, // c₀ is added last
        isRamp = isJoined && isNegative == (fit.form == Fall),
               isLast = fit.order == 0 ? !isSum && !isJoined && (fit.form != Reflect || isNegative)
                                       : fit.slope != 0;
    // Of tⁿd·q each product is rounded, and of tⁿ a float alone is there.
    const auto ofProducts = [&](const ArbBall &product) {
      return largest(product) * (part * (fit.order > 1 ? 3 : 2) * (1 + 0x1p-20));
    };
    Polynomial p;
    ArbBall lost(0.0), underflow(0.0);
    if (isHeld && isSum) {
      const auto [first, slope, d] = polynomialAtEnd(a, entry);
      const ArbBall rest = ArbBall(double(slope)) * double(d);
      p = {rest + double(first)};
      lost = roundingOf(largest(isRamp ? rest + ballAround(m, radius) : rest));
      if (fit.form == Reflect)
        lost = lost + roundingOf(largest(p[0]));
    } else if (isHeld && fit.isOrderedProduct) {
      const auto [first, slope, d] = polynomialAtEnd(a, entry);
      const ArbBall rest = ArbBall(double(slope)) * double(d);
      p = {rest + double(first)};
      lost = ofProducts(rest);
    } else if (isHeld) {
      const auto [first, slope, d] = polynomialAtEnd(a, entry);
      p = {ArbBall(double(std::fma(slope, d, first)))};
    } else {
      const double centre = double(fit.centres[entry]);
      const ArbBall constant = ArbBall(sign * m) - ArbBall(centre);
      p = {coefficient(fit.degree, entry)};
      const ArbBall d = ballAround(constant, radius), size = largest(d),
                    moved = isExact(std::fabs(double(a)), std::fabs(double(b)), std::fabs(centre))
                                ? ArbBall(0.0)
                                : size * part;
      ArbBall sum = p[0];
      for (unsigned power = fit.degree; power-- > 0;) {
        const ArbBall before = lost * (size + moved) + largest(sum) * moved;
        const bool isFirst = power == 0;
        p = times(p, constant, sign);
        if (isFirst && isLine) { // which is exact, as it is with a ramp
          p[0] = p[0] + constant * double(fit.slope);
          p[1] = p[1] + sign * double(fit.slope);
        }
        if (isFirst && isSum) {
          const ArbBall line = isLine ? d * double(fit.slope) : ArbBall(0.0);
          sum = sum * d + (isRamp ? line + ballAround(m, radius) : line);
          lost = largest(before + roundingOf(largest(sum) + before));
          sum = valuesOf(p, radius) + coefficient(0, entry);
          if (fit.form == Reflect && !isNegative)
            lost = largest(lost + roundingOf(largest(sum) + lost));
        } else if (isFirst && fit.isOrderedProduct) {
          underflow = (largest(sum) + 1.0) * (2 * least);
          lost = largest(before + ofProducts(largest(sum) * size + before));
          sum = sum * d + coefficient(power, entry);
        } else {
          sum = sum * d + coefficient(power, entry);
          lost = largest(isLast && isFirst ? before + least
                                           : before + roundingOf(largest(sum) + before));
        }
        p[0] = p[0] + coefficient(power, entry);
        if (!largest(sum).isBelow(largeExponent)) // which may overflow
          return {std::move(p), ArbBall::unknown()};
      }
    }
    // t, or x, and its power.
    const bool stands =
        isHeld && (isJoined || (isBelow(a) ? fit.below : fit.above) == Fit::Beyond::Constant);
    const float end = isBelow(a) ? fit.low : fit.high;
    const ArbBall t = stands ? ArbBall(isOfBothSides ? double(end) : std::fabs(double(end)))
                             : ArbBall(sign * m),
                  slope = stands ? 0.0 : sign;
    const ArbBall farthest = largest(stands ? t : ballAround(t, radius));
    for (unsigned i = 0; i < fit.order && fit.slope == 0; ++i)
      p = times(p, t, slope);
    for (unsigned i = 0; i < fit.order && fit.slope == 0; ++i)
      lost = lost * farthest;
    if (fit.order > 1) // by a power of two floats: tⁿ and rest·p are rounded to second order
      lost = lost * (1 + 0x1p-20) + largest(valuesOf(p, radius)) * 0x1p-44 + 4 * least;
    lost = lost + underflow;
    if (fit.form == Odd && isNegative)
      for (ArbBall &each : p)
        each = -each;
    if (isRamp) {
      p.resize(std::max<std::size_t>(p.size(), 2));
      p[0] = p[0] + m;
      p[1] = p[1] + 1.0;
    }
    if (fit.form == Reflect && !isNegative) {
      for (ArbBall &each : p)
        each = -each;
      p[0] = p[0] + double(fit.sum);
    }
    return {std::move(p), largest(lost)};
  }

  ArbBall coefficient(unsigned power, unsigned entry) const {
    return double(fit.coefficient(power, entry));
  }

  /// Beyond the table t stands still, and so do the floats d and (p − c₀)/d, by FittedValue.h's
  /// operations.
  struct AtEnd {
    float first, slope, d;
  };
  AtEnd polynomialAtEnd(float x, unsigned entry) const {
    const float t = fit.form == Fit::Form::TwoSided ? std::clamp(x, fit.low, fit.high)
                                                    : std::min(std::fabs(x), fit.high),
                d = t - fit.centres[entry];
    float slope = fit.degree > 0 ? fit.coefficient(fit.degree, entry) : 0;
    for (unsigned i = fit.degree; i-- > 1;)
      slope = std::fma(slope, d, fit.coefficient(i, entry));
    return {fit.coefficient(0, entry), slope, d};
  }

  /// Whether t − centre is a float (Sterbenz), for t from a to b or from b to a.
  static bool isExact(double a, double b, double centre) {
    return centre == 0 || (2 * std::min(a, b) >= centre && std::max(a, b) <= 2 * centre);
  }

  const Fit &fit;
  const FittedTruth &truth;
  const FitClaim &claim;
  FitProof proof;
};

} // namespace

FittedTruth::FittedTruth(std::shared_ptr<const dsl::Program> given, dsl::DefinitionIndex definition,
                         unsigned derivative)
    : program(std::move(given)), definition(definition), derivative(derivative),
      hasOwnRules(std::ranges::any_of(program->definitions, [](const dsl::Definition &each) {
        return !each.grads.empty() || !each.kinks.empty();
      })) {}

std::optional<Polynomial> FittedTruth::around(double m, double radius, int side,
                                              unsigned count) const {
  if (derivative > 0 && hasOwnRules)
    return std::nullopt;
  const slong length = slong(count + derivative + 1);
  auto series = [&](const ArbBall &x) -> std::optional<ArbSeries> {
    // Of one float the derivative is that of the branch which is taken there.
    Answers answers{.ofOpen = false, .isOfPoint = true};
    SeriesArithmetic<ArbSeries> arithmetic(length, radius == 0 ? &answers : nullptr);
    const ArbSeries variable = ArbSeries::variable(x, 1, side);
    const std::vector<ArbSeries> parameters;
    ArbSeries result = dsl::evaluate(*program, definition, std::span<const ArbSeries>(&variable, 1),
                                     std::span<const ArbSeries>(parameters), arithmetic);
    if (arithmetic.undecided())
      return std::nullopt;
    return result;
  };
  auto differentiated = [&](const ArbSeries &series, unsigned i) {
    ArbBall result = series.coefficient(slong(i + derivative));
    for (unsigned k = 1; k <= derivative; ++k)
      result = result * double(i + k);
    return result;
  };
  std::optional<ArbSeries> over;
  {
    const ArbPrecision precision(radius == 0 ? ArbPrecision::bits() : ballBits);
    over = series(ballAround(m, radius));
  }
  if (!over)
    return std::nullopt;
  Polynomial result;
  if (count > 0) {
    const ArbPrecision precision(pointBits);
    const std::optional<ArbSeries> at = series(m);
    if (!at)
      return std::nullopt;
    for (unsigned i = 0; i < count; ++i)
      result.push_back(differentiated(*at, i));
  }
  result.push_back(differentiated(*over, count));
  return std::ranges::all_of(result, [](const ArbBall &each) { return each.isFinite(); })
             ? std::optional(std::move(result))
             : std::nullopt;
}

FitProof prove(const Fit &fit, const FittedTruth &truth, const FitClaim &claim) {
  return Prover(fit, truth, claim).run();
}

} // namespace xphi::compiler
