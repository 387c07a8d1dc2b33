// The search for a fit: the form, the range, the least degree; each segment with its bound.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Fit.h"

#include "abi/ElementTypes.h"
#include "approx/AtZero.h"
#include "approx/CheaperFit.h"
#include "approx/FarOff.h"
#include "approx/FitOrder.h"
#include "approx/NearestFit.h"
#include "approx/OrderedTable.h"
#include "approx/PairFit.h"
#include "approx/Polynomial.h"
#include "approx/SegmentFit.h"
#include "approx/Settled.h"
#include "approx/Symmetries.h"
#include "approx/TableSegment.h"
#include "approx/TableZeros.h"
#include "approx/TaylorModel.h"
#include "approx/TriedTables.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <iterator>
#include <utility>

namespace xphi::compiler {
namespace {

using reference::ArbBall;

class Search {
public:
  /// `wanted`: of the tables of a search for the same that found none; the others will not do.
  Search(const SmoothFunction &f, const FitLimits &limits, std::vector<bool> wanted = {})
      : f(f), limits(limits), settledTo(limits.pairs          ? 0.25
                                        : limits.mostUlps > 4 ? 0.75 * limits.mostUlps
                                                              : 0.5),
        isRounded(limits.pairs && limits.termError == 0),
        spared(unsigned(std::log2(std::max(limits.mostUlps, 4.0) / 4) / 3)),
        wider(2 * unsigned(std::log2(32.0 / limits.segments))), wanted(std::move(wanted)) {}

  std::optional<Fit> run() {
    if (!limits.pairs && limits.isOrdered && !limits.elements && limits.mostUlps <= 4 &&
        limits.leastResult == 0)
      rises = directionOf(f);
    const Symmetries symmetries = symmetriesOf(f);
    sum = symmetries.sum;
    for (Fit::Form form : symmetries.forms)
      if (std::optional<Fit> found = ofSymmetry(form))
        return found;
    return ofTwoSides();
  }

  /// Where that found none: of some segments more may be told in parts.
  std::optional<Fit> untold(const SmoothFunction &inParts) const {
    if (made.untold().empty())
      return std::nullopt;
    if (!made.areByLuck()) {
      Search shortest(inParts, limits, made.untoldOfShortest());
      shortest.hardest = hardest;
      if (!shortest.run() && !shortest.made.areByLuck())
        return std::nullopt;
    }
    inParts.beginSearch();
    return Search(inParts, limits, made.untold()).run();
  }

private:
  // ---- where a function has settled

  bool isSettled(double end, unsigned power) const {
    return compiler::isSettled(f, end, power, 0.4 * settledTo * unit,
                               power == 0 ? limits.leastResult : 0);
  }
  bool isNegligible(double end, double scale, unsigned power) const {
    return compiler::isNegligible(f, end, 0.4 * settledTo * unit * scale, power);
  }

  /// From where on f comes to less than what counts.
  std::optional<double> fadedFrom(View view) const {
    if (limits.leastResult == 0)
      return std::nullopt;
    const double sign = view == View::Left ? -1 : 1;
    return firstWhere([&](double t) { return isNegligible(sign * t, limits.leastResult, 0); });
  }

  // Far out, where a function may fade and a table is best ended; soon, where it is steep.
  template <class Predicate> std::optional<double> firstWhere(Predicate holds) const {
    const bool mayFade = limits.leastResult > 0;
    double low = 1, high = mayFade ? 28 : 20;
    if (!holds(high))
      return std::nullopt;
    for (; !mayFade && low > 0x1p-7 && holds(low); low /= 2)
      high = low;
    while (high - low > (mayFade ? 0.05 : 0.25 * std::min(high, 1.0)))
      (holds(0.5 * (low + high)) ? high : low) = 0.5 * (low + high);
    return high;
  }

  // ---- tables

  /// How far out a table may reach where the function goes on, and at what degree: beyond nearly
  /// all the data there is, at little cost; else less far, at some.
  struct Reach {
    double end;
    unsigned degree;
  };
  static constexpr Reach reaches[] = {{18.5, 6}, {12.5, 6}, {9.5, 7}, {6, 8},
                                      {5.25, 8}, {4.5, 8},  {4, 8},   {3.75, 8}};
  static constexpr double far = 12.5, near = 9.5, nearer = 4;
  /// Of pairs it is tried first: its segments are the shortest, at the highest degree there is, so
  /// where it does not do none will.
  static constexpr const Reach &nearestReach = reaches[std::size(reaches) - 1];

  std::optional<Fit> ofSymmetry(Fit::Form form) {
    const bool isRamp = form == Fit::Form::Ramp || form == Fit::Form::Fall,
               isWhole = form == Fit::Form::Odd || form == Fit::Form::Even;
    const View view = isWhole || form == Fit::Form::Fall ? View::Right : View::Left;
    const std::optional<unsigned> order = f.orderAtZero(view);
    if (!order || (form == Fit::Form::Odd && *order == 0) || (isRamp && *order > 1) ||
        (form == Fit::Form::Reflect && *order != 0) || jumpsAtZero(f, *order, bothSides))
      return std::nullopt;
    Fit fit;
    fit.form = form;
    fit.order = *order;
    fit.sum = float(sum);
    std::optional<double> settled;
    if (!isWhole) {
      // What is joined to a table has no segment whose error it is.
      if (limits.pairs && !isRounded)
        settledTo = 0.25 * limits.termError / unit;
      const double sign = view == View::Left ? -1 : 1;
      settled = firstWhere([&](double t) {
        return isRamp ? isNegligible(sign * t, 1, 1) && isSettled(-sign * t, 1)
                      : isNegligible(sign * t, std::fabs(sum), 0) && isSettled(-sign * t, 0);
      });
    } else if ((settled = firstWhere([&](double t) { return isSettled(t, 0); }))) {
      fit.below = fit.above = Fit::Beyond::Constant;
    } else if (*order > 0 &&
               (settled = firstWhere([&](double t) { return isSettled(t, *order); }))) {
      fit.below = fit.above = Fit::Beyond::Power;
    }
    const bool both = settled && isWhole;
    // A table to where the function has faded needs no branch; one that ends beyond nearly all data
    // may cost a degree less.
    std::optional<Fit> best;
    if (const std::optional<double> faded = settled && !isWhole ? fadedFrom(view) : std::nullopt) {
      fit.below = fit.above = Fit::Beyond::Constant;
      mostDegree = limits.mostDegree + wider;
      best = withTable(fit, std::max(*settled, *faded), view);
      fit.below = fit.above = Fit::Beyond::Exact;
    }
    const bool hasFaded = best.has_value();
    const auto reaching = [&](const Reach &to) {
      const double end = both ? *settled : to.end;
      mostDegree = both ? limits.mostDegree + wider
                   : best && (limits.pairs || hasFaded)
                       ? best->degree - 1
                       : std::min(to.degree - spared, limits.mostDegree) + wider;
      if (!isWhole)
        (view == View::Left ? fit.above : fit.below) =
            settled && *settled <= end ? Fit::Beyond::Constant : Fit::Beyond::Exact;
      return withTable(fit, end, view);
    };
    if (limits.pairs && !both && !reaching(nearestReach))
      return best;
    for (const Reach &to : reaches) {
      if (settled && *settled + 3 < to.end && to.end > near)
        continue;
      if (limits.pairs ? isFarEnough(best, to.end)
                       : hasFaded && (best->degree == 0 || to.end < far))
        break;
      std::optional<Fit> found = reaching(to);
      if (limits.pairs && !both)
        takeCheaper(best, std::move(found));
      else if (both)
        return found;
      else if (isTaken(best, std::move(found), to.end))
        break;
    }
    return lighter(best, reaching);
  }

  Settled settle(double sign, unsigned order) const {
    Settled found;
    if ((found.from = firstWhere([&](double t) { return isSettled(sign * t, 0); })))
      found.beyond = Fit::Beyond::Constant;
    else if (order > 0 &&
             (found.from = firstWhere([&](double t) { return isSettled(sign * t, order); })))
      found.beyond = Fit::Beyond::Power;
    return found;
  }

  std::optional<Fit> leftOfLine(unsigned order) {
    Fit fit;
    fit.form = Fit::Form::LeftOfLine;
    fit.order = order;
    fit.line = lineToTheRight(f, order);
    constexpr View left[] = {View::Left};
    if (!fit.line || (jumpsAtZero(f, order, left) &&
                      !(fit.atZero = order == 0 ? pairOf(f.value(0)) : std::nullopt)))
      return std::nullopt;
    const Settled below = settle(-1, order);
    std::optional<Fit> best;
    for (const auto [reach, degree] : reaches) {
      if (isFarEnough(best, reach))
        break;
      mostDegree = std::min(degree, limits.mostDegree) + wider;
      const double end = std::min(below.from.value_or(reach), reach);
      fit.below = below.beyondEnd(end);
      takeCheaper(best, withTable(fit, end, View::Left));
    }
    return best;
  }

  std::optional<Fit> ofTwoSides() {
    const std::optional<unsigned> order = f.orderAtZero(View::Right);
    if (!order || f.orderAtZero(View::Left) != order)
      return std::nullopt;
    Fit fit;
    fit.form = f.model(0, 0x1p-6, View::Through, *order) ? Fit::Form::TwoSided : Fit::Form::Halves;
    if (isRounded && fit.form == Fit::Form::Halves)
      if (std::optional<Fit> found = leftOfLine(*order))
        return found;
    if (fit.form == Fit::Form::Halves && jumpsAtZero(f, *order, bothSides) &&
        !(fit.atZero = isRounded && *order == 0 ? pairOf(f.value(0)) : std::nullopt))
      return std::nullopt;
    fit.order = *order;
    fit.segments = limits.segments;
    const Settled below = settle(-1, *order), above = settle(1, *order);
    double lastLow = 0, lastHigh = 0;
    const auto reaching = [&](const Reach &to) -> std::optional<Fit> {
      const bool isWhole =
          std::max(below.from.value_or(HUGE_VAL), above.from.value_or(HUGE_VAL)) <= to.end;
      mostDegree =
          (isWhole ? limits.mostDegree : std::min(to.degree - spared, limits.mostDegree)) + wider;
      double down = std::min(below.from.value_or(to.end), to.end),
             up = std::min(above.from.value_or(to.end), to.end);
      if (fit.form == Fit::Form::Halves)
        down = up = std::max(down, up);
      if (std::exchange(lastLow, down) == down && std::exchange(lastHigh, up) == up)
        return std::nullopt;
      lastHigh = up;
      fit.form == Fit::Form::Halves ? setHalves(fit, up) : setRow(fit, down, up);
      fit.below = below.beyondEnd(std::max(down, -double(fit.low)));
      fit.above = above.beyondEnd(std::max(up, double(fit.high)));
      return fit.form == Fit::Form::Halves ? withHalves(fit) : withRow(fit);
    };
    std::optional<Fit> best, nearest;
    if (limits.pairs && !(nearest = reaching(nearestReach)))
      return std::nullopt;
    for (const Reach &to : reaches) {
      if (limits.pairs && isFarEnough(best, to.end))
        break;
      std::optional<Fit> found = reaching(to);
      if (limits.pairs)
        takeCheaper(best, std::move(found));
      else if (isTaken(best, std::move(found), to.end))
        break;
    }
    return best ? lighter(best, reaching) : std::move(nearest);
  }

  /// Whether this is the one: the first that is found, or, where its results may step back, one
  /// not much shorter, if its do not; of few segments, one that reaches far enough.
  bool isTaken(std::optional<Fit> &best, std::optional<Fit> found, double reach) const {
    const bool isInOrder = found && !mayStepBack(*found, rises);
    if (isInOrder || (found && !best))
      best = std::move(found);
    return isInOrder || (best && rises && reach <= (wider > 0 ? nearer : near));
  }
  /// The same with a degree less and less far out, if that is still far enough. Order is worth a
  /// degree.
  template <class Reaching>
  std::optional<Fit> lighter(std::optional<Fit> found, Reaching reaching) const {
    if (limits.pairs || !found)
      return found;
    if (wider > 0 && (!rises || mayStepBack(*found, rises)))
      found = muchLighter(std::move(*found), reaching);
    if (rises || found->degree != 6 - spared + wider)
      return found;
    for (const double end : {far, near})
      if (end < std::max(-found->low, found->high) * 0.99)
        if (std::optional<Fit> other = reaching(Reach{end, 5}))
          return other;
    return found;
  }
  /// Where a look-up takes as long as several instructions two degrees less are worth a table to 6,
  /// and one to 4.5 if it takes twice as long.
  template <class Reaching> std::optional<Fit> muchLighter(Fit found, Reaching reaching) const {
    const unsigned less = 2 + wider - spared;
    for (const double end : {6.0, 4.5})
      if (end < std::max(-found.low, found.high) * 0.99 && found.degree >= less &&
          (end >= 6 || found.segments == 16))
        if (std::optional<Fit> other = reaching(Reach{end, found.degree - less}))
          found = std::move(*other);
    return found;
  }
  // Of pairs, which reach costs least is seen when all are there.
  bool isFarEnough(const std::optional<Fit> &found, double reach) const {
    return found && reach < (isRounded ? 4.5 : 6);
  }

  std::optional<Fit> withTable(Fit fit, double end, View view) {
    fit.segments = limits.segments;
    fit.step = stepOf(end / (fit.segments - 0.5));
    fit.high = endOf(fit.step * (fit.segments - 0.5));
    fit.low = -fit.high;
    const auto place = [&](unsigned i) { return std::pair(int(i), view); };
    const bool isOdd = fit.form == Fit::Form::Odd && fit.order == 1;
    return isOdd ? withLineOrWithout(fit, view, place) : withoutLineOrWith(fit, view, place);
  }

  /// Without the line, of a function that goes one way, results step back; with it the code is as
  /// fast, a degree higher even, unless a look-up is two.
  template <class Place>
  std::optional<Fit> withLineOrWithout(const Fit &fit, View view, Place place) {
    std::optional<Fit> found;
    if (rises && fit.below != Fit::Beyond::Power && fit.above != Fit::Beyond::Power)
      found = withLine(fit, view, place);
    if (found && (fit.form == Fit::Form::Odd || fit.segments != 16))
      return found;
    std::optional<Fit> without = fill(fit, place);
    return found && (!without || found->degree <= without->degree) ? found : without;
  }

  /// With a line the code takes three instructions more.
  template <class Place>
  std::optional<Fit> withoutLineOrWith(const Fit &fit, View view, Place place) {
    std::optional<Fit> found = fill(fit, place);
    if (found && fit.order == 0 && mayStepBack(*found, rises))
      if (std::optional<Fit> better = withLine(fit, view, place))
        return better;
    return found;
  }

  template <class Place> std::optional<Fit> withLine(Fit fit, View view, Place place) {
    fit.slope = lineAtZero(f, fit, view);
    return fit.slope != 0 ? fill(std::move(fit), place) : std::nullopt;
  }

  void setHalves(Fit &fit, double end) const {
    const unsigned half = fit.segments / 2;
    fit.step = stepOf(end / (half - 0.5));
    fit.high = endOf(fit.step * (half - 0.5));
    fit.low = -fit.high;
  }

  std::optional<Fit> withHalves(Fit fit) {
    return fill(std::move(fit), [half = fit.segments / 2](unsigned i) {
      return std::pair(int(i % half), i < half ? View::Right : View::Left);
    });
  }

  void setRow(Fit &fit, double down, double up) const {
    const int segments = int(fit.segments);
    fit.step = stepOf((down + up) / (segments - 1.0));
    fit.first = -int(std::ceil(down / fit.step - 0.5));
    fit.low = -endOf((0.5 - fit.first) * fit.step);
    fit.high = endOf((fit.first + segments - 0.5) * fit.step);
  }

  std::optional<Fit> withRow(const Fit &fit) {
    const auto place = [first = fit.first, segments = int(fit.segments)](unsigned i) {
      const int entry = int(i);
      return std::pair(entry < first + segments ? entry : entry - segments, View::Through);
    };
    return fit.order == 1 && !limits.isOfPair ? withLineOrWithout(fit, View::Through, place)
                                              : withoutLineOrWith(fit, View::Through, place);
  }

  float stepOf(double width) const { return limits.pairs ? fewBits(width) : float(width); }
  /// A little inside, so that rounding t/step does not lead beyond the table.
  static float endOf(double end) { return float(end * (1 - 0x1p-18)); }
  /// Where the last table failed comes first, then ever more closely spread ones: a table that
  /// fails does so soon.
  template <class Place> std::vector<unsigned> order(const Fit &fit, Place place) const {
    std::vector<unsigned> result = spread(fit.segments);
    const auto distance = [&](unsigned i) {
      const auto [k, view] = place(i);
      return view == hardest.second ? std::fabs(k * double(fit.step) - hardest.first) : HUGE_VAL;
    };
    const auto first = std::ranges::min_element(result, {}, distance);
    std::rotate(result.begin(), first, first + 1);
    return result;
  }

  /// Of a form's identity, where pairs are joined to something: what their bounds have room for.
  double mostLeft() const { return isRounded ? 0x1p-43 : 0.125 * limits.termError; }

  template <class Place> std::optional<Fit> fill(Fit fit, Place place) {
    made.begin(fit);
    if (const std::size_t number = tried++; number < wanted.size() && !wanted[number])
      return std::nullopt;
    std::optional<Fit> found = filled(std::move(fit), place);
    if (found)
      wanted.clear(); // from here on others are tried
    return found;
  }

  template <class Place> std::optional<Fit> filled(Fit fit, Place place) {
    fit.isOfPair = limits.isOfPair;
    using enum Fit::Form;
    const bool isMirrored = fit.form != TwoSided && fit.form != Halves && fit.form != LeftOfLine;
    // Of two models a hundredth of a rounding may be left.
    const double radius = 0.5 * fit.step * (1 + (fit.isOfPair ? 0x1p-17 : 0x1p-18)),
                 leftOut = isRounded      ? 0x1p-46
                           : limits.pairs ? std::min(0x1p-6 * limits.termError, 0x1p-32)
                           : isMirrored   ? 0x1p-32
                                          : 0x1p-30,
                 most = std::max(0x1p-14, 64 * limits.mostUlps * unit),
                 useless = limits.leastResult > 0 ? HUGE_VAL : most;
    fit.centres.resize(fit.segments);
    TableZeros zeros(f, fit, radius);
    const auto zeroOf = [&](unsigned i) { return zeros.in(place(i)); };
    std::vector<TaylorModel> taylor(fit.segments);
    std::vector<double> ratios(fit.segments);
    const auto segmentOf = [&](unsigned i) {
      return TableSegment(fit, i, place(i), taylor[i], zeroOf(i), {ratios[i], settledTo}, rises,
                          limits);
    };
    fit.least = HUGE_VAL;
    std::vector<Segment> found(fit.segments);
    const std::vector<unsigned> entries = order(fit, place);
    const auto isHard = [&](unsigned i) {
      return isFarOff(f, fit, {i, place(i), radius, zeroOf(i)}, mostDegree, limits, ofPair());
    };
    bool isOpen = false;
    if (isHard(entries.front()))
      return std::nullopt;
    // Before a model takes long all segments are looked at.
    const auto isVain = [&] {
      const auto found =
          lookedAt.holds(fit, mostDegree) ? entries.end() : std::ranges::find_if(entries, isHard);
      if (found == entries.end())
        return lookedAt = {fit.form, fit.step, mostDegree}, false;
      hardest = {place(*found).first * double(fit.step), place(*found).second};
      return true;
    };
    for (unsigned i : entries) {
      const auto [k, view] = place(i);
      hardest = {k * double(fit.step), view};
      if (++models > mostModels)
        return std::nullopt;
      std::optional<TaylorModel> model =
          f.model(k * double(fit.step), radius, view, orderIn(fit, k), leftOut, isVain, useless);
      if (!model)
        return std::nullopt;
      const bool isOpenHere = !(model->rest <= leftOut * std::fabs(model->coefficients[0]));
      isOpen |= isOpenHere;
      taylor[i] = std::move(*model);
      if (const std::optional<double> zero = f.zeroIn(taylor[i], view, orderIn(fit, k));
          zero && !(std::fabs(*zero) < nearest) &&
          !zeros.add(*zero, fit, !fit.isOfPair && !limits.pairs))
        return made.failed(false, true), std::nullopt;
      const bool isNearZero = zeros.isNear(place(i));
      if (isMirrored) {
        const View there = view == View::Left ? View::Right : View::Left;
        const std::optional<TaylorModel> other =
            f.model(taylor[i].centre, radius, there, orderIn(fit, k), leftOut);
        const Mirror found = other ? mirror(fit, taylor[i], *other) : Mirror();
        if (!found.holds || (limits.pairs && !(found.left <= mostLeft())))
          return made.failed(isOpenHere, isNearZero), std::nullopt;
        ratios[i] = found.ratio;
      }
      if (limits.pairs && isHopeless(fit, {taylor[i], zeroOf(i)}, ofPair()))
        return made.failed(isOpenHere, isNearZero), std::nullopt;
      if (limits.pairs)
        continue;
      const TableSegment segment = segmentOf(i);
      auto isGood = [&] {
        if (!segment.isEnough(fit.degree))
          return false;
        found[i] = segment.rounded(fit.degree);
        return segment.ulpsOf(found[i]) <= (zeroOf(i) ? limits.mostUlpsAtZero : limits.mostUlps);
      };
      while (!isGood())
        if (++fit.degree > mostDegree)
          return made.failed(isOpenHere, isNearZero), std::nullopt;
    }
    made.failed(isOpen, fit.zero.has_value());
    if (limits.pairs)
      return ofPairs(std::move(fit), std::move(taylor), zeroOf);
    proveSettled(f, limits, settledTo, fit);
    for (unsigned i = 0; i < fit.segments; ++i)
      if (found[i].coefficients.size() <= fit.degree)
        found[i] = segmentOf(i).rounded(fit.degree);
    fillTable(fit, found);
    const bool areBordersKept = rises && mendBorders(f, fit, found, segmentOf, *rises);
    for (unsigned i = 0; i < fit.segments; ++i) {
      double &ulps = zeroOf(i) ? fit.ulpsAtZero : fit.ulps;
      ulps = std::max(ulps, segmentOf(i).ulpsOf(found[i]));
      if (fit.order == 0)
        fit.least = std::min(fit.least, leastResult(taylor[i], found[i], zeroOf(i)));
    }
    // Where there is a ramp or a sum it is all there is beyond, but for what was left when it
    // settled.
    if (isMirrored && (fit.below != Fit::Beyond::Exact || fit.above != Fit::Beyond::Exact))
      fit.ulps = std::max(fit.ulps, settledTo + 2);
    if (fit.order > 0) {
      fit.firstNormal = float(std::pow(0x1p-124 / fit.slopeAtZero(), 1.0 / fit.order));
      if (fit.order > 1)
        fit.smallest = float(std::exp2(-100.0 / fit.order));
      fit.least = 0;
    }
    if (!(fit.ulps <= limits.mostUlps && fit.ulpsAtZero <= limits.mostUlpsAtZero))
      return std::nullopt;
    if (rises)
      fit.steps = areBordersKept && keepsOrder(fit) ? Fit::Steps::OneWay : Fit::Steps::Unknown;
    if (fit.steps == Fit::Steps::Unknown)
      orderProduct(f, fit, found, segmentOf, *rises, limits.mostUlps);
    return std::optional(std::move(fit));
  }

  template <class ZeroOf>
  std::optional<Fit> ofPairs(Fit fit, std::vector<TaylorModel> taylor, ZeroOf zeroOf) const {
    std::vector<PairSegment> segments;
    for (unsigned i = 0; i < fit.segments; ++i) {
      const std::optional<Zero> zero = zeroOf(i);
      // The difference to the float next to it must be exact.
      if (zero && std::fabs(zero->place) < 2 * fit.step)
        return std::nullopt;
      segments.push_back({std::move(taylor[i]), zero});
    }
    fit.isTerm = !isRounded;
    if (!fillWithPairs(fit, segments, ofPair()))
      return std::nullopt;
    proveSettled(f, limits, settledTo, fit); // takes as long as a table that will not do
    if (isRounded)
      takeLimits(f, settledTo, fit);
    else
      boundTerm(fit, segments, ofTerm());
    return std::optional(std::move(fit));
  }

  TermTolerance ofTerm() const {
    return {limits.termError, limits.mostTermError, settledTo, mostLeft() / unit, mostDegree};
  }
  PairTolerance ofPair() const { return isRounded ? PairTolerance() : ofTable(ofTerm()); }

  const SmoothFunction &f;
  const FitLimits &limits;
  double settledTo;      ///< units that a function beyond an end may still change by
  const bool isRounded;  ///< pairs are rounded to the nearest float
  const unsigned spared; ///< degrees that a table far out may cost less than at 4 ulp
  const unsigned wider;  ///< degrees more that fewer segments may cost
  double sum = 0;
  std::optional<bool> rises; ///< results, or fall, and are to do so from float to float
  unsigned mostDegree = 0;
  static constexpr double nearest = 0x1p-6;                    // of zeros that are looked for
  std::pair<double, View> hardest = {HUGE_VAL, View::Through}; ///< where the last table failed
  unsigned models = 0;                                         ///< made so far
  std::vector<bool> wanted;
  std::size_t tried = 0; ///< tables
  NoneFarOff lookedAt;
  TriedTables made;
  static constexpr unsigned mostModels = 400; // some 60 µs each
};

} // namespace

std::optional<Fit> findFit(const std::shared_ptr<const dsl::Program> &program,
                           dsl::DefinitionIndex definition, const FitLimits &limits) {
  return findFit(FunctionModels(program, definition), limits);
}

std::optional<Fit> findFit(const FunctionModels &models, const FitLimits &limits) {
  models.beginSearch();
  const bool areWide = limits.segments < 32;
  const SmoothFunction &f = areWide ? models.inParts : models.whole;
  const auto search = [&](FitLimits with) {
    Search whole(f, with);
    std::optional<Fit> fit = whole.run();
    if (!fit && !areWide)
      fit = whole.untold(models.inParts);
    if (!fit && limits.moreSegments > with.segments) {
      with.segments = limits.moreSegments;
      fit = Search(f, with).run();
    }
    return fit;
  };
  if (!limits.elements)
    return search(limits);
  // The machine need not have as many segments as tell the elements.
  FitLimits telling = limits;
  telling.segments = std::max(limits.segments, FitLimits().segments);
  std::optional<Fit> fit = search(telling);
  if (fit && formatOf(limits.elements->output) == ElementFormat::Ieee)
    if (std::optional<Fit> cheaper = cheaperFit(*fit, f, limits))
      return cheaper;
  if (telling.segments != limits.segments)
    fit = search(limits);
  if (fit)
    fit->isNearest = makeNearest(*fit, f, *limits.elements);
  return fit;
}

} // namespace xphi::compiler
