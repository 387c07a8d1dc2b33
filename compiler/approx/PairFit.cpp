// The fewest pairs, at the least degree, that leave few lanes in doubt.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/PairFit.h"

#include "approx/Polynomial.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace xphi::compiler {
namespace {

constexpr double rounding = 0x1p-24; ///< of a float, as a part of it
/// Of the data at t, as a normal distribution has it that is wider than most.
double densityAt(double t) { return std::exp(-t * t / (2 * 1.5 * 1.5)) / (1.5 * 2.50663); }

constexpr unsigned mostPairs = 8;

class Filling {
public:
  Filling(Fit &fit, const std::vector<PairSegment> &segments, const PairTolerance &tolerance)
      : fit(fit), segments(segments), tolerance(tolerance) {
    for (const PairSegment &each : segments)
      terms.push_back(toChebyshev(behindZero(each, each.model.quotient), each.model.radius));
  }

  bool run() {
    for (fit.degree = 1; !isCutOffFarEnough();)
      if (++fit.degree > tolerance.mostDegree)
        return false;
    for (const unsigned least = fit.degree; fit.degree <= least + 1; ++fit.degree)
      for (fit.pairs = 1; fit.pairs <= std::min(mostPairs, fit.degree); ++fit.pairs)
        if (fill()) {
          leaveOutSeconds();
          return true;
        }
    return false;
  }

  /// Whether a segment needs more than the highest degree, or too little is known of it. Nothing is
  /// told where it may have a zero that is not known yet.
  bool isHopeless() const {
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const double quotient = leastBehindZero(i),
                   least = leastOf(segments[i],
                                   behindZero(segments[i], segments[i].model.coefficients)),
                   left = leftBehindZero(segments[i]);
      if (!std::isfinite(left) || (least > 0 && left > tolerance.most * least) ||
          (quotient > 0 && !isCutOffFarEnough(i, tolerance.mostDegree, quotient)))
        return true;
    }
    return false;
  }

private:
  /// A segment may have any centre near its middle, so it has one around which the coefficients of
  /// some powers are all but floats: what these lack costs a look-up and a sum for each.
  void leaveOutSeconds() {
    if (fit.isTerm || fit.isOfPair)
      return;
    const Fit complete = fit;
    const double before = meanError;
    for (seconds = 1; seconds < fit.pairs; ++seconds) {
      if (!moveCentres())
        continue;
      const unsigned fused = unsigned(std::popcount(complete.fused));
      if (fill() && meanError <= before + tolerance.mean / 4 &&
          unsigned(std::popcount(fit.fused)) >= fused)
        return;
      fit = complete;
    }
  }

  /// False where a segment whose centre stays cannot do without.
  bool moveCentres() {
    moved.assign(segments.size(), std::nullopt);
    std::vector<std::vector<double>> scaled(fit.pairs); // by the power's binomials
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const auto &[model, zero] = segments[i];
      if (zero)
        continue;
      const std::vector<double> powers =
          fromChebyshev({terms[i].begin(), terms[i].begin() + fit.degree + 1}, model.radius);
      for (unsigned power = seconds; power < fit.pairs; ++power) {
        scaled[power] = powers;
        for (std::size_t k = power; k < powers.size(); ++k)
          scaled[power][k] *= chosen(k, power);
      }
      const double middle = float(model.centre);
      // Next to zero what is subtracted from t is 0, else it would be rounded.
      if (std::fabs(middle) <= model.radius) {
        constexpr double hopeless = 64;
        if (lackingAround(0, scaled, model.radius) > hopeless * tolerance.mean * leasts[i])
          return false;
        continue;
      }
      // Towards zero, a little, so that differences from t stay exact (Sterbenz).
      const unsigned first = 16, count = seconds == 1 ? 4096 : 256;
      const double place = std::ldexp(1.0, std::ilogb(middle) - 23);
      double least = HUGE_VAL;
      for (unsigned k = first; k < first + count; ++k) {
        const double centre = middle - std::copysign(k * place, middle),
                     left = lackingAround(centre - model.centre, scaled, model.radius);
        if (left < least) {
          least = left;
          moved[i] = float(centre);
        }
      }
    }
    return true;
  }

  /// What floats in place of pairs lack, of the sum of a series around another place.
  double lackingAround(double by, const std::vector<std::vector<double>> &scaled,
                       double radius) const {
    double sum = 0, size = std::pow(radius, double(seconds));
    for (unsigned power = seconds; power < fit.pairs; ++power, size *= radius) {
      const std::vector<double> &powers = scaled[power];
      double number = 0;
      for (std::size_t k = powers.size(); k-- > power;)
        number = number * by + powers[k];
      sum += std::fabs(number - double(float(number))) * size;
    }
    return sum;
  }

  /// k over n.
  static double chosen(std::size_t n, unsigned k) {
    double ways = 1;
    for (unsigned i = 1; i <= k; ++i)
      ways = ways * double(n - k + i) / i;
    return ways;
  }

  /// What may be cut off.
  double toleratedBy(const PairSegment &segment) const {
    return std::min(tolerance.most, tolerance.mean / weightOf(segment));
  }

  /// How much data there is, and how much it is of a sum with terms of common size.
  double weightOf(const PairSegment &segment) const {
    const TaylorModel &model = segment.model;
    const double size = std::fabs(model.quotient.front()) *
                        std::pow(std::fabs(model.centre) + model.radius, double(fit.order));
    return densityAt(model.centre) * (tolerance.isOfSum ? std::min(1.0, size) : 1);
  }

  static std::vector<double> behindZero(const PairSegment &segment, std::vector<double> powers) {
    if (!segment.zero)
      return powers;
    const double by = double(segment.zero->place) - segment.model.centre;
    powers = shifted(std::move(powers), by);
    powers.erase(powers.begin());
    return shifted(std::move(powers), -by);
  }

  /// By what the model may be off, behind its zero.
  static double leftBehindZero(const PairSegment &segment) {
    const TaylorModel &model = segment.model;
    return model.rest * (segment.zero ? double(model.coefficients.size()) / model.radius : 1);
  }

  /// Of the function over tⁿ, behind its zero.
  static double leastOf(const PairSegment &segment, const std::vector<double> &powers) {
    constexpr int cells = 16;
    const double radius = segment.model.radius, width = 2 * radius / cells;
    const Bounded bounded(powers, radius, width);
    double least = HUGE_VAL;
    for (int i = 0; i < cells; ++i)
      least = std::min(least, bounded.least(-radius + i * width, -radius + (i + 1) * width));
    return least;
  }
  bool isCutOffFarEnough() const {
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (!isCutOffFarEnough(i, fit.degree, leastBehindZero(i)))
        return false;
    return true;
  }
  bool isCutOffFarEnough(std::size_t i, unsigned degree, double least) const {
    const unsigned kept = degree + 1 - segments[i].zero.has_value();
    return sumOfMagnitudes(terms[i], kept) <= tolerance.cutOff * toleratedBy(segments[i]) * least;
  }
  double leastBehindZero(std::size_t i) const {
    return leastOf(segments[i], behindZero(segments[i], segments[i].model.quotient));
  }

  bool fill() {
    const std::size_t count = segments.size();
    fit.table.assign((fit.degree + 1) * count, 0);
    fit.lows.assign(fit.pairs * count, 0);
    fit.errors.assign(count, 0);
    fit.hasZero = false;
    fit.fused = (1u << fit.pairs) - 1;
    fit.isJoinFused = false;
    double mostFirst = 0;
    meanError = 0;
    errors.assign(count, 0);
    sizes.assign(count, 0);
    leasts.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const PairSegment &segment = segments[i];
      fit.centres[i] = segment.zero                      ? segment.zero->place
                       : seconds < fit.pairs && moved[i] ? *moved[i]
                                                         : float(segment.model.centre);
      fit.hasZero |= segment.zero && segment.zero->value != 0;
      const std::vector<double> coefficients = rounded(i);
      const double size = sizeOf(i);
      double sum = 0; // of what is added to a coefficient
      for (unsigned power = fit.degree + 1; power-- > 0;) {
        const double added = sum * size;
        const bool isFirstOfZero = power == 0 && segment.zero;
        const double high = power < fit.pairs && !isFirstOfZero
                                ? multipleOfLastPlace(coefficients[power], added)
                                : double(float(coefficients[power]));
        fit.table[power * count + i] = float(high);
        if (power < fit.pairs && !(2 * added * (1 + 0x1p-10) <= std::fabs(high)))
          fit.fused &= ~(1u << power);
        if (power < fit.pairs)
          fit.lows[power * count + i] = float(coefficients[power] - high);
        sum = std::fabs(coefficients[power]) + added;
      }
      if (!fit.isTerm && segment.zero && segment.zero->place == 0 && fit.table[i] == 0)
        fit.table[i] = std::copysign(0.0F, fit.table[count + i]); // as just beside it
      mostFirst = std::max(mostFirst, sum);
      sizes[i] = sum;
      errors[i] = errorOf(i, coefficients);
      meanError += errors[i] * shareOf(i);
      if (!(errors[i] <= tolerance.most) || meanError > tolerance.mean)
        return false;
    }
    // Of a term all that is allowed counts, and what it is joined to apart.
    if (!fit.isTerm)
      fuse(tolerance.mean / 4);
    for (std::size_t i = 0; i < count; ++i) {
      const double ofResult =
          fit.isTerm ? errors[i]
                     : errors[i] * mostPart(i, sizes[i]) + (isJoined() ? joiningError : 0);
      if (!(ofResult <= 16 * tolerance.most))
        return false;
      fit.errors[i] = float(ofResult * (1 + 0x1p-10));
    }
    fit.isJoinOrdered = fit.form == Fit::Form::Reflect ? mostFirst <= std::fabs(double(fit.sum))
                                                       : fit.order == 1 && mostFirst <= 1;
    return true;
  }

  bool isJoined() const {
    using enum Fit::Form;
    return fit.form == Ramp || fit.form == Fall || fit.form == Reflect;
  }

  /// What tⁿp, at most `most` over tⁿ, is of the result: 1, or more where it is joined to what has
  /// the other sign. Not a number where that may leave nothing.
  double mostPart(std::size_t i, double most) const {
    if (!isJoined())
      return 1;
    const bool isNegative = fit.table[i] < 0; // or has a zero
    const double scale = fit.form == Fit::Form::Reflect ? -double(fit.sum)
                         : fit.form == Fit::Form::Fall  ? -1.0
                                                        : 1.0,
                 farthest =
                     fit.form == Fit::Form::Reflect || fit.order == 1
                         ? 1
                         : std::max(segments[i].model.centre - segments[i].model.radius, 0.0),
                 left = std::fabs(scale) * farthest - most;
    if (!segments[i].zero && isNegative == (scale < 0))
      return 1;
    return left > 0 ? std::max(1.0, most / left) : HUGE_VAL;
  }

  struct Range {
    double low = HUGE_VAL, high = -HUGE_VAL;
  };
  /// Of what is added to the coefficient of a power, d times the sum from the next on.
  Range addedTo(unsigned power, std::size_t i, const std::vector<double> &coefficients) const {
    const auto [first, last] = distancesIn(i);
    const std::vector<double> next(coefficients.begin() + power + 1, coefficients.end());
    double slope = 0;
    for (std::size_t k = next.size(); k-- > 1;)
      slope = slope * sizeOf(i) + double(k) * std::fabs(next[k]);
    constexpr int cells = 16;
    const double width = (last - first) / cells;
    Range range;
    for (int cell = 0; cell < cells; ++cell) {
      const double a = first + cell * width, b = a + width, there = valueOf(next, 0.5 * (a + b)),
                   off = 0.5 * slope * width;
      for (double d : {a, b})
        for (double value : {there - off, there + off}) {
          range.low = std::min(range.low, d * value);
          range.high = std::max(range.high, d * value);
        }
    }
    return range;
  }

  /// A sum between half and twice its coefficient has a difference from it that is a float
  /// (Sterbenz), and so has any from 0, and that of a ramp and its part from −1/2 of it on.
  /// Elsewhere the difference is rounded; of a high power that may be little enough.
  /// `mostMore`: on the mean, what lanes in doubt cost less than the three operations that are
  /// saved.
  void fuse(double mostMore) {
    constexpr double nearly = 1 - 0x1p-20;
    const std::size_t count = segments.size();
    fit.fused = 0;
    fit.isJoinFused =
        fit.order == 1 && (fit.form == Fit::Form::Ramp || fit.form == Fit::Form::Fall);
    std::vector<std::vector<double>> coefficients;
    for (std::size_t i = 0; i < count; ++i)
      coefficients.push_back(rounded(i));
    for (unsigned power = fit.pairs; power-- > 0;) {
      std::vector<double> with = errors;
      double more = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const Range added = addedTo(power, i, coefficients[i]);
        const double c = fit.table[power * count + i], size = std::fabs(c),
                     low = c < 0 ? -added.high : added.low, high = c < 0 ? -added.low : added.high;
        if (c != 0 && !(low >= -0.5 * nearly * size && high <= nearly * size))
          with[i] += lossOf(power, i, std::max(std::fabs(added.low), std::fabs(added.high)));
        more += (with[i] - errors[i]) * shareOf(i);
        if (power == 0) {
          const double sign = fit.form == Fit::Form::Fall ? -1 : 1, first = sign * c,
                       below = sign < 0 ? -added.high : added.low,
                       above = sign < 0 ? -added.low : added.high;
          fit.isJoinFused &= first + below >= -0.5 * nearly || (first >= -0.5 && below >= 0);
          fit.isJoinFused &= first + above <= nearly;
        }
      }
      if ((power == 0 && fit.hasZero) || more > mostMore ||
          *std::ranges::max_element(with) > tolerance.most)
        continue;
      fit.fused |= 1u << power;
      errors = std::move(with);
    }
  }

  /// Of the result, where the difference of a sum from its coefficient is rounded.
  double lossOf(unsigned power, std::size_t i, double added) const {
    const bool hasZero = segments[i].zero.has_value();
    if (power < hasZero)
      return HUGE_VAL;
    return (1 + hasZero) * rounding * (1 + 0x1p-10) * added *
           std::pow(sizeOf(i), double(power - hasZero)) / leasts[i];
  }

  double shareOf(std::size_t i) const { return weightOf(segments[i]) * double(fit.step); }

  double sizeOf(std::size_t i) const {
    const TaylorModel &model = segments[i].model;
    return model.radius + std::fabs(double(fit.centres[i]) - model.centre);
  }

  /// A float next to the number, of no more digits than end where those of `added` end.
  static double multipleOfLastPlace(double number, double added) {
    const double size = std::max(std::fabs(number), added * (1 + 0x1p-10));
    if (size == 0)
      return 0;
    const double place = std::ldexp(1.0, std::ilogb(size) - 23);
    return std::nearbyint(number / place) * place;
  }

  /// To one float or two, in which there is room for what multipleOfLastPlace() lacks.
  std::vector<double> rounded(std::size_t i) const {
    const PairSegment &segment = segments[i];
    const std::vector<double> cut = cutOff(terms[i], fit.degree + 1 - segment.zero.has_value());
    std::vector<double> powers = shifted(fromChebyshev(cut, segment.model.radius),
                                         double(fit.centres[i]) - segment.model.centre);
    if (segment.zero)
      powers.insert(powers.begin(), segment.zero->value);
    // Subnormal numbers take many times as long.
    const double size = sizeOf(i), negligible = 0x1p-60 * sumOfMagnitudes(cut);
    for (unsigned power = 0; power <= fit.degree; ++power) {
      if (power > 0 && std::fabs(powers[power]) * std::pow(size, double(power)) < negligible)
        powers[power] = 0;
    }
    double sum = 0; // of what is added to a coefficient, as fill() has it
    for (unsigned power = fit.degree + 1; power-- > 0;) {
      const double added = sum * size, whole = powers[power];
      if (power >= fit.pairs)
        powers[power] = double(float(whole));
      else if (power >= seconds)
        powers[power] = multipleOfLastPlace(whole, added);
      // What a square lacks is handed down: it is nearest to this line.
      if (power == 2 && seconds == 2 && fit.pairs > 2 && !segment.zero) {
        const auto [first, last] = distancesIn(i);
        const double lost = whole - powers[2], width = last - first;
        powers[1] += lost * (first + last);
        powers[0] -= lost * (first * last + width * width / 8);
      }
      sum = std::fabs(powers[power]) + added;
    }
    return powers;
  }

  /// The least and the largest difference from the centre.
  std::pair<double, double> distancesIn(std::size_t i) const {
    const TaylorModel &model = segments[i].model;
    const bool isMirrored = fit.form != Fit::Form::TwoSided;
    const double centre = fit.centres[i], low = model.centre - model.radius;
    return {(isMirrored ? std::max(low, 0.0) : low) - centre, model.centre + model.radius - centre};
  }

  /// As a part of the result. Next to a zero |p| is at least half of |d| times what is behind it,
  /// or all of that where it is 0 at the centre, and d a factor of all but the first coefficient
  /// and its sum.
  double errorOf(std::size_t i, const std::vector<double> &coefficients) {
    const PairSegment &segment = segments[i];
    const TaylorModel &model = segment.model;
    const double by = double(fit.centres[i]) - model.centre, size = sizeOf(i);
    std::vector<double> sums(fit.degree + 2);
    for (unsigned k = fit.degree + 1; k-- > 0;)
      sums[k] = std::fabs(coefficients[k]) + sums[k + 1] * size;
    const bool hasZero = segment.zero.has_value();
    double roundings = 0;
    for (unsigned k = hasZero; k <= fit.degree; ++k) {
      const double power = std::pow(size, double(k - hasZero));
      // With what t lacks d is rounded, too.
      if (k >= fit.pairs)
        roundings += k < fit.degree ? (fit.isOfPair ? 2 : 1) * rounding * sums[k] * power : 0;
      else
        roundings += pairRounding * sums[k] * power;
    }
    const std::vector<double> difference =
        behindZero(segment, differenceFrom(model, coefficients, by));
    const double left = leftBehindZero(segment),
                 least = leastOf(segment, behindZero(segment, model.coefficients)) - left,
                 farthest = std::pow(std::fabs(model.centre) + model.radius, double(model.order));
    constexpr double large = 0x1p-70; // that rounding errors are numbers
    if (!(least > large * farthest))
      return HUGE_VAL;
    leasts[i] = least / farthest;
    const double most = sumOfMagnitudes(toChebyshev(difference, model.radius));
    double error = (most + left + roundings * farthest) / least;
    if (fit.isOfPair)
      error += argumentError * (double(fit.order) + slopeOf(coefficients, size) * farthest / least *
                                                        (std::fabs(model.centre) + model.radius) /
                                                        nearestTo(segment.zero));
    if (hasZero)
      error = (segment.zero->value == 0 ? 1 : 2) * error +
              pairRounding * (1 + 2 * sums[1] * farthest / least);
    // The power of t, the incoming gradient, what is left of a form's identity, and what is
    // computed of the bound itself.
    return error + pairRounding * (6 + double(fit.order));
  }

  /// Of p, at most.
  static double slopeOf(const std::vector<double> &coefficients, double size) {
    double slope = 0;
    for (std::size_t power = coefficients.size(); --power > 0;)
      slope = std::fabs(double(power) * coefficients[power]) + slope * size;
    return slope;
  }

  static constexpr double pairRounding = 16 * rounding * rounding;
  static constexpr double argumentError = 0x1p-44; ///< PairArithmetic's
  static constexpr double joiningError =
      0x1.8p-42; ///< of the result: of lows some 2^-46, of the identity 2^-43

  /// How near to a zero a pair is evaluated; of another result the error is a part as it is.
  static double nearestTo(const std::optional<Zero> &zero) {
    return zero ? nearestPair * std::fabs(double(zero->place)) : 1;
  }

  Fit &fit;
  const std::vector<PairSegment> &segments;
  const PairTolerance &tolerance;
  std::vector<std::vector<double>> terms; ///< of Chebyshev's series
  unsigned seconds = mostPairs;           ///< how many powers may have a second float
  std::vector<std::optional<float>> moved;
  double meanError = 0;
  // By segment: what a result may be off, as a part of it; the sum of the magnitudes of the table's
  // terms; the least of f over tⁿ, behind its zero.
  std::vector<double> errors, sizes, leasts;
};

} // namespace

float fewBits(double step) {
  int exponent;
  const double bits = std::ldexp(std::frexp(step, &exponent), 8);
  return float(std::ldexp(std::ceil(bits), exponent - 8));
}

std::optional<std::pair<float, float>> pairOf(const std::optional<reference::ArbBall> &number) {
  if (!number)
    return std::nullopt;
  const auto high = float(number->nearest());
  return std::pair(high, float((*number - double(high)).nearest()));
}

// The models of f itself: next to zero that of f/t times t, for t ≥ 0.
static std::vector<PairSegment> ofItself(std::vector<PairSegment> segments) {
  for (PairSegment &each : segments) {
    TaylorModel &model = each.model;
    model.order = 0;
    if (model.centre == 0) {
      model.coefficients.insert(model.coefficients.begin(), 0);
      model.rest *= model.radius;
      model.centre = model.radius /= 2;
      model.coefficients = shifted(std::move(model.coefficients), model.centre);
      each.zero = Zero{0, 0};
    }
    model.quotient = model.coefficients;
  }
  return segments;
}

bool fillWithPairs(Fit &fit, const std::vector<PairSegment> &segments,
                   const PairTolerance &tolerance) {
  if (fit.form == Fit::Form::Odd && fit.order == 1 && !fit.isTerm && !fit.isOfPair &&
      fit.above != Fit::Beyond::Power) {
    // Where t is small f is, too, so what counts there is half as much in the next segment.
    Fit itself = fit;
    itself.order = 0;
    PairTolerance more = tolerance;
    more.cutOff = 0.5;
    const std::vector<PairSegment> own = ofItself(segments);
    if (Filling(itself, own, more).run()) {
      fit = std::move(itself);
      return true;
    }
  }
  return Filling(fit, segments, tolerance).run();
}

// In instructions. A plain sum of Horner's rule is an fma and a look-up; one in pairs three more,
// or six where it is not fused, and two where its coefficient has a second float. A vector with a
// lane in doubt, or beyond an end, takes some 450.
static double costOf(const Fit &fit) {
  if (fit.isTerm)
    return 8 * fit.pairs + 2 * fit.degree;
  constexpr double lanes = 16, ofDoubtfulVector = 450, wider = 1.25, // data
      inUlp = 0x1.6p23;                                              // of floats, 1 on the whole
  using enum Fit::Form;
  const bool isOneSided = fit.form == TwoSided || fit.form == Halves || fit.form == LeftOfLine;
  double rare = 0;
  for (unsigned i = 0; i < fit.segments; ++i)
    rare += 2 * inUlp * double(fit.errors[i]) * densityAt(double(fit.centres[i])) *
            double(fit.step) * (isOneSided ? 1 : 2);
  const auto beyond = [](float end) {
    return 0.5 * std::erfc(std::fabs(double(end)) / (wider * std::numbers::sqrt2));
  };
  if (fit.below == Fit::Beyond::Exact)
    rare += beyond(fit.low);
  if (fit.above == Fit::Beyond::Exact && fit.form != LeftOfLine)
    rare += beyond(fit.high);
  const unsigned apart = fit.pairs - unsigned(std::popcount(fit.fused));
  unsigned seconds = 0;
  for (unsigned power = 0; power < fit.pairs; ++power)
    seconds += fit.hasSecond(power);
  return 2 * fit.degree + 3 * fit.pairs + 2 * seconds + 3 * apart + ofDoubtfulVector * lanes * rare;
}

void takeCheaper(std::optional<Fit> &best, std::optional<Fit> found) {
  constexpr double little = 1; // the table found before reaches farther
  if (found && (!best || costOf(*found) + little < costOf(*best)))
    best = std::move(found);
}

PairTolerance ofTable(const TermTolerance &tolerance) {
  constexpr unsigned moreDigits = 2; // degrees that these cost
  return {tolerance.mean, tolerance.most, tolerance.mostDegree + moreDigits, true};
}

bool isHopeless(Fit &fit, const PairSegment &segment, const PairTolerance &tolerance) {
  return Filling(fit, {segment}, tolerance).isHopeless();
}

// Beyond an end the segment there serves, whose error that is, or what is joined to it.
void boundTerm(Fit &fit, const std::vector<PairSegment> &segments, const TermTolerance &tolerance) {
  using enum Fit::Form;
  constexpr double joining = 0x1p-43; // of what is joined to tⁿp
  fit.least = 0;
  fit.ulps = joining / rounding;
  if (fit.form != TwoSided && fit.form != Halves)
    fit.ulps += tolerance.identity;
  const bool below = fit.below != Fit::Beyond::Exact, above = fit.above != Fit::Beyond::Exact;
  const double low = std::fabs(double(fit.low)) - fit.step, high = double(fit.high) - fit.step;
  if (fit.form == Ramp || fit.form == Fall || fit.form == Reflect)
    fit.ulps += below || above ? tolerance.settledTo : 0;
  else
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const double place = segments[i].model.centre;
      if ((above && place > high) || (below && (fit.form == TwoSided ? -place : place) > low))
        fit.errors[i] += float(tolerance.settledTo * rounding);
    }
  fit.ulpsAtZero = fit.ulps;
  if (fit.order > 0)
    fit.firstNormal = float(std::pow(0x1p-96 / fit.slopeAtZero(), 1.0 / fit.order));
}

} // namespace xphi::compiler
