// The least degree at which each segment has a polynomial between its inputs' bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/CheaperFit.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "approx/FittedValue.h"
#include "approx/WithinBounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace xphi::compiler {
namespace {

using Ties = Fit::Ties;

constexpr double unitOfFloat = 0x1p-24;
constexpr std::size_t mostExceptions = 3;

/// What may come out for an input.
struct Wanted {
  float x;
  double low, high;       ///< where there is room on either side
  float value;            ///< all but the truth, of the truth's sign
  bool withLow, withHigh; ///< may it be an end: a tie

  bool holds(float result) const {
    const double number = double(result);
    return (low < number || (withLow && number == low)) &&
           (number < high || (withHigh && number == high)) &&
           (result != 0 || std::signbit(result) == std::signbit(value));
  }
};

/// The inputs within the table of the accurate fit, small ones first.
class AllWanted {
public:
  AllWanted(const Fit &accurate, const SmoothFunction &function,
            const FitLimits::Elements &elements)
      : ties(elements.output != ElementType::BF16 ? Ties::ToEven
             : elements.isFactor                  ? Ties::None
                                                  : Ties::Up),
        accurate(accurate), function(function), fraction(fractionBits(elements.output)),
        leastExponent(1 - exponentBias(elements.output)),
        overflow(largestElement(elements.output) +
                 0.5 * ulpOf(largestElement(elements.output), elements.output)),
        isFactor(elements.isFactor) {
    const std::uint64_t patterns = std::uint64_t(1) << (8 * sizeOf(elements.input) - 1);
    for (std::uint64_t size = 1; size < patterns; ++size)
      for (std::uint64_t sign : {std::uint64_t(0), patterns})
        if (const double x = valueOf(size | sign, elements.input); std::isfinite(x))
          add(float(x));
  }

  std::vector<Wanted> wanted;
  std::vector<float> unknown; ///< inputs whose results are next to the middle
  /// Of bf16 hardly any are ties but for half a subnormal element, and next to that the truth may
  /// lie above; another rule than to even takes fewer instructions there.
  const Fit::Ties ties;

private:
  void add(float x) {
    const std::optional<float> value = fittedValue(accurate, x);
    if (!value)
      return;
    const double ulps = std::max(accurate.ulps, accurate.ulpsAtZero) + 1,
                 size = std::fabs(double(*value)), width = ulps * unitOfFloat * size + 0x1p-149;
    std::optional<Wanted> found = around(x, double(*value), width);
    if (!found)
      if (const std::optional<reference::ArbBall> truth = function.value(x))
        found = around(x, truth->nearest(), 0x1p-50 * std::fabs(truth->nearest()));
    if (!found)
      found = besideTie(x, double(*value));
    if (!found) {
      unknown.push_back(x);
      return;
    }
    if (isFactor) {
      // An ulp is more than 2^-(fraction + 1) of a number; the product and what is known err, too.
      const double part = std::ldexp(1.0, -fraction - 9) - (ulps + 2) * unitOfFloat;
      found->low = std::max(found->low, double(*value) - part * size);
      found->high = std::min(found->high, double(*value) + part * size);
    }
    wanted.push_back(*found);
  }

  /// Nothing where it rounds to one of two elements.
  std::optional<Wanted> around(float x, double value, double width) const {
    const double size = std::fabs(value);
    if (std::isinf(size))
      return infinite(x, value);
    const double quantum = quantumOf(size), whole = std::nearbyint(size / quantum);
    if (std::fabs(size - whole * quantum) + width >= 0.5 * quantum)
      return std::nullopt;
    const bool isPowerOfTwo =
        whole == std::ldexp(1.0, fraction) && quantum > std::ldexp(1.0, leastExponent - fraction);
    const double low = whole == 0 ? 0 : (whole - (isPowerOfTwo ? 0.25 : 0.5)) * quantum,
                 high = (whole + 0.5) * quantum;
    if (high > overflow)
      return infinite(x, value);
    // A zero is its own lower bound.
    const double least = whole == 0 ? -0x1p-149 : low;
    const bool isEven = whole != 0 && std::fmod(whole, 2) == 0,
               withLow = ties == Ties::ToEven ? isEven : ties == Ties::Up,
               withHigh = ties == Ties::ToEven && isEven;
    return std::signbit(value) ? Wanted{x, -high, -least, float(value), withLow, withHigh}
                               : Wanted{x, least, high, float(value), withLow, withHigh};
  }

  /// On the right side of the middle that the value is next to.
  std::optional<Wanted> besideTie(float x, double value) const {
    const double quantum = quantumOf(value), middle = (std::floor(value / quantum) + 0.5) * quantum;
    const std::optional<bool> isAbove = function.isAbove(double(x), middle);
    if (!isAbove)
      return std::nullopt;
    std::optional<Wanted> found = around(x, middle + (*isAbove ? 0.25 : -0.25) * quantum, 0);
    if (found)
      found->value = float(value);
    return found;
  }

  double quantumOf(double value) const {
    return std::ldexp(1.0, std::max(std::ilogb(value), leastExponent) - fraction);
  }

  Wanted infinite(float x, double value) const {
    return value < 0 ? Wanted{x, -HUGE_VAL, -overflow, float(value), true, ties == Ties::ToEven}
                     : Wanted{x, overflow, HUGE_VAL, float(value), true, true};
  }

  const Fit &accurate;
  const SmoothFunction &function;
  const int fraction, leastExponent;
  const double overflow; ///< is the least number that rounds to infinity
  const bool isFactor;
};

class Cheaper {
public:
  Cheaper(const Fit &accurate, const AllWanted &all, const FitLimits &limits)
      : accurate(accurate), all(all), segments(limits.segments), mostDegree(limits.mostDegree),
        fraction(fractionBits(limits.elements->output)) {}

  std::optional<Fit> run() {
    const unsigned last =
        segments == accurate.segments ? std::min(accurate.degree, mostDegree) : mostDegree;
    std::optional<Fit> best;
    for (unsigned degree = 1; degree <= last && (!best || degree < costOf(*best)); ++degree)
      if (std::optional<Fit> fit = ofDegree(degree); fit && (!best || costOf(*fit) < costOf(*best)))
        best = std::move(fit);
    return best ? simplified(std::move(*best)) : std::optional<Fit>();
  }

private:
  struct Table {
    Fit fit;                              ///< without coefficients
    std::vector<std::vector<Gate>> gates; ///< by segment, for the polynomial
    std::vector<std::vector<const Wanted *>> inputs;
  };

  /// Ends nearer to zero make it easier: where they do not help none further out will do.
  std::optional<Fit> ofDegree(unsigned degree) {
    const Table *nearest = nullptr;
    for (std::size_t i = std::size(reaches); i-- > 0 && !nearest;)
      nearest = tableOf(i);
    std::optional<Fit> easiest = nearest ? filled(*nearest, degree) : std::nullopt;
    if (!easiest)
      return std::nullopt;
    for (std::size_t i = 0; i < std::size(reaches); ++i)
      if (const Table *table = tableOf(i); table && table != nearest)
        if (std::optional<Fit> fit = filled(*table, degree);
            fit && costOf(*fit) <= costOf(*easiest))
          return fit;
    return easiest;
  }

  /// Null where there is none.
  const Table *tableOf(std::size_t i) {
    if (!isMade[i])
      tables[i] = tableTo(reaches[i]);
    isMade[i] = true;
    return tables[i] ? &*tables[i] : nullptr;
  }

  /// Of a coefficient two instructions, of a comparison as many, which wait for each other.
  static std::size_t costOf(const Fit &fit) {
    return fit.degree + 2 * fit.exceptions.size() + 2 * (fit.firstNearest > 0);
  }

  /// Whose ends are no further out than that.
  std::optional<Table> tableTo(double reach) const {
    Table table{accurate, {}, {}};
    Fit &fit = table.fit;
    if (reach < std::max(-double(fit.low), double(fit.high)) || fit.segments != segments)
      setEnds(fit, reach);
    else if (reach < HUGE_VAL)
      return std::nullopt;
    if (!fit.zero)
      fit.centres.clear();
    table.gates.resize(fit.segments);
    table.inputs.resize(fit.segments);
    for (const Wanted &each : all.wanted)
      if (!isBeyond(fit, each.x) && !addGate(table, each))
        return std::nullopt;
    for (std::vector<Gate> &gates : table.gates)
      if (!merge(gates))
        return std::nullopt;
    return table;
  }

  static bool isBeyond(const Fit &fit, float x) {
    return x < fit.lowest() || x > fit.highest() || std::fabs(x) < fit.smallest;
  }

  /// What step and ends of a fit for f32 are is in Fit.cpp.
  void setEnds(Fit &fit, double reach) const {
    const double down = std::min(-double(fit.low), reach), up = std::min(double(fit.high), reach);
    constexpr double inside = 1 - 0x1p-18;
    const int count = int(segments);
    fit.segments = segments;
    if (fit.form == Fit::Form::TwoSided) {
      fit.step = float((down + up) / (count - 1.0));
      fit.first = -int(std::ceil(down / double(fit.step) - 0.5));
      fit.low = float((fit.first - 0.5) * double(fit.step) * inside);
      fit.high = float((fit.first + count - 0.5) * double(fit.step) * inside);
    } else {
      const double ends = (fit.form == Fit::Form::Halves ? count / 2 : count) - 0.5;
      fit.step = float(up / ends);
      fit.high = float(ends * double(fit.step) * inside);
      fit.low = -fit.high;
    }
    // Beyond those ends nothing is known.
    if (fit.below == Fit::Beyond::Exact)
      fit.low = std::max(fit.low, accurate.low);
    if (fit.above == Fit::Beyond::Exact)
      fit.high = std::min(fit.high, accurate.high);
    if (!fit.zero)
      return;
    fit.centres.resize(segments);
    for (int i = 0; i < count; ++i)
      fit.centres[std::size_t(i)] = centreOf(fit, i);
  }

  /// The k of the segment with this place in the table.
  static int numberOf(const Fit &fit, int entry) {
    const int segments = int(fit.segments);
    if (fit.form == Fit::Form::Halves)
      return entry % (segments / 2);
    const bool isBelow = fit.form == Fit::Form::TwoSided && entry >= fit.first + segments;
    return isBelow ? entry - segments : entry;
  }

  /// The middle, and where there is a zero the float next to it.
  static float centreOf(const Fit &fit, int entry) {
    const float middle = float(numberOf(fit, entry) * double(fit.step)),
                zero = fit.form == Fit::Form::TwoSided ? *fit.zero : std::fabs(*fit.zero);
    return std::fabs(zero - middle) <= 0.5f * fit.step ? zero : middle;
  }

  /// The result is a + b·p.
  struct Line {
    double a, b;
  };
  static Line lineOf(const Fit &fit, float x) {
    switch (fit.form) {
    case Fit::Form::Ramp:
    case Fit::Form::Fall:
      return {double(fit.form == Fit::Form::Ramp ? std::max(x, 0.0f) : std::min(x, 0.0f)),
              fit.order == 0 ? 1 : double(fittedPlace(fit, x).t)};
    case Fit::Form::Reflect:
      return x > 0 ? Line{double(fit.sum), -1} : Line{0, 1};
    default: {
      const double size = std::fabs(double(fittedFactor(fit, x)));
      const bool isTurned = std::signbit(x) && (fit.form == Fit::Form::Odd ||
                                                (fit.form == Fit::Form::TwoSided && fit.order % 2));
      return {0, (isTurned ? -1 : 1) * std::pow(size, double(fit.order))};
    }
    }
  }

  /// The bounds of p.
  bool addGate(Table &table, const Wanted &wanted) const {
    const Fit &fit = table.fit;
    const float x = wanted.x;
    const FittedPlace place = fittedPlace(fit, x);
    table.inputs[place.entry].push_back(&wanted);
    // Far from one, one binade is as the next; they are tried all the same.
    const float size = std::fabs(x);
    constexpr float small = 0x1p-20f, large = 0x1p12f, subnormal = 0x1p-126f;
    if ((subnormal <= size && size < small && fraction < 10) || size > large)
      return true;
    const auto [a, b] = lineOf(fit, x);
    if (b == 0 || std::isinf(wanted.high) || std::isinf(wanted.low))
      return true;
    Gate gate{place.d, (wanted.low - a) / b, (wanted.high - a) / b};
    if (b < 0)
      std::swap(gate.low, gate.high);
    // The room of a subnormal element is no help where p must be right for larger numbers, too.
    if (fit.order > 0 && std::fabs(b) < 0.5 * double(fit.step)) {
      const double truth = (double(wanted.value) - a) / b,
                   nominal = std::ldexp(std::fabs(truth), -fraction);
      if (truth - gate.low < gate.high - truth)
        gate.high = std::min(gate.high, std::max(gate.low, truth) + nominal);
      else
        gate.low = std::max(gate.low, std::min(gate.high, truth) - nominal);
    }
    std::vector<Gate> &gates = table.gates[place.entry];
    if (gates.empty() || gates.back().place != gate.place)
      gates.push_back(gate);
    else if (!narrow(gates.back(), gate))
      return false;
    return true;
  }

  static bool narrow(Gate &gate, const Gate &other) {
    gate.low = std::max(gate.low, other.low);
    gate.high = std::min(gate.high, other.high);
    return gate.low < gate.high;
  }

  static bool merge(std::vector<Gate> &gates) {
    const auto isBefore = [](const Gate &a, const Gate &b) { return a.place < b.place; };
    if (!std::is_sorted(gates.begin(), gates.end(), isBefore))
      std::sort(gates.begin(), gates.end(), isBefore);
    std::size_t count = 0;
    for (const Gate &gate : gates) {
      if (count == 0 || gates[count - 1].place != gate.place)
        gates[count++] = gate;
      else if (!narrow(gates[count - 1], gate))
        return false;
    }
    gates.resize(count);
    return true;
  }

  using Inputs = std::vector<const Wanted *>;

  std::optional<Fit> filled(const Table &table, unsigned degree) const {
    Fit fit = table.fit;
    fit.degree = degree;
    fit.table.assign((degree + 1) * fit.segments, 0);
    std::vector<float> wrong;
    for (float x : all.unknown)
      if (!isBeyond(fit, x))
        wrong.push_back(std::fabs(x));
    // From the end, where it is hardest.
    for (unsigned i = fit.segments; i-- > 0;) {
      const std::optional<Inputs> left = fillSegment(fit, i, table.gates[i], table.inputs[i]);
      if (!left)
        return std::nullopt;
      for (const Wanted *each : *left)
        if (const float size = std::fabs(each->x);
            std::find(wrong.begin(), wrong.end(), size) == wrong.end())
          wrong.push_back(size);
      if (!canBeLeft(wrong))
        return std::nullopt;
    }
    fit.isNearest = true;
    fit.ties = all.ties == Ties::Up && !hasTies(fit) ? Ties::None : all.ties;
    fit.firstNearest = 0;
    if (wrong.size() <= mostExceptions)
      fit.exceptions = std::move(wrong);
    else
      fit.firstNearest = std::nextafter(*std::max_element(wrong.begin(), wrong.end()), HUGE_VALF);
    return fit;
  }

  /// With d = t, if roundings allow.
  Fit simplified(Fit fit) const {
    if (!fit.centres.empty() || fit.degree > 3)
      return fit;
    Fit plain = fit;
    plain.isPlain = true;
    std::vector<Inputs> inputs(fit.segments);
    for (const Wanted &each : all.wanted)
      if (!isBeyond(fit, each.x))
        inputs[fittedPlace(fit, each.x).entry].push_back(&each);
    for (unsigned i = 0; i < fit.segments; ++i) {
      makePlain(plain, i);
      Inputs wrong;
      for (const Wanted *each : inputs[i])
        if (isWrong(plain, *each) && !isLeft(fit, each->x))
          wrong.push_back(each);
      constexpr std::size_t few = 4;
      if (!wrong.empty() && (wrong.size() > few || !moved(plain, i, inputs[i], std::move(wrong))))
        return fit;
    }
    return plain;
  }

  static bool isLeft(const Fit &fit, float x) {
    const float size = std::fabs(x);
    return size < fit.firstNearest ||
           std::find(fit.exceptions.begin(), fit.exceptions.end(), size) != fit.exceptions.end();
  }

  /// From powers of t/step − k to those of t; what the rounding of one loses goes to the next, as
  /// it counts at the segment's middle.
  static void makePlain(Fit &fit, unsigned entry) {
    const double k = numberOf(fit, int(entry)), inverse = double(1 / fit.step),
                 middle = k / inverse;
    std::vector<double> powers(fit.degree + 1);
    for (unsigned i = fit.degree + 1; i-- > 0;) { // Horner's rule on polynomials
      for (unsigned j = fit.degree + 1; j-- > 0;)
        powers[j] = -k * powers[j] + (j > 0 ? inverse * powers[j - 1] : 0);
      powers[0] += double(fit.coefficient(i, entry));
    }
    for (unsigned i = fit.degree + 1; i-- > 0;) {
      float &coefficient = fit.table[i * fit.segments + entry];
      coefficient = float(powers[i]);
      if (i > 0)
        powers[i - 1] += (powers[i] - double(coefficient)) * middle;
    }
  }

  bool hasTies(const Fit &fit) const {
    return std::any_of(all.wanted.begin(), all.wanted.end(), [&](const Wanted &each) {
      const std::optional<float> value = fittedValue(fit, each.x);
      return value && double(*value) == each.low;
    });
  }

  /// To the exact evaluation: a few inputs, or small ones, both of which are rare.
  static bool canBeLeft(const std::vector<float> &sizes) {
    const float most = sizes.size() <= mostExceptions ? 0.25f : 0x1p-12f;
    return std::all_of(sizes.begin(), sizes.end(), [most](float size) { return size <= most; });
  }

  /// Roundings decide where a bound is near: there the gates are narrowed. The inputs that still go
  /// wrong; nothing where there is no polynomial.
  std::optional<Inputs> fillSegment(Fit &fit, unsigned entry, std::vector<Gate> gates,
                                    const Inputs &inputs) const {
    std::optional<Inputs> least;
    std::vector<double> best;
    constexpr int most = 4;
    for (int i = 0; i < most && (!least || !least->empty()); ++i) {
      const std::optional<std::vector<double>> found = polynomialWithin(gates, fit.degree);
      if (!found)
        break;
      Inputs wrong;
      setCoefficients(fit, entry, *found);
      for (const Wanted *each : inputs)
        if (isWrong(fit, *each))
          wrong.push_back(each);
      const bool canGoOn = std::all_of(wrong.begin(), wrong.end(), [&](const Wanted *each) {
        return narrowFor(gates, fit, *each);
      });
      if (!least || wrong.size() < least->size()) {
        least = wrong;
        best = *found;
      }
      constexpr std::size_t few = 4;
      if (!wrong.empty() && wrong.size() <= few && moved(fit, entry, inputs, std::move(wrong)))
        return Inputs();
      if (!canGoOn)
        break;
    }
    if (least)
      setCoefficients(fit, entry, best);
    return least;
  }

  static void setCoefficients(Fit &fit, unsigned entry, const std::vector<double> &numbers) {
    for (unsigned power = 0; power <= fit.degree; ++power)
      fit.table[power * fit.segments + entry] = float(numbers[power]);
  }

  static bool isWrong(const Fit &fit, const Wanted &each) {
    const std::optional<float> value = fittedValue(fit, each.x);
    return value && !each.holds(*value);
  }

  /// By a float's unit, on the side on which the result went wrong.
  static bool narrowFor(std::vector<Gate> &gates, const Fit &fit, const Wanted &wanted) {
    const double place = fittedPlace(fit, wanted.x).d;
    const auto gate = std::lower_bound(gates.begin(), gates.end(), place,
                                       [](const Gate &a, double b) { return a.place < b; });
    const auto [a, b] = lineOf(fit, wanted.x);
    if (gate == gates.end() || gate->place != place || b == 0)
      return false;
    const double result = double(*fittedValue(fit, wanted.x)),
                 unit = unitOfFloat * std::fabs(result / b);
    const bool isTooHigh = result >= wanted.high;
    if (isTooHigh == (b > 0))
      gate->high = std::min(gate->high, ((isTooHigh ? wanted.high : wanted.low) - a) / b) - unit;
    else
      gate->low = std::max(gate->low, ((isTooHigh ? wanted.high : wanted.low) - a) / b) + unit;
    return gate->low < gate->high;
  }

  /// The lowest coefficients, by some units in the last place, until none goes wrong; kept as they
  /// are where that is of no use.
  static bool moved(Fit &fit, unsigned entry, const Inputs &inputs, Inputs critical) {
    const unsigned kept = std::min(fit.degree + 1, 3u);
    float *lowest[3], own[3];
    for (unsigned power = 0; power < kept; ++power) {
      lowest[power] = &fit.table[power * fit.segments + entry];
      own[power] = *lowest[power];
    }
    const auto goesWrong = [&](const Wanted *each) { return isWrong(fit, *each); };
    constexpr int counts[] = {13, 5, 3};
    for (int i = 1; i < counts[0] * counts[1] * counts[2]; ++i) {
      int rest = i;
      for (unsigned power = 0; power < kept; rest /= counts[power++]) {
        const int place = rest % counts[power], steps = (place + 1) / 2;
        *lowest[power] = stepped(own[power], place % 2 ? steps : -steps);
      }
      if (rest > 0 || std::any_of(critical.begin(), critical.end(), goesWrong))
        continue;
      const auto found = std::find_if(inputs.begin(), inputs.end(), goesWrong);
      if (found == inputs.end())
        return true;
      critical.push_back(*found);
    }
    for (unsigned power = 0; power < kept; ++power)
      *lowest[power] = own[power];
    return false;
  }

  static float stepped(float value, int steps) {
    for (int i = 0; i < std::abs(steps); ++i)
      value = std::nextafter(value, steps < 0 ? -HUGE_VALF : HUGE_VALF);
    return value;
  }

  const Fit &accurate;
  const AllWanted &all;
  const unsigned segments, mostDegree;
  const int fraction;
  static constexpr double reaches[] = {HUGE_VAL, 12.5, 9.5, 7.0, 6.0, 5.25};
  std::array<std::optional<Table>, std::size(reaches)> tables;
  std::array<bool, std::size(reaches)> isMade = {};
};

} // namespace

std::optional<Fit> cheaperFit(const Fit &accurate, const SmoothFunction &function,
                              const FitLimits &limits) {
  const AllWanted all(accurate, function, *limits.elements);
  std::optional<Fit> fit = Cheaper(accurate, all, limits).run();
  if (fit)
    fit->accurate = std::make_shared<Fit>(accurate);
  return fit;
}

} // namespace xphi::compiler
