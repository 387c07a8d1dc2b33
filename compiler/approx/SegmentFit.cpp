// Rounding one coefficient after another, and the bound on what is left.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/SegmentFit.h"

#include "approx/Polynomial.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace xphi::compiler {
namespace {

/// What rounding a float of at most this size moves it by, in units: the power of two below.
double roundingOf(double size) {
  constexpr std::uint64_t exponent = 0x7ff0'0000'0000'0000;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(std::max(size, 0x1p-126)) & exponent);
}

} // namespace

SegmentFit::SegmentFit(const TaylorModel &model, std::optional<Zero> zero, bool isOfPair,
                       Tolerance tolerance)
    : model(model), zero(zero), isOfPair(isOfPair), tolerance(tolerance),
      terms(toChebyshev(behindZero(model.quotient), model.radius)) {}

/// Whether this degree leaves little more than roundings.
bool SegmentFit::isEnough(unsigned degree) const {
  const double furthest = std::pow(std::fabs(model.centre) + model.radius, double(model.order)),
               least = std::max(leastQuotient(), tolerance.leastResult / furthest);
  const std::size_t first = degree + 1 - zero.has_value();
  const double left = first < terms.size() ? std::fabs(terms[first]) : 0,
               spared = left * (1 - (1 - std::fabs(lean())) * (1 - std::fabs(lean())));
  return sumOfMagnitudes(terms, first) - spared <= tolerance.cutOff * unit * least;
}

/// The q of the polynomial Tₙ + 2q Tₙ₋₁ + q² Tₙ₋₂, which is (1 + q²) times the line from 1 − β to
/// 1 + β at most, β = 2q/(1 + q²), and comes to that n + 1 times: so an error left is a part of a
/// function that is near a line, and smaller where that is.
double SegmentFit::lean() const {
  if (zero || !tolerance.isWeighted)
    return 0;
  const double low = std::fabs(valueOf(model.quotient, -model.radius)),
               high = std::fabs(valueOf(model.quotient, model.radius)),
               slope = (high - low) / (high + low);
  return slope / (1 + std::sqrt(1 - slope * slope));
}

Segment SegmentFit::rounded(unsigned degree, std::optional<double> place) const {
  const std::size_t count = degree + 1 - zero.has_value();
  std::vector<double> cut = cutOff(terms, count);
  if (const double q = lean(); count >= 2 && count < terms.size()) {
    cut[count - 1] -= 2 * q * terms[count];
    cut[count - 2] -= q * q * terms[count];
  }
  std::vector<double> powers = fromChebyshev(cut, model.radius);
  const float centre = centreFor(powers, place);
  const double by = double(centre) - model.centre;
  powers = shifted(std::move(powers), by);
  if (zero)
    powers.insert(powers.begin(), zero->value);
  const auto least = leastPolynomials(degree, model.radius, by);
  // The lowest but the first matters most: of its neighbours the one that errs least.
  std::vector<float> coefficients(degree + 1);
  Segment best;
  for (int neighbour : {0, 1}) {
    std::vector<double> left = powers;
    for (unsigned i = degree + 1; i-- > 0;) {
      coefficients[i] = float(left[i]);
      // What is left of a coefficient that vanishes may be subnormal, which is slow on some
      // machines.
      if (i > 0 &&
          std::fabs(left[i]) * std::pow(model.radius, double(i)) < 0x1p-48 * std::fabs(left[0]))
        coefficients[i] = 0;
      if (i == 1 && neighbour && coefficients[i] != 0)
        coefficients[i] = std::nextafter(
            coefficients[i], left[i] > double(coefficients[i]) ? HUGE_VALF : -HUGE_VALF);
      passDown(left, i, left[i] - double(coefficients[i]), least);
    }
    Segment segment = withErrors(centre, coefficients);
    if (!neighbour || segment.productError < best.productError)
      best = std::move(segment);
  }
  return best;
}

/// Of the function over tⁿ.
double SegmentFit::leastQuotient() const {
  constexpr int cells = 8;
  const std::vector<double> powers = behindZero(model.quotient);
  const double width = 2 * model.radius / cells;
  const Bounded quotient(powers, model.radius, width);
  double result = HUGE_VAL;
  for (int i = 0; i < cells; ++i)
    result = std::min(result,
                      quotient.least(-model.radius + i * width, -model.radius + (i + 1) * width));
  return result;
}

std::vector<double> SegmentFit::behindZero(std::vector<double> powers) const {
  if (!zero)
    return powers;
  const double by = double(zero->place) - model.centre;
  powers = shifted(std::move(powers), by);
  powers.erase(powers.begin());
  return shifted(std::move(powers), -by);
}

/// Where the polynomial is smallest, since there the first coefficient's rounding weighs most, and
/// of the floats there one at which the value is all but a float itself (Gal's accurate tables).
/// Of a pair less far from the middle, unless the function is near a zero, since what rounding
/// t − centre loses grows with that.
/// At zero and next to it t − centre must be exact, which it is within a factor of two: from half
/// of the segment's far end on.
float SegmentFit::centreFor(const std::vector<double> &powers, std::optional<double> wanted) const {
  if (zero)
    return zero->place;
  if (tolerance.centre)
    return *tolerance.centre;
  const bool isNextToZero = std::fabs(model.centre) < 2.5 * model.radius;
  if (isNextToZero && !wanted && tolerance.isOneWay && model.centre != 0)
    wanted = model.centre > 0 ? nextToZero : -nextToZero;
  if (isNextToZero && !wanted)
    return float(model.centre);
  const double low = std::fabs(valueOf(powers, -model.radius)),
               high = std::fabs(valueOf(powers, model.radius));
  constexpr double varied = 1.25;
  const double end = low > varied * high   ? 1
                     : high > varied * low ? -1
                                           : 0,
               part = isOfPair && 4 * std::min(low, high) > std::max(low, high) ? 0.25 : 1;
  constexpr int candidates = 64;
  float candidate = float(model.centre + wanted.value_or(part * end) * model.radius),
        best = candidate;
  double least = HUGE_VAL;
  for (int i = 0; i < candidates; ++i, candidate = std::nextafter(candidate, float(model.centre))) {
    const double value = valueOf(powers, double(candidate) - model.centre),
                 lost = std::fabs(value - double(float(value))) / std::fabs(value);
    if (lost < least) {
      least = lost;
      best = candidate;
    }
  }
  return best;
}

/// What rounding the i-th coefficient loses goes to the lower ones, but for the least polynomial of
/// its degree.
void SegmentFit::passDown(std::vector<double> &powers, unsigned i, double lost,
                          const std::vector<std::vector<double>> &least) const {
  const unsigned first = zero.has_value();
  for (unsigned j = first; j < i; ++j)
    powers[j] -= lost * least[i - first][j - first];
}

/// Against the function: cell by cell, since both may vary by a multiple. Between the ends of a
/// cell a function leaves the straight line between its values by no more than its second
/// derivative allows. What rounding a sum loses follows from the power of two below it, not from
/// its size.
Segment SegmentFit::withErrors(float centre, std::vector<float> coefficients) const {
  constexpr int cells = 16;
  const double by = double(centre) - model.centre, width = 2 * model.radius / cells;
  // What is left is a wave.
  constexpr int parts = 8;
  const Bounded function(behindZero(model.coefficients), model.radius, width),
      quotient(behindZero(model.quotient), model.radius, width),
      difference(behindZero(differenceFrom(model, {coefficients.begin(), coefficients.end()}, by)),
                 model.radius, width / parts);
  std::vector<Bounded> sums; // of Horner's rule, but the last; the first is a coefficient
  std::vector<double> rest(coefficients.begin(), coefficients.end());
  while (rest.size() > 1) {
    rest.erase(rest.begin());
    sums.emplace_back(shifted(rest, -by), model.radius, width);
  }
  // What rounding t − centre moves p by, where that has a low part.
  std::vector<double> slopes(coefficients.begin() + !!zero, coefficients.end());
  for (std::size_t i = 0; i < slopes.size(); ++i)
    slopes[i] *= double(i);
  slopes.erase(slopes.begin());
  slopes.push_back(0);
  const Bounded slope(shifted(slopes, -by), model.radius, width);
  // Where there is a zero, the first of these is what is multiplied by t − centre; and of what the
  // model leaves out the slope counts.
  const double left = model.rest * (zero ? double(model.coefficients.size()) / model.radius : 1);
  // t − centre: within a factor of two it is exact. But at a zero, or for order next to 0, the
  // centre is one of which it is.
  const auto isRounded = [&](double a, double b) {
    const double place = std::fabs(double(centre)), one = std::fabs(model.centre + a),
                 other = std::fabs(model.centre + b), border = zero ? 2 : 2 * (1 + 0x1p-10);
    return !isOfPair && place > 0 &&
           (border * std::min(one, other) < place || std::max(one, other) > border * place);
  };
  Segment segment{centre, std::move(coefficients)};
  for (int i = 0; i < cells; ++i) {
    const double a = -model.radius + i * width, b = a + width,
                 size = std::max(std::fabs(a - by), std::fabs(b - by));
    double roundings = 0; // of the sum so far
    for (std::size_t power = sums.size(); power-- > 0;) {
      if (power + 1 < sums.size())
        roundings += roundingOf(sums[power].most(a, b) + unit * roundings);
      if (power > 0 || !zero)
        roundings *= size;
    }
    if (tolerance.isAddedLast && !sums.empty())
      roundings += roundingOf(sums[0].most(a, b) * size + unit * roundings);
    if (isOfPair || (!zero && isRounded(a, b)))
      roundings += slope.most(a, b) * size;
    const double multiplied = sums.empty() ? 0 : sums[0].most(a, b) * size + unit * roundings;
    // f is tⁿ times larger than p, and so is what the roundings leave there.
    const double farthest = std::max(std::fabs(model.centre + a), std::fabs(model.centre + b)),
                 powers = std::pow(farthest, double(model.order)),
                 least = std::max(function.least(a, b) - left, tolerance.leastResult);
    if (!(least > 0)) {
      segment.relativeError = segment.sumError = segment.productError = HUGE_VAL;
      return segment;
    }
    double off = left;
    for (int part = 0; part < parts; ++part)
      off = std::max(
          off, left + difference.most(a + part * width / parts, a + (part + 1) * width / parts));
    // Within a cell tⁿ, n ≤ 4, changes by less than a factor of 2, or there is no least result.
    const double before = off / unit + roundings * powers, most = quotient.most(a, b),
                 atMost = most + 2 * unit * before / least * std::max(most, least / powers),
                 sum = before + (tolerance.orderedProduct > 0
                                     ? (tolerance.orderedProduct > 1 ? 3 : 2) * multiplied
                                     : roundingOf(atMost)) *
                                    powers,
                 // Next to zero the result is of any size.
        last = model.centre == 0 ? least : roundingOf(function.most(a, b) + left + unit * sum);
    segment.relativeError = std::max(
        segment.relativeError,
        before / least + (zero && isRounded(a, b) ? 1 + slope.most(a, b) * size / least : 0));
    segment.sumError = std::max(segment.sumError, sum / least);
    segment.productError = std::max(segment.productError, (sum + last) / least);
  }
  for (double *error : {&segment.relativeError, &segment.sumError, &segment.productError})
    *error *= 1 + 0x1p-10;
  if (zero) {
    // A pair as near as that is left out, and rounding its distance is one unit.
    segment.relativeError = isOfPair
                                ? 1.04 * segment.relativeError + 1
                                : errorAroundZero(segment.coefficients, by, segment.relativeError);
    segment.sumError = segment.relativeError + 1;
    segment.productError = segment.relativeError + 2;
  }
  return segment;
}

/// The zero is a part θ of a float's distance from the centre, at most half. At the m-th float from
/// there f is (m − θ)/m of (t − centre)·f', and what c₀ lacks is θ/(m − θ) of f at most. Next to
/// the centre c₀ and c₁ alone count, and up to the 64th what is above c₁ is a small part. `farther`
/// is the error where none of that counts.
double SegmentFit::errorAroundZero(const std::vector<float> &coefficients, double by,
                                   double farther) const {
  const double slope = std::fabs(shifted(model.quotient, by)[1]),
               ofSlope = std::fabs(std::fabs(double(coefficients[1])) - slope) / (unit * slope);
  const double place = std::fabs(double(zero->place)),
               step = place - std::fabs(double(std::nextafter(zero->place, 0.0f))),
               part = (1 + 0x1p-10) * std::fabs(zero->value) / (slope * step);
  if (!(part <= 0.75))
    return HUGE_VAL;
  constexpr double few = 64;
  const auto ofAll = [&](double error, double m) { return (m * error + part) / (m - part); };
  const double next = ofAll(ofSlope, 1),
               near = ofAll(errorNextToZero(coefficients, by, few * 0x1p-23 * place), 2),
               far = ofAll(farther, few);
  return std::max({next, near, far}) * (1 + 0x1p-10);
}

/// The error for so small a |t − centre| that only the first term's rounding counts.
double SegmentFit::errorNextToZero(const std::vector<float> &coefficients, double by,
                                   double distance) const {
  const auto around = [&](std::vector<double> powers) {
    return shifted(behindZero(std::move(powers)), by);
  };
  const auto sizeOf = [&](const std::vector<double> &powers, std::size_t from) {
    double size = 0;
    for (std::size_t i = powers.size(); i-- > from;)
      size = size * distance + std::fabs(powers[i]);
    return from == 0 ? size : size * distance;
  };
  const std::vector<double> slope = around(model.coefficients),
                            p(coefficients.begin() + 1, coefficients.end());
  const double least = std::fabs(slope[0]) - sizeOf(slope, 1),
               left = model.rest * double(model.coefficients.size()) / model.radius,
               difference = sizeOf(
                   around(differenceFrom(model, {coefficients.begin(), coefficients.end()}, by)),
                   0);
  if (!(least > 0))
    return HUGE_VAL;
  // Of Horner's rule the sums behind the first are a small part of that.
  return (difference + left) / (unit * least) +
         (1 + 0x1p-10) * (1 + double(p.size()) * sizeOf(p, 1) / std::fabs(p[0]));
}

std::vector<double> differenceFrom(const TaylorModel &model,
                                   const std::vector<double> &coefficients, double by) {
  std::vector<double> difference = shifted(coefficients, -by);
  for (unsigned i = 0; i < model.order; ++i) {
    difference.push_back(0);
    for (std::size_t j = difference.size(); j-- > 0;)
      difference[j] = model.centre * difference[j] + (j > 0 ? difference[j - 1] : 0);
  }
  difference.resize(std::max(difference.size(), model.coefficients.size()));
  for (std::size_t i = 0; i < model.coefficients.size(); ++i)
    difference[i] -= model.coefficients[i];
  return difference;
}

double leastResult(const TaylorModel &model, const Segment &segment, std::optional<Zero> zero) {
  if (!zero)
    return 0.99 * SegmentFit(model, std::nullopt, false).leastQuotient();
  return 0.25 * std::fabs(double(segment.coefficients[1]) * double(zero->place)) * 0x1p-24;
}

Mirror mirror(const Fit &fit, const TaylorModel &table, const TaylorModel &other) {
  const bool turned = fit.form == Fit::Form::Odd || fit.form == Fit::Form::Reflect;
  std::vector<double> left = other.coefficients;
  left.resize(std::max(left.size(), table.coefficients.size()));
  for (std::size_t i = 0; i < table.coefficients.size(); ++i)
    left[i] += (turned ? 1 : -1) * table.coefficients[i];
  if (fit.form == Fit::Form::Reflect)
    left[0] -= double(fit.sum);
  if (fit.form == Fit::Form::Ramp || fit.form == Fit::Form::Fall) {
    // t = c + u, or at zero t/tⁿ
    const double sign = fit.form == Fit::Form::Ramp ? 1 : -1;
    if (table.centre != 0)
      left[0] -= sign * table.centre;
    if (table.centre != 0 || fit.order <= 1)
      left[table.centre == 0 && fit.order == 1 ? 0 : 1] -= sign;
  }
  double bound = table.rest + other.rest, power = 1;
  for (double coefficient : left) {
    bound += std::fabs(coefficient) * power;
    power *= table.radius;
  }
  // Next to zero both sides change by a multiple.
  const int cells = table.centre < 5 * table.radius ? 32 : 8;
  const double width = 2 * table.radius / cells;
  const Bounded here(table.coefficients, table.radius, width),
      there(other.coefficients, table.radius, width);
  Mirror result;
  double size = 0, least = HUGE_VAL;
  for (int i = table.centre == 0 ? cells / 2 : 0; i < cells; ++i) { // of t ≥ 0
    const double a = -table.radius + i * width, b = a + width, leastHere = there.least(a, b);
    size = std::max(size, there.most(a, b));
    least = std::min(least, std::max(leastHere, 0.0));
    result.ratio = std::max(result.ratio, here.most(a, b) / std::max(leastHere, 0.0));
  }
  result.holds = bound <= 0.01 * unit * size;
  result.left = bound / least;
  return result;
}

} // namespace xphi::compiler
