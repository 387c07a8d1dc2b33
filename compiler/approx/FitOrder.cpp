// Cell by cell, in intervals.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FitOrder.h"

#include "approx/FittedValue.h"
#include "approx/SegmentFit.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <vector>

namespace xphi::compiler {
namespace {

struct Interval {
  double low, high;
  double size() const { return std::max(std::fabs(low), std::fabs(high)); }
};

Interval operator+(Interval a, double b) { return {a.low + b, a.high + b}; }
Interval operator*(Interval a, Interval b) {
  const auto [low, high] =
      std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return {low, high};
}

/// Of numbers of that size.
double spacing(double size) { return std::ldexp(1.0, std::max(std::ilogb(size), -126) - 23); }

constexpr double ofDoubles = 1 + 0x1p-20;

} // namespace

/// Whether the powers above the constant have one sign.
bool SegmentOrder::haveOneSign(bool isBelowCentre) const {
  int seen = 0;
  for (std::size_t i = 1; i < coefficients.size(); ++i) {
    const int own = (coefficients[i] > 0) - (coefficients[i] < 0),
              sign = isBelowCentre && i % 2 ? -own : own;
    if (sign != 0 && seen != 0 && sign != seen)
      return false;
    seen = sign != 0 ? sign : seen;
  }
  return true;
}

double SegmentOrder::stepsBack(bool rises) const {
  // Between powers of two floats lie evenly.
  std::vector<double> cuts = {low, high};
  const double nearest = std::min(std::fabs(low), std::fabs(high)),
               furthest = std::max(std::fabs(low), std::fabs(high));
  constexpr int cells = 12, binades = 8;
  for (int i = 1; i < cells; ++i)
    cuts.push_back(low + (high - low) * i / cells);
  double power = std::exp2(std::ceil(std::log2(furthest)) - 1);
  for (int i = 0; i < binades && power > nearest; ++i, power /= 2)
    cuts.push_back(low < 0 ? -power : power);
  if (low < double(centre) && double(centre) < high)
    cuts.push_back(double(centre));
  std::ranges::sort(cuts);
  double sum = 0;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
    if (cuts[i] < cuts[i + 1])
      sum += stepsBack(cuts[i], cuts[i + 1], rises);
  return sum;
}

double SegmentOrder::stepsBack(double from, double to, bool rises) const {
  const double c = double(centre);
  const Interval d = {(from - c) - std::fabs(from - c) * 0x1p-20,
                      (to - c) + std::fabs(to - c) * 0x1p-20};
  const double nearest = std::min(std::fabs(from), std::fabs(to)),
               furthest = std::max(std::fabs(from), std::fabs(to)), sign = rises ? 1 : -1;
  const bool isExact =
      c == 0 || (c * from > 0 && 2 * nearest >= std::fabs(c) && furthest <= 2 * std::fabs(c));
  Interval sum = {double(coefficients.back()), double(coefficients.back())}, slope = {0, 0};
  double lost = 0; // by roundings of a sum
  for (std::size_t i = coefficients.size() - 1; i-- > 1;) {
    slope = slope * d;
    slope = {slope.low + sum.low, slope.high + sum.high};
    sum = sum * d + double(coefficients[i]);
    lost = lost * d.size() + 0.5 * spacing(sum.size() * ofDoubles);
  }
  // q + d·q′
  const double bend = slope.size();
  slope = slope * d;
  slope = {slope.low + sum.low + line, slope.high + sum.high + line};
  if (power > 0) {
    const Interval p = sum * d + double(coefficients[0]), moved = Interval{from, to} * slope;
    const double n = power, least = rises ? n * p.low + moved.low : -(n * p.high + moved.high),
                 apart = std::max(spacing(nearest) / furthest, unit),
                 product = d.size() * (sum.size() * (power > 1 ? 3 : 2) * unit + lost),
                 distance = isExact ? 0 : slope.size() * 0.5 * spacing(d.size()),
                 ofPower = power > 1 ? p.size() * unit * unit * 16 : 0;
    return 2 * ofDoubles * (product + distance + ofPower) < least * apart ? 0 : HUGE_VAL;
  }
  const double least = sign > 0 ? slope.low : -slope.high;
  const bool isAway = c <= from || to <= c;
  if (line == 0 && isAway && haveOneSign(to <= c) && least >= 0)
    return 0;
  if (!(least > 0) || (line != 0 && !isExact))
    return HUGE_VAL;
  // The distance between floats as a part of the larger |d|, where they come to zero.
  const double apart = isExact ? (nearest == 0 ? d.size() * 0x1p-24 : spacing(nearest))
                               : spacing(std::min(std::fabs(from - c), std::fabs(to - c)));
  const double back = 2 * ofDoubles * d.size() * lost - least * apart;
  if (back < 0)
    return 0;
  // Where q goes on to its next float, and the result is that near to the middle of two.
  const double changes = (to - from) * bend / spacing(std::max({sum.low, -sum.high, 0x1p-126})),
               result = spacing(std::fabs(double(coefficients[0])));
  return std::max(changes * back / result, DBL_MIN);
}

double stepsBack(const Fit &fit, unsigned entry, std::span<const float> coefficients, float centre,
                 bool rises) {
  using enum Fit::Form;
  const int count = int(fit.segments), half = count / 2;
  int k = int(entry);
  if (fit.form == TwoSided && k >= fit.first + count)
    k -= count;
  if (fit.form == Halves)
    k %= half;
  constexpr double wide = 1 + 0x1p-18; // since t/step is rounded
  const double step = double(fit.step), low = (k - 0.5) * step, high = (k + 0.5) * step;
  SegmentOrder order{coefficients, centre, low / (low > 0 ? wide : 1 / wide),
                     high * (high > 0 ? wide : 1 / wide)};
  order.low = std::max(order.low, fit.form == TwoSided ? double(fit.low) : 0.0);
  order.high = std::min(order.high, double(fit.high));
  order.line = k == 0 ? double(fit.slope) : 0;
  order.power = fit.isOrderedProduct ? fit.order : 0;
  if (fit.form == TwoSided && order.low < 0 && order.high > 0) {
    SegmentOrder below = order, above = order;
    below.high = above.low = 0;
    return below.stepsBack(rises) + above.stepsBack(rises);
  }
  if ((fit.form == Ramp || fit.form == Fall) && fit.slope == 0)
    return HUGE_VAL; // since p is rounded before the ramp is added
  // In t, on the side of the table.
  const bool isLeft = fit.form == Ramp || fit.form == Reflect ||
                      (fit.form == Halves && entry >= unsigned(half)),
             risesInT = rises != isLeft;
  const double onTable = order.stepsBack(risesInT);
  if (fit.form != Ramp && fit.form != Fall)
    return onTable;
  order.line += fit.form == Ramp ? 1 : -1;
  return onTable + order.stepsBack(!risesInT);
}

std::vector<float> stepsBackAtBorders(const Fit &fit, bool rises) {
  std::vector<float> places = {0.0f, fit.low, fit.high}, found;
  const int reach = int(fit.segments);
  for (int k = -reach; k <= reach; ++k)
    if (const float border = (float(k) + 0.5f) * fit.step; fit.low < border && border < fit.high)
      places.push_back(border);
  for (float place : places) {
    constexpr int around = 3; // t/step is rounded
    float x = place;
    for (int i = 0; i < around; ++i)
      x = std::nextafter(x, -HUGE_VALF);
    for (int i = 0; i < 2 * around; ++i) {
      const float next = std::nextafter(x, HUGE_VALF);
      const std::optional<float> a = fittedValue(fit, x), b = fittedValue(fit, next);
      if (a && b && (rises ? *a > *b : *a < *b))
        found.push_back(x);
      x = next;
    }
  }
  return found;
}

bool keepsOrder(const Fit &fit) {
  const bool isKnown =
      fit.slope != 0 || fit.isOrderedProduct || (fit.order == 0 && fit.form != Fit::Form::Even);
  if (!isKnown || fit.pairs > 0 || fit.centres.empty() || fit.degree == 0)
    return false;
  const std::optional<float> first = fittedValue(fit, fit.low), last = fittedValue(fit, fit.high);
  if (!first || !last || *first == *last)
    return false;
  const bool rises = *first < *last;
  for (unsigned entry = 0; entry < fit.segments; ++entry) {
    std::vector<float> coefficients;
    for (unsigned power = 0; power <= fit.degree; ++power)
      coefficients.push_back(fit.coefficient(power, entry));
    if (stepsBack(fit, entry, coefficients, fit.centres[entry], rises) > 0)
      return false;
  }
  return stepsBackAtBorders(fit, rises).empty();
}

} // namespace xphi::compiler
