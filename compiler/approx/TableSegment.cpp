// By form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/TableSegment.h"

#include "approx/FitOrder.h"
#include "approx/Polynomial.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {
namespace {

bool isJoined(const Fit &fit) { return fit.form == Fit::Form::Ramp || fit.form == Fit::Form::Fall; }

/// Where a zero is divided out a small result is as exact as a large one.
Tolerance toleranceOf(const Fit &fit, int k, bool hasZero, bool isOneWay, const FitLimits &limits) {
  constexpr double roundings = 1.25; // at the least
  // Of elements of few bits all are tried, and more go the right way the less a fit is off.
  const double cutOff = limits.mostUlps > 4 ? limits.mostUlps - roundings
                        : limits.elements   ? 0.1875 * limits.mostUlps
                                            : 0.6875 * limits.mostUlps;
  return {cutOff, hasZero || (k == 0 && fit.order > 0) ? 0 : limits.leastResult,
          fit.order == 0 && fit.slope != 0, isOneWay, fit.isOrderedProduct ? fit.order : 0};
}

/// What the low part of a pair is of the result where it is left out.
unsigned lostBeyond(const Fit &fit) {
  using enum Fit::Beyond;
  return fit.isOfPair && (fit.below == Power || fit.above == Power) ? fit.order : 0;
}

/// From f around 0, or f/t, to f − slope·t, or that over t; for t ≥ 0 unless a table is of both
/// sides.
TaylorModel besideLine(TaylorModel model, const Fit &fit) {
  const double slope = double(fit.slope),
               by = fit.form == Fit::Form::TwoSided ? 0 : model.radius / 2;
  model.centre = by;
  model.radius -= by;
  for (std::vector<double> *powers : {&model.coefficients, &model.quotient}) {
    (*powers)[1 - fit.order] -= slope;
    *powers = shifted(std::move(*powers), by);
  }
  model.order = 0;
  return model;
}

} // namespace

unsigned orderIn(const Fit &fit, int k) { return fit.slope != 0 && k != 0 ? 0 : fit.order; }

bool isHeld(const Fit &fit, std::pair<int, View> place) {
  using enum Fit::Form;
  const auto [k, view] = place;
  switch (fit.form) {
  case TwoSided:
    return (k == fit.first && fit.below != Fit::Beyond::Exact) ||
           (k == fit.first + int(fit.segments) - 1 && fit.above != Fit::Beyond::Exact);
  case Halves:
    return k == int(fit.segments) / 2 - 1 &&
           (view == View::Left ? fit.below : fit.above) != Fit::Beyond::Exact;
  case Odd:
  case Even:
    return k == int(fit.segments) - 1 && fit.above != Fit::Beyond::Exact;
  default:
    return k == int(fit.segments) - 1 &&
           (view == View::Left ? fit.below : fit.above) != Fit::Beyond::Exact;
  }
}

TableSegment::TableSegment(const Fit &fit, unsigned entry, std::pair<int, View> place,
                           TaylorModel taylor, std::optional<Zero> zero, Side side,
                           std::optional<bool> rises, const FitLimits &limits)
    : fit(fit), entry(entry), place(place), isNextToZero(fit.slope != 0 && place.first == 0),
      hasZero(zero.has_value()), side(side), rises(rises), limits(limits),
      model(isNextToZero ? besideLine(taylor, fit) : taylor),
      leastQuotient(isNextToZero ? SegmentFit(taylor, zero, false).leastQuotient() : 0),
      segment(model, zero, fit.isOfPair, [&] {
        Tolerance tolerance = toleranceOf(fit, place.first, hasZero, rises.has_value(), limits);
        if (isNextToZero) {
          tolerance.leastResult = leastQuotient;
          tolerance.centre = 0;
          tolerance.isOneWay = tolerance.isWeighted = false;
        }
        return tolerance;
      }()) {}

Segment TableSegment::roundedAt(unsigned degree, std::optional<double> at) const {
  if (!isNextToZero)
    return segment.rounded(degree, at);
  Segment found = segment.rounded(degree - isDivided, at);
  const double end = model.centre + model.radius;
  double size = 0; // of all but the line
  for (std::size_t i = found.coefficients.size(); i-- > 0;)
    size = size * end + std::fabs(double(found.coefficients[i]));
  if (isDivided) {
    found.coefficients.insert(found.coefficients.begin(), 0.0f);
    found.relativeError += size / leastQuotient; // q is rounded
  } else {
    // Errors were counted of that, and the sum with the line is rounded.
    found.relativeError =
        found.relativeError * std::max(size / leastQuotient, 1.0) +
        (std::fabs(double(fit.slope)) * end + size - std::fabs(double(found.coefficients[0]))) /
            leastQuotient;
  }
  return found;
}

bool TableSegment::isInOrder(const Segment &found) const {
  return found.coefficients.size() > 1 &&
         stepsBack(fit, entry, found.coefficients, found.centre, *rises) == 0;
}

Segment TableSegment::rounded(unsigned degree) const {
  Segment best = roundedAt(degree, std::nullopt);
  if (!rises || isInOrder(best) || ulpsOf(best) > limits.mostUlps)
    return best;
  const std::vector<Segment> others = inOrder(degree, 1);
  return others.empty() ? best : others.front();
}

std::vector<Segment> TableSegment::inOrder(unsigned degree, std::size_t most) const {
  std::vector<Segment> result;
  const int k = std::abs(place.first);
  // Next to zero t − centre is to be exact. But in wide segments of a pair, where a line has too
  // many roundings, all of Horner's sums may have one sign from an end on, as an exponential's.
  constexpr double further[] = {1, -1, 0.5, -0.5, 0.25, -0.25},
                   near[] = {nextToZero, 0.75 * nextToZero, 0.5 * nextToZero, 0, 1, -1};
  constexpr std::size_t ofEnds = 2;
  const bool mayBeAtEnd =
      fit.form == Fit::Form::TwoSided && fit.order == 0 && fit.isOfPair && fit.segments < 32;
  std::span<const double> places(further);
  if (k == 1)
    places = std::span(near).first(std::size(near) - (mayBeAtEnd ? 0 : ofEnds));
  else if (k == 0)
    places = std::span(near).last(mayBeAtEnd && !isNextToZero ? ofEnds : 0);
  if (!hasZero)
    for (double at : places)
      if (Segment found = roundedAt(degree, place.first < 0 ? -at : at);
          ulpsOf(found) <= limits.mostUlps && isInOrder(found)) {
        result.push_back(std::move(found));
        if (result.size() == most)
          break;
      }
  return result;
}

double TableSegment::ulpsOf(const Segment &found) const {
  return ulpsWithin(found) + (isHeld(fit, place) ? side.settledTo + lostBeyond(fit) : 0);
}

/// Of a pair two sums come before that with c₀, of ramp and d·q and of the low part: what they are
/// of the result at most, where c₀ has their sign, or the other one.
double TableSegment::partJoined(const Segment &found, int sign) const {
  const double step = double(fit.step) * (1 + 0x1p-17), middle = place.first * step,
               end = middle + 0.5 * step,
               furthest = 0.5 * step + std::fabs(std::fabs(double(found.centre)) - middle),
               first = std::fabs(double(found.coefficients[0]));
  double size = 0, power = 1; // of d·q
  for (std::size_t i = 1; i < found.coefficients.size(); ++i) {
    power *= furthest;
    size += std::fabs(double(found.coefficients[i])) * power;
  }
  const double joined = size + (isNextToZero ? 0.5 : 1) * end, result = first + sign * joined;
  return result > joined ? joined / result : 1;
}

/// With n > 0 p is rounded, then multiplied; where it is added to a ramp or taken from a sum its
/// error counts as much as it is of the result. The last rounding counts whole: where the result
/// comes to lie on the other side of a power of two, its ulp is twice that of the truth.
double TableSegment::ulpsWithin(const Segment &found) const {
  // What a pair or a power lacks is there, but for the rest of that.
  const bool isMultiplied = fit.order > 0 && fit.slope == 0;
  const double low = fit.isOfPair || fit.order > 1 ? 0.01 : 0,
               onTable = (isNextToZero   ? found.relativeError + 1
                          : isMultiplied ? found.productError
                                         : found.sumError) +
                         low,
               // which may count on one side only
      ratio = limits.leastResult > 0 ? std::max(side.ratio, 1.0) : side.ratio;
  if (!isJoined(fit) && fit.form != Fit::Form::Reflect)
    return onTable;
  // Of a pair what is added to the ramp was rounded before; beyond the table the ramp is all, and
  // its low part left out.
  const double beyond = 2.5 + side.settledTo;
  if (fit.isOfPair && isJoined(fit) && fit.slope == 0)
    return std::max({onTable, (found.relativeError + 2) * ratio + 1 + low, beyond});
  // A ramp and d·q are rounded, and c₀ added: where that is of the result's sign what was rounded
  // is no larger than it.
  if (isJoined(fit) && fit.slope != 0) {
    const bool isSmaller = (found.coefficients[0] > 0) == (fit.form == Fit::Form::Ramp);
    if (fit.isOfPair)
      return std::max({onTable + (isNextToZero ? partJoined(found, -1) : 0),
                       found.relativeError * ratio + 1 + low +
                           2 * (isSmaller ? partJoined(found, 1) : 1 + ratio),
                       beyond});
    return std::max(onTable, found.relativeError * ratio + (isSmaller ? 2 : 2 + ratio));
  }
  return std::max(onTable, found.sumError * ratio + 1);
}

std::vector<unsigned> spread(unsigned segments) {
  std::vector<unsigned> result;
  for (unsigned step = 8; step >= 1; step /= 2)
    for (unsigned i = step / 2; i < segments; i += step)
      if (std::ranges::find(result, i) == result.end())
        result.push_back(i);
  return result;
}

} // namespace xphi::compiler
