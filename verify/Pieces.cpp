// Halves that get smaller, until Taylor's series is short enough.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Pieces.h"

#include "Ranks.h"
#include "compiler/truth/Evaluation.h"
#include "compiler/truth/Series.h"
#include "compiler/truth/Ulp.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace xphi::verify {

using namespace reference;

namespace {

constexpr slong kept = 16; ///< coefficients
constexpr std::int64_t fewest = 16, mostBesideZero = 4096;
constexpr double wanted = 0x1p-20; ///< in ulp of a float
constexpr double huge = 0x1p200;   ///< to every float an infinity
constexpr std::size_t mostPieces = 1 << 12;

double magnitude(const ArbBall &ball) {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  const double result = mag_get_d(bound);
  const bool isZero = mag_is_zero(bound);
  mag_clear(bound);
  return isZero ? 0 : std::max(result, 0x1p-1000);
}

ArbBall around(double c, double radius) {
  ArbBall ball(c);
  mag_set_d(arb_radref(ball.get()), radius);
  return ball;
}

} // namespace

Subject::Subject(std::shared_ptr<const dsl::Program> given)
    : program(std::move(given)), definition(program->entry()) {
  for (const dsl::Parameter &parameter : program->definitions[definition].parameters)
    parameters.push_back(float(parameter.value));
}

Truth::Truth(Subject given, Pass pass)
    : subject(std::move(given)), pass(pass),
      ownRules(hasOwnRules(*subject.program, subject.definition)),
      points(subject.program, subject.definition, {},
             pass == Pass::Value ? std::vector<std::uint32_t>() : std::vector<std::uint32_t>{0}) {}

Expected Truth::at(float x) {
  const double input = x;
  return points.at(std::span(&input, 1), subject.parameters).back();
}

bool Truth::isTie(float x) {
  const double input = x;
  return points.isTie(std::span(&input, 1), subject.parameters, pass == Pass::Derivative);
}

bool Truth::isWhatInfinityIs(float x, float result) {
  const double input = x;
  return points.isWhatInfinityIs(std::span(&input, 1), subject.parameters, pass == Pass::Derivative,
                                 double(result));
}

// In t of x = centre + radius·t, so that sizes are those of the function.
template <class Series>
std::optional<std::vector<ArbBall>> Truth::coefficients(const ArbBall &centre, double radius,
                                                        int side, slong count) const {
  const bool differentiate = pass == Pass::Derivative && !ownRules;
  SeriesArithmetic<Series> arithmetic(count + differentiate);
  Series x = withConstant(scaled(Series::variable(ArbBall(0.0), 1, 0), ArbBall(radius)), centre);
  x.side = side;
  std::vector<Series> constants;
  for (float parameter : subject.parameters)
    constants.emplace_back(ArbBall(double(parameter)));
  const std::span<const Series> inputs(&x, 1), others(constants);
  constexpr std::array<std::uint32_t, 1> variable = {0};
  const Series result =
      pass == Pass::Derivative && ownRules
          ? dsl::evaluateDerivative(*subject.program, subject.definition, inputs, others,
                                    std::span<const std::uint32_t>(variable), arithmetic)
          : dsl::evaluate(*subject.program, subject.definition, inputs, others, arithmetic);
  if (arithmetic.undecided() || !result.coefficient(0).isFinite())
    return std::nullopt;
  std::vector<ArbBall> all;
  for (slong i = 0; i < count; ++i) {
    all.push_back(result.coefficient(i + differentiate));
    if (differentiate)
      all.back() = all.back() * ArbBall(double(i + 1)) / ArbBall(radius);
    if (!all.back().isFinite())
      return std::nullopt;
  }
  return all;
}

std::optional<bool> Truth::isNearest(float x, float got) {
  if (!std::isfinite(got))
    return std::nullopt;
  const double next = std::nextafter(got, HUGE_VALF), before = std::nextafter(got, -HUGE_VALF);
  const double above = std::isinf(next) ? 0x1p128 : next,
               below = std::isinf(before) ? -0x1p128 : before;
  const ArbBall upper(0.5 * (double(got) + above)), lower(0.5 * (double(got) + below));
  bool mayBeTie = false;
  for (slong bits : {128, 512, 1024, 4096}) {
    const ArbPrecision precision(bits);
    const auto value = coefficients<ArbSeries>(ArbBall(double(x)), 1, x < 0 ? -1 : 1, 1);
    if (!value)
      return std::nullopt;
    const ArbBall &truth = value->front();
    if (arb_lt(truth.get(), lower.get()) || arb_gt(truth.get(), upper.get()))
      return false;
    if (arb_gt(truth.get(), lower.get()) && arb_lt(truth.get(), upper.get()))
      return true;
    mayBeTie = true;
  }
  return mayBeTie && rankOf(std::fabs(got)) % 2 == 0;
}

std::optional<BesideMiddles> Truth::besideMiddles(const Piece &piece) const {
  if (piece.scale == 0)
    return std::nullopt;
  const double half = 0.5 * (double(ofRank(piece.last)) - double(ofRank(piece.first)));
  const int side = piece.centre < 0 ? -1 : 1;
  BesideMiddles result{piece.centre, piece.scale, 0, 0, {}, 0};
  const ArbPrecision precision(1024);
  const auto series = coefficients<ArbSeries>(ArbBall(piece.centre), 1 / piece.scale, side, kept);
  const ArbPrecision few(64);
  const auto over =
      coefficients<ArbSeries>(around(piece.centre, half), 1 / piece.scale, side, kept + 1);
  if (!series || !over)
    return std::nullopt;
  const ArbPrecision again(1024);
  result.constant = (*series)[0].nearest();
  result.slope = (*series)[1].nearest();
  double sum = 0;
  result.error = magnitude(over->back());
  for (std::size_t k = 0; k < series->size(); ++k) {
    const ArbBall &whole = (*series)[k];
    const ArbBall left = k == 0 ? whole - result.constant : k == 1 ? whole - result.slope : whole;
    result.others.push_back(left.nearest());
    result.error += magnitude(left - result.others.back());
    sum += std::fabs(result.others.back());
  }
  result.error = (result.error + 0x1p-47 * sum) * (1 + 0x1p-20); // Horner's rule of 16
  return result;
}

int BesideMiddles::sideOf(float x, double middle) const {
  const double t = (double(x) - centre) * scale, product = slope * t, line = constant + product,
               part = line - constant;
  const bool isExact =
      std::fma(slope, t, -product) == 0 && (constant - (line - part)) + (product - part) == 0;
  double sum = 0;
  for (std::size_t k = others.size(); k-- > 0;)
    sum = sum * t + others[k];
  if (!isExact || line != middle || !(std::fabs(sum) > error))
    return 0;
  return sum > 0 ? 1 : -1;
}

// Where a series is no help: too large for floats all over, or no number. That it is so at five
// places is taken for all between them.
std::optional<Piece> Truth::constant(std::int64_t first, std::int64_t last) {
  Piece piece{Piece::Kind::NoNumber, first, last};
  double sign = 0;
  for (std::int64_t part : {0, 1, 4, 5, 8}) {
    const float x = ofRank(first + (last - first) * part / 8);
    const Expected expected = at(x);
    const double input = x;
    const bool isHuge = expected.known && std::fabs(expected.truth.high) > huge,
               isOutside = !expected.known && expected.truth.isNaN() &&
                           points.isOutside(std::span(&input, 1), subject.parameters);
    const double here = isHuge ? std::copysign(1.0, expected.truth.high) : 0;
    if ((!isHuge && !isOutside) || (part > 0 && here != sign))
      return std::nullopt;
    sign = here;
  }
  if (sign != 0) {
    piece.kind = Piece::Kind::Polynomial;
    piece.coefficients = {sign * huge};
  }
  return piece;
}

std::optional<Piece> Truth::polynomial(std::int64_t first, std::int64_t last) {
  const double low = ofRank(first), high = ofRank(last), centre = 0.5 * (low + high),
               half = 0.5 * (high - low);
  int exponent;
  std::frexp(half, &exponent);
  const double radius = half == 0 ? 0x1p-150 : std::ldexp(1.0, exponent);
  const int side = centre < 0 ? -1 : 1;
  Piece piece{Piece::Kind::Polynomial, first, last, centre, 1 / radius, 0, {}};
  std::optional<double> rest;
  for (slong bits : {128, 256, 512, 1024}) {
    const ArbPrecision precision(bits);
    const auto series = coefficients<ArbSeries>(ArbBall(centre), radius, side, kept);
    if (!series || std::fabs(series->front().nearest()) > huge)
      return constant(first, last);
    if (series->front().isBelow(-150)) {
      const ArbPrecision few(64);
      const auto over = coefficients<ArbSeries>(around(centre, half), radius, side, 1);
      if (over && over->front().isBelow(-172)) {
        piece.coefficients = {0};
        piece.error = 0x1p-172;
        return piece;
      }
    }
    if (!rest) {
      const ArbPrecision few(64);
      auto over = coefficients<DoubleSeries>(around(centre, half), radius, side, kept + 1);
      if (!over || !(magnitude(over->back()) <= 0x1p-46 * magnitude(series->front())))
        over = coefficients<ArbSeries>(around(centre, half), radius, side, kept + 1);
      if (!over || !std::isfinite(magnitude(over->back())))
        return std::nullopt;
      rest = magnitude(over->back());
    }
    piece.coefficients.clear();
    double open = 0;
    for (const ArbBall &coefficient : *series) {
      piece.coefficients.push_back(coefficient.nearest());
      open += magnitude(coefficient - piece.coefficients.back());
    }
    // Of Horner's rule, product and sum rounded each, and of the ends of the bound.
    double sum = 0, later = 0, roundings = 0;
    for (std::size_t k = piece.coefficients.size(); k-- > 0;) {
      later = sum;
      sum += std::fabs(piece.coefficients[k]);
      roundings += sum + later;
    }
    piece.error = (open + *rest + 0x1p-53 * (roundings + 2 * sum)) * (1 + 0x1p-20);
    const double least = std::fabs(piece.coefficients[0]) - later - piece.error;
    const bool isEnough = least > 0 || sum < 0x1p-126
                              ? piece.error <= wanted * ulpOf(std::max(least, 0.0))
                              : piece.count() <= mostBesideZero && piece.error <= 0x1p-44 * sum;
    if (isEnough)
      break;
    if (bits == 1024 || open < 0.5 * piece.error)
      return std::nullopt;
  }
  double cut = 0;
  const double spare = 0x1p-6 * piece.error;
  while (piece.coefficients.size() > 1 && cut + std::fabs(piece.coefficients.back()) <= spare) {
    cut += std::fabs(piece.coefficients.back());
    piece.coefficients.pop_back();
  }
  piece.error += cut;
  return piece;
}

bool Truth::changesTooFast(std::int64_t first, std::int64_t last) {
  constexpr std::int64_t run = 256;
  for (std::int64_t part : {1, 2, 3}) {
    const std::int64_t from = first + (last - first) * part / 4;
    if (last - first < 8 * run || polynomial(from, from + run - 1))
      return false;
  }
  return true;
}

void Truth::add(std::vector<Piece> &pieces, std::int64_t first, std::int64_t last) {
  const std::int64_t count = last - first + 1;
  if (count <= fewest || pieces.size() > mostPieces) {
    pieces.push_back(
        {count <= fewest ? Piece::Kind::Points : Piece::Kind::Open, first, last, 0, 0, 0, {}});
    return;
  }
  if (std::optional<Piece> piece = polynomial(first, last)) {
    pieces.push_back(std::move(*piece));
    return;
  }
  const std::int64_t middle = first + count / 2;
  add(pieces, first, middle - 1);
  add(pieces, middle, last);
}

std::vector<Piece> Truth::pieces(std::int64_t first, std::int64_t last) {
  std::vector<Piece> result;
  if (std::optional<Piece> whole = polynomial(first, last))
    result.push_back(std::move(*whole));
  else if (changesTooFast(first, last))
    result.push_back({Piece::Kind::Open, first, last, 0, 0, 0, {}});
  else
    add(result, first, last);
  return result;
}

} // namespace xphi::verify
