// Taylor's series at a point, and its next coefficient over a ball.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/TaylorModel.h"

#include "approx/Polynomial.h"
#include "compiler/truth/Series.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>

namespace xphi::compiler {

using namespace reference;

namespace {

constexpr slong pointBits = 128, ballBits = 64;
/// Up to this part balls of doubles may tell what is left out.
constexpr double ofDoubles = 0x1p-36;

ArbBall ballAround(double c, double radius) {
  ArbBall ball(c);
  mag_set_d(arb_radref(ball.get()), radius);
  return ball;
}

template <class Series>
std::optional<Series> seriesOf(const dsl::Program &program, dsl::DefinitionIndex definition,
                               const Series &x, slong length, Answers *answers = nullptr) {
  SeriesArithmetic<Series> arithmetic(length, answers);
  Series result = dsl::evaluate(program, definition, std::span<const Series>(&x, 1),
                                std::span<const Series>(), arithmetic);
  if (arithmetic.undecided())
    return std::nullopt;
  for (slong i = 0; i < length; ++i)
    if (!result.isFinite(i))
      return std::nullopt;
  return result;
}

/// The first coefficients of a series in t = c + u over tᵒʳᵈᵉʳ.
std::vector<double> dividedByPower(std::vector<double> series, double c, unsigned order) {
  for (unsigned i = 0; i < order; ++i)
    for (std::size_t j = 0; j < series.size(); ++j)
      series[j] = (series[j] - (j > 0 ? series[j - 1] : 0)) / c;
  return series;
}

template <class Series> Series variableAt(const ArbBall &t, View view) {
  const int slope = view == View::Left ? -1 : 1;
  return Series::variable(slope < 0 ? -t : t, slope, view == View::Through ? 0 : slope);
}

double radius(const ArbBall &ball) { return mag_get_d(arb_radref(ball.get())); }
double magnitude(const ArbBall &ball) {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  const double result = mag_get_d(bound);
  mag_clear(bound);
  return result;
}

} // namespace

std::optional<ArbBall> SmoothFunction::value(double x) const {
  const auto [place, isNew] = values->try_emplace(std::bit_cast<std::uint64_t>(x));
  if (isNew)
    place->second = newValue(x);
  return place->second;
}

std::optional<ArbBall> SmoothFunction::newValue(double x) const {
  for (slong bits : {slong(80), 4 * pointBits, 16 * pointBits}) {
    const ArbPrecision precision(bits);
    BallArithmetic arithmetic;
    const ArbBall at(x);
    ArbBall result = dsl::evaluate(*program, definition, std::span<const ArbBall>(&at, 1),
                                   std::span<const ArbBall>(), arithmetic);
    if (!arithmetic.undecided() && (result.isTight(60) || result.isBelow(-1000)))
      return result;
  }
  return std::nullopt;
}

std::optional<bool> SmoothFunction::isAbove(double x, double number) const {
  for (slong bits : {4 * pointBits, 16 * pointBits}) {
    const ArbPrecision precision(bits);
    BallArithmetic arithmetic;
    const ArbBall at(x);
    const ArbBall distance = dsl::evaluate(*program, definition, std::span<const ArbBall>(&at, 1),
                                           std::span<const ArbBall>(), arithmetic) -
                             ArbBall(number);
    if (!arithmetic.undecided() && arb_is_nonzero(distance.get()) &&
        !arb_contains_zero(distance.get()))
      return arb_is_positive(distance.get()) != 0;
  }
  return std::nullopt;
}

std::optional<unsigned> SmoothFunction::orderAtZero(View view) const {
  // What is so small does not count beside x⁴ for any float x.
  constexpr slong most = 4, negligible = -4 * 149 - 64;
  const ArbPrecision precision(-2 * negligible);
  const std::optional<ArbSeries> series =
      seriesOf(*program, definition, variableAt<ArbSeries>(0.0, view), most + 1);
  if (!series)
    return std::nullopt;
  for (slong i = 0; i <= most; ++i) {
    const ArbBall coefficient = series->coefficient(i);
    if (!arb_contains_zero(coefficient.get()))
      return unsigned(i);
    if (!coefficient.isBelow(negligible))
      return std::nullopt;
  }
  return std::nullopt;
}

template <class Series>
std::optional<double> SmoothFunction::changeOver(const ArbBall &t, View view,
                                                 const ArbBall &slope) const {
  const std::optional<Series> series =
      seriesOf(*program, definition, variableAt<Series>(t, view), 2);
  return series ? std::optional(magnitude(series->coefficient(1) - slope)) : std::nullopt;
}

// Where a corner or a condition lies between two floats that are neighbours, it is these that
// count.
std::optional<double> SmoothFunction::changeBetween(float a, float b, View view,
                                                    const ArbBall &slope, double most,
                                                    unsigned &steps) const {
  constexpr unsigned mostSteps = 300;
  if (++steps > mostSteps)
    return std::nullopt;
  const double middle = 0.5 * (double(a) + double(b)), width = double(b) - double(a);
  const ArbBall between = ballAround(middle, 0.5 * width * (1 + 0x1p-20));
  std::optional<double> faster = changeOver<DoubleSeries>(between, view, slope);
  if (!faster || !(*faster * width <= most))
    faster = changeOver<ArbSeries>(between, view, slope);
  if (faster)
    return *faster * width;
  if (std::nextafter(a, b) == b) {
    const double sign = view == View::Left ? -1 : 1;
    const std::optional<ArbBall> here = value(sign * double(a)), there = value(sign * double(b));
    return here && there ? std::optional(magnitude(*there - *here - slope * ArbBall(width)))
                         : std::nullopt;
  }
  const std::optional<double> first = changeBetween(a, float(middle), view, slope, most, steps),
                              second =
                                  first && *first <= most
                                      ? changeBetween(float(middle), b, view, slope, most, steps)
                                      : std::nullopt;
  return second ? std::optional(*first + *second) : std::nullopt;
}

double SmoothFunction::settledUntil(float end, View view, unsigned power, double tolerance) const {
  const ArbPrecision precision(pointBits);
  const std::optional<ArbBall> there = value(view == View::Left ? -double(end) : double(end));
  if (!there || power > 1)
    return 0;
  const double size = std::fabs(there->nearest());
  const ArbBall slope = power == 1 ? *there / double(end) : ArbBall(0.0);
  double change = 0;
  // In small steps where the function is still about to settle.
  for (float a = end, b; a < FLT_MAX; a = b) {
    b = float(std::min(double(a) * (a < 1.5 * end ? 1.02
                                    : a < 4 * end ? 1.1
                                                  : 2),
                       double(FLT_MAX)));
    const double most = tolerance * (power == 1 ? size / end * a : size) - change;
    unsigned steps = 0; // of this part: there are 120 that may take three each
    const std::optional<double> more = changeBetween(a, b, view, slope, most, steps);
    if (!more || !(*more <= most))
      return double(a);
    change += *more;
  }
  return HUGE_VAL;
}

std::optional<TaylorModel> SmoothFunction::model(double c, double width, View view, unsigned order,
                                                 double leftOut,
                                                 const std::function<bool()> &isVain,
                                                 double useless) const {
  const Wanted wanted{c, width, view, order, leftOut, terms, useless};
  if (const auto known = models.find(wanted); known != models.end()) {
    if (known->second.isAsked && isVain && isVain())
      return std::nullopt;
    terms = known->second.terms;
    return known->second.model;
  }
  const unsigned before = terms;
  std::optional<bool> vain; // asked once
  const auto ask = [&] {
    if (!vain)
      vain = isVain && isVain();
    return *vain;
  };
  std::optional<TaylorModel> made = newModel(c, width, view, order, leftOut, ask, useless);
  if (vain.value_or(false)) {
    terms = before;
    return std::nullopt;
  }
  models.emplace(wanted, Known{made, terms, vain.has_value()});
  return made;
}

std::optional<TaylorModel> SmoothFunction::newModel(double c, double width, View view,
                                                    unsigned order, double leftOut,
                                                    const std::function<bool()> &isVain,
                                                    double useless) const {
  const auto isEnough = [&](const std::optional<TaylorModel> &model) {
    return model && model->rest <= leftOut * std::fabs(model->coefficients[0]);
  };
  std::optional<TaylorModel> result;
  bool isSlow = false;
  if (leftOut >= ofDoubles)
    result = withEnoughTerms<DoubleSeries>(c, width, view, order, leftOut, isVain, useless, isSlow);
  if (!isEnough(result) && !isSlow && !isVain())
    result = withEnoughTerms<ArbSeries>(c, width, view, order, leftOut, isVain, useless, isSlow);
  return result;
}

// Over a ball the coefficients seem larger than they are, by a factor for each: then more terms.
// Neighbours need about as many. Where what is left out falls so slowly that the most there are
// would leave far too much they are not asked for.
template <class Series>
std::optional<TaylorModel> SmoothFunction::withEnoughTerms(double c, double width, View view,
                                                           unsigned order, double leftOut,
                                                           const std::function<bool()> &isVain,
                                                           double useless, bool &isSlow) const {
  constexpr unsigned least = 11, most = 40;
  std::optional<TaylorModel> result;
  for (double before = 0;;) {
    double open = 0;
    result = modelOf<Series>(c, width, view, order, leftOut, open);
    if (!result)
      break;
    const double size = std::fabs(result->coefficients[0]), rest = result->rest / size;
    if (rest <= 0x1p-14 * leftOut)
      terms = std::max(terms - 1, least);
    isSlow = terms == most && rest > useless;
    if (rest <= leftOut || terms == most || open > 0.5 * leftOut * size)
      break;
    if (isVain())
      break;
    const unsigned more = std::min(rest <= 0x1p10 * leftOut ? 3u : 8u, most - terms);
    if (before > 0 && rest * std::pow(rest / before, (most - terms) / 8.0) > useless) {
      isSlow = true;
      break;
    }
    before = more == 8 ? rest : 0;
    terms += more;
  }
  return result;
}

/// With both answers to a comparison that goes both ways: a text may give one function in two
/// forms, each where it keeps its digits. What they differ by is left out.
template <class Series>
std::optional<TaylorModel> SmoothFunction::modelOf(double c, double width, View view,
                                                   unsigned order, double leftOut,
                                                   double &open) const {
  bool isOpen = false;
  std::optional<TaylorModel> result =
      modelWith<Series>(c, width, view, order, leftOut, true, isOpen, open);
  if (!result || !isOpen)
    return result;
  double openToo = 0;
  const std::optional<TaylorModel> other =
      modelWith<Series>(c, width, view, order, leftOut, false, isOpen, openToo);
  if (!other)
    return std::nullopt;
  double power = 1, difference = 0;
  for (std::size_t i = 0; i < result->coefficients.size(); ++i, power *= width)
    difference += std::fabs(result->coefficients[i] - other->coefficients[i]) * power;
  if (!(difference <= 0.5 * leftOut * std::fabs(result->coefficients[0])))
    return std::nullopt;
  result->rest += difference + other->rest;
  return result;
}

template <class Series>
double SmoothFunction::mostInParts(double c, double width, View view, unsigned power,
                                   const Answers *answers) const {
  const ArbPrecision precision(ballBits);
  const double radius = width / parts;
  double most = 0;
  for (unsigned i = 0; i < parts; ++i) {
    const ArbBall part =
        ballAround(c - width + (2 * i + 1) * radius, radius * (1 + 0x1p-20)); // they overlap
    Answers again = answers ? *answers : Answers{};
    const std::optional<Series> series =
        seriesOf(*program, definition, variableAt<Series>(part, view), slong(power) + 1,
                 answers ? &again : nullptr);
    if (!series)
      return HUGE_VAL;
    most = std::max(most, magnitude(series->coefficient(slong(power))));
  }
  return most;
}

// Of parts the whole is asked first: with no comparison open there, none is in them, and one that
// is has the answer that it has there. Seen from one
// side of zero parts on the other side would go on another way.
template <class Series>
std::optional<TaylorModel> SmoothFunction::modelWith(double c, double width, View view,
                                                     unsigned order, double leftOut, bool answer,
                                                     bool &isOpen, double &open) const {
  const slong kept = slong(terms);
  const bool atZero = c == 0;
  const slong skipped = atZero ? slong(order) : 0, length = kept + skipped + 1;
  TaylorModel result;
  result.centre = c;
  result.radius = width;
  result.order = atZero ? 0 : order;
  Answers answers{answer};
  {
    const ArbPrecision precision(ballBits);
    const std::optional<Series> over = seriesOf(
        *program, definition, variableAt<Series>(ballAround(c, width), view), length, &answers);
    if (!over || answers.open > 1)
      return std::nullopt;
    isOpen = answers.open > 0;
    result.rest = magnitude(over->coefficient(kept + skipped)) * std::pow(width, double(kept));
  }
  // In the middle as around it, though there a comparison may be decided.
  answers.areRepeated = true;
  const Answers given = answers;
  const ArbPrecision precision(std::is_same_v<Series, ArbSeries> ? pointBits : ballBits);
  const std::optional<Series> series =
      seriesOf(*program, definition, variableAt<Series>(c, view), length, &answers);
  if (!series)
    return std::nullopt;
  double power = 1;
  for (slong i = 0; i < kept; ++i, power *= width) {
    const ArbBall coefficient = series->coefficient(i + skipped);
    result.coefficients.push_back(coefficient.nearest());
    open += (radius(coefficient) + 0x1p-52 * std::fabs(result.coefficients.back())) * power;
  }
  if (std::is_same_v<Series, DoubleSeries> && parts > 1 &&
      (view == View::Through || std::fabs(c) > width) &&
      result.rest > leftOut * std::fabs(result.coefficients[0]))
    result.rest =
        std::min(result.rest, mostInParts<Series>(c, width, view, unsigned(kept + skipped),
                                                  isOpen ? &given : nullptr) *
                                  std::pow(width, double(kept)));
  result.quotient = dividedByPower(result.coefficients, c, result.order);
  result.rest += open;
  if (!std::isfinite(result.rest))
    return std::nullopt;
  return result;
}

std::optional<TaylorModel> SmoothFunction::leastModel(double c, double width, View view,
                                                      unsigned order, unsigned count) const {
  const ArbPrecision precision(ballBits);
  const bool atZero = c == 0;
  const slong skipped = atZero ? slong(order) : 0;
  Answers answers{true};
  const std::optional<DoubleSeries> series = seriesOf(
      *program, definition, variableAt<DoubleSeries>(c, view), slong(count) + skipped, &answers);
  if (!series)
    return std::nullopt;
  std::vector<double> middles(count), radii(count);
  for (unsigned i = 0; i < count; ++i) {
    const ArbBall coefficient = series->coefficient(slong(i) + skipped);
    middles[i] = coefficient.nearest();
    radii[i] = radius(coefficient);
  }
  const auto nearestToZero = [&] {
    std::vector<double> least(count);
    for (unsigned i = 0; i < count; ++i)
      least[i] = std::copysign(std::max(std::fabs(middles[i]) - radii[i], 0.0), middles[i]);
    return least;
  };
  TaylorModel result{.centre = c, .radius = width, .coefficients = nearestToZero()};
  result.order = atZero ? 0 : order;
  middles = dividedByPower(std::move(middles), c, result.order);
  for (unsigned i = 0; i < result.order; ++i)
    for (std::size_t j = 0; j < count; ++j)
      radii[j] = (radii[j] + (j > 0 ? radii[j - 1] : 0)) / std::fabs(c);
  result.quotient = nearestToZero();
  return result;
}

std::optional<double> SmoothFunction::zeroIn(const TaylorModel &model, View view,
                                             unsigned order) const {
  constexpr int cells = 8;
  std::optional<double> found;
  double low = -model.radius, atLow = valueOf(model.quotient, low);
  for (int i = 1; i <= cells; ++i) {
    const double high = model.radius * (2.0 * i / cells - 1),
                 atHigh = valueOf(model.quotient, high);
    if ((atLow < 0) != (atHigh < 0))
      found = found ? std::nan("") : zeroBetween(model, low, high, view, order);
    low = high;
    atLow = atHigh;
  }
  return found;
}

double SmoothFunction::zeroBetween(const TaylorModel &model, double low, double high, View view,
                                   unsigned order) const {
  const bool negativeBelow = valueOf(model.quotient, low) < 0;
  for (int i = 0; i < 50; ++i) {
    const double middle = 0.5 * (low + high);
    ((valueOf(model.quotient, middle) < 0) == negativeBelow ? low : high) = middle;
  }
  // Newton's steps in x, since the model knows the function to some 30 bits only.
  const int side = view == View::Left ? -1 : 1;
  double x = side * (model.centre + low);
  const double slope =
      side * shifted(model.quotient, low)[1] * std::pow(model.centre + low, double(order));
  for (int i = 0; i < 2; ++i)
    if (const std::optional<ArbBall> there = value(x))
      x -= there->nearest() / slope;
  return x;
}

} // namespace xphi::compiler
