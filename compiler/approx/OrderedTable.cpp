// What the search for a fit asks and does for order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/OrderedTable.h"

#include "approx/FitOrder.h"
#include "approx/FittedValue.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace xphi::compiler {

std::optional<bool> directionOf(const SmoothFunction &f) {
  constexpr double places[] = {-11.3, -4.7, -2.3, -1.1, -0.7, -0.37, -0.07, 0,
                               0.07,  0.37, 0.7,  1.1,  2.3,  4.7,   11.3};
  bool rises = true, falls = true;
  std::optional<double> before;
  for (double x : places) {
    const std::optional<reference::ArbBall> value = f.value(x);
    if (!value)
      return std::nullopt;
    const double here = value->nearest();
    rises &= !before || *before <= here;
    falls &= !before || here <= *before;
    if (!rises && !falls)
      return std::nullopt;
    before = here;
  }
  return rises == falls ? std::nullopt : std::optional(rises);
}

float lineAtZero(const SmoothFunction &f, const Fit &fit, View view) {
  const std::optional<TaylorModel> model = f.model(0, 0x1p-6, view, fit.order);
  const double slope = model ? model->coefficients[1 - fit.order] : 0;
  int exponent = 0;
  const double part = std::frexp(std::fabs(slope), &exponent);
  constexpr int most = 100;
  if (slope == 0 || std::abs(exponent) > most)
    return 0;
  return std::copysign(std::ldexp(1.0f, part > 0.9375 ? exponent : exponent - 1), float(slope));
}

bool mayStepBack(const Fit &fit, std::optional<bool> rises) {
  // An ordered product is what is found anyhow, and looked for no farther.
  const bool isFoundInOrder = fit.steps == Fit::Steps::OneWay && !fit.isOrderedProduct;
  if (!rises || isFoundInOrder || fit.order > 0)
    return rises && !isFoundInOrder;
  // Elsewhere c₀ is large beside the rest.
  std::vector<float> coefficients;
  for (unsigned power = 0; power <= fit.degree; ++power)
    coefficients.push_back(fit.coefficient(power, 0));
  constexpr double few = 20; // of 2^32
  return stepsBack(fit, 0, coefficients, fit.centres[0], *rises) >= few;
}

static void put(Fit &fit, unsigned entry, const Segment &segment) {
  fit.centres[entry] = segment.centre;
  for (unsigned power = 0; power <= fit.degree; ++power)
    fit.table[power * fit.segments + entry] = segment.coefficients[power];
}

void fillTable(Fit &fit, const std::vector<Segment> &found) {
  fit.table.resize((fit.degree + 1) * fit.segments);
  for (unsigned i = 0; i < fit.segments; ++i)
    put(fit, i, found[i]);
}

namespace {

/// The results of the exact evaluation beside an end of the table.
struct Beside {
  std::optional<float> below, above;
};

Beside besideEnds(const SmoothFunction &f, const Fit &fit) {
  const auto result = [&](Fit::Beyond beyond, float x) {
    const std::optional<reference::ArbBall> value =
        beyond == Fit::Beyond::Exact ? f.value(double(x)) : std::nullopt;
    return value ? std::optional(float(value->nearest())) : std::nullopt;
  };
  return {result(fit.below, std::nextafter(fit.low, -HUGE_VALF)),
          result(fit.above, std::nextafter(fit.high, HUGE_VALF))};
}

std::vector<float> stepsBackAt(const Fit &fit, const Beside &beside, bool rises) {
  std::vector<float> places = stepsBackAtBorders(fit, rises);
  const auto isBack = [&](float before, float after) {
    return rises ? before > after : before < after;
  };
  if (beside.below && isBack(*beside.below, *fittedValue(fit, fit.low)))
    places.push_back(fit.low);
  if (beside.above && isBack(*fittedValue(fit, fit.high), *beside.above))
    places.push_back(fit.high);
  return places;
}

} // namespace

bool mayBeOrderedProduct(const Fit &fit) {
  using enum Fit::Form;
  const bool isOfForm = fit.form == Odd ? fit.order > 1 : fit.form == TwoSided && fit.order == 1;
  return isOfForm && fit.slope == 0 && fit.degree > 0 && !fit.isOfPair && !fit.zero &&
         fit.pairs == 0 && fit.below != Fit::Beyond::Power && fit.above != Fit::Beyond::Power &&
         fit.coefficient(0, 0) > 0;
}

bool mendBorders(const SmoothFunction &f, Fit &fit, std::vector<Segment> &found,
                 const std::function<TableSegment(unsigned)> &segmentOf, bool rises) {
  const Beside beside = besideEnds(f, fit);
  const std::vector<float> all = stepsBackAt(fit, beside, rises);
  std::size_t left = all.size();
  for (float x : all)
    for (unsigned entry :
         {fittedPlace(fit, x).entry, fittedPlace(fit, std::nextafter(x, HUGE_VALF)).entry})
      for (Segment &other : segmentOf(entry).inOrder(fit.degree)) {
        if (left == 0)
          return true;
        Fit tried = fit;
        put(tried, entry, other);
        const std::size_t now = stepsBackAt(tried, beside, rises).size();
        if (now >= left)
          continue;
        left = now;
        fit = std::move(tried);
        found[entry] = std::move(other);
      }
  return left == 0;
}

bool orderProduct(const SmoothFunction &f, Fit &fit, std::vector<Segment> &found,
                  const std::function<TableSegment(unsigned)> &segmentOf, bool rises,
                  double mostUlps) {
  if (!mayBeOrderedProduct(fit))
    return false;
  const Fit before = fit;
  const std::vector<Segment> foundBefore = found;
  fit.isOrderedProduct = true;
  for (unsigned i = 0; i < fit.segments; ++i)
    found[i] = segmentOf(i).rounded(fit.degree);
  // d·q has the sign of x where x is a zero.
  if (found[0].centre == 0 && found[0].coefficients[1] >= 0)
    found[0].centre = -0.0f;
  fillTable(fit, found);
  double ulps = 0;
  if (mendBorders(f, fit, found, segmentOf, rises) && keepsOrder(fit))
    for (unsigned i = 0; i < fit.segments; ++i)
      ulps = std::max(ulps, segmentOf(i).ulpsOf(found[i]));
  if (0 < ulps && ulps <= mostUlps) {
    fit.ulps = ulps;
    fit.steps = Fit::Steps::OneWay;
    return true;
  }
  fit = before;
  found = foundBefore;
  return false;
}

} // namespace xphi::compiler
