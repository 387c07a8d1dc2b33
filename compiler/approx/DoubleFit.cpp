// Cell by cell from zero outwards, as far as the degree allows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/DoubleFit.h"

#include "Budget.h"
#include "approx/Polynomial.h"
#include "compiler/truth/Series.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <limits>

namespace xphi::compiler {

using namespace reference;

namespace {

constexpr double unit = 0x1p-53, infinity = std::numeric_limits<double>::infinity();
constexpr slong pointBits = 128, ballBits = 64;
constexpr unsigned mostDegree = 15;

using Coefficients = std::vector<ArbBall>;

/// Of f around c, |u| ≤ radius: f = Σ coefficients[i]·uⁱ ± rest.
struct Model {
  ArbBall centre;
  double radius;
  Coefficients coefficients;
  double rest;
};

double magnitude(const ArbBall &ball) {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, ball.get());
  const double result = mag_get_d(bound);
  const bool isZero = mag_is_zero(bound);
  mag_clear(bound);
  return isZero ? 0 : std::max(result, 0x1p-1074);
}

ArbBall around(const ArbBall &c, double radius) {
  ArbBall ball = c, wide(0.0);
  mag_set_d(arb_radref(wide.get()), radius);
  arb_add(ball.get(), ball.get(), wide.get(), ArbPrecision::bits());
  return ball;
}

long double extended(const ArbBall &ball) {
  const double high = ball.nearest();
  return static_cast<long double>(high) + static_cast<long double>((ball - high).nearest());
}

class Search {
public:
  Search(const dsl::Program &program, dsl::DefinitionIndex definition, double mostError)
      : program(program), definition(definition), mostError(mostError) {}

  std::optional<DoubleFit> run() {
    DoubleFit fit;
    fit.step = 0.125;
    const std::optional<ArbBall> atZero = value(ArbBall(0.0));
    const std::optional<bool> isContinuous = atZero ? isContinuousAtZero(*atZero) : std::nullopt;
    if (!isContinuous)
      return std::nullopt;
    if (!*isContinuous)
      fit.atZero = atZero->nearest();
    // The end of what has settled is the end of the table, else the last cell that can be fitted.
    fit.below = sideOf(-1);
    fit.above = sideOf(1);
    std::vector<Row> left = rowsTo(fit.below, -1, fit), right = rowsTo(fit.above, 1, fit);
    if (left.size() < fewest || right.size() < fewest)
      return std::nullopt;
    fit.first = -int(left.size());
    std::ranges::reverse(left);
    left.insert(left.end(), right.begin(), right.end());
    for (const Row &row : left) {
      fit.degree = std::max(fit.degree, unsigned(row.coefficients.size()) - 1);
      fit.error = std::max(fit.error, row.error);
    }
    for (const Row &row : left) {
      fit.rows.push_back(row.centre);
      for (unsigned i = 0; i <= fit.degree; ++i)
        fit.rows.push_back(i < row.coefficients.size() ? row.coefficients[i] : 0);
    }
    return fit;
  }

private:
  struct Row {
    double centre;
    std::vector<double> coefficients;
    double error;
  };
  static constexpr unsigned fewest = 24; ///< cells of a side that are worth a table
  static constexpr double lastEnd = 40;

  // ---- the function

  template <class Series>
  std::optional<Series> seriesAt(const ArbBall &c, int side, slong kept) const {
    SeriesArithmetic<Series> arithmetic(kept);
    const Series x = Series::variable(c, 1, side);
    Series result = dsl::evaluate(program, definition, std::span<const Series>(&x, 1),
                                  std::span<const Series>(), arithmetic);
    if (arithmetic.undecided())
      return std::nullopt;
    for (slong i = 0; i < kept; ++i)
      if (!result.coefficient(i).isFinite())
        return std::nullopt;
    return result;
  }

  /// `side` of zero on which the numbers lie, for a centre of 0. Over a ball the coefficients seem
  /// larger than they are, by a factor for each: then more terms.
  std::optional<Model> modelOf(const ArbBall &c, double radius, int side) const {
    std::optional<Model> model;
    for (slong length : {20, 28, 44}) {
      model = modelOf(c, radius, side, length);
      const auto size = [](const ArbBall &coefficient) { return !coefficient.isBelow(-100); };
      if (!model)
        break;
      const auto first = std::ranges::find_if(model->coefficients, size);
      const slong order = first - model->coefficients.begin();
      if (first != model->coefficients.end() &&
          model->rest <= 0x1p-60 * magnitude(*first) * std::pow(radius, double(order)))
        break;
    }
    return model;
  }

  std::optional<Model> modelOf(const ArbBall &c, double radius, int side, slong length) const {
    Model model{c, radius, {}, 0};
    {
      const ArbPrecision precision(pointBits);
      const auto series = seriesAt<ArbSeries>(c, side, length);
      if (!series)
        return std::nullopt;
      for (slong i = 0; i < length; ++i)
        model.coefficients.push_back(series->coefficient(i));
    }
    const ArbPrecision precision(ballBits);
    const auto over = seriesAt<DoubleSeries>(around(c, radius), side, length + 1);
    if (!over)
      return std::nullopt;
    model.rest =
        magnitude(over->coefficient(length)) * std::pow(radius, double(length)) * (1 + 0x1p-40);
    return std::isfinite(model.rest) ? std::optional(std::move(model)) : std::nullopt;
  }

  std::optional<ArbBall> value(const ArbBall &x) const {
    for (slong bits : {pointBits, 8 * pointBits}) {
      const ArbPrecision precision(bits);
      BallArithmetic arithmetic;
      ArbBall result = dsl::evaluate(program, definition, std::span<const ArbBall>(&x, 1),
                                     std::span<const ArbBall>(), arithmetic);
      if (!arithmetic.undecided() && (result.isTight(100) || result.isBelow(-2200)))
        return result;
    }
    return std::nullopt;
  }

  /// f(0) is the limit from both sides; nothing where one of them is not known.
  std::optional<bool> isContinuousAtZero(const ArbBall &here) const {
    bool result = true;
    const ArbPrecision precision(pointBits);
    for (int side : {-1, 1}) {
      const auto there = seriesAt<ArbSeries>(ArbBall(0.0), side, 1);
      if (!there)
        return std::nullopt;
      result &= arb_overlaps(there->coefficient(0).get(), here.get()) != 0;
    }
    return result;
  }

  // ---- beyond the table

  DoubleFit::Side sideOf(int sign) const {
    DoubleFit::Side side{sign * lastEnd, DoubleFit::Beyond::Exact, 0, sign * infinity,
                         sign * infinity};
    for (unsigned power : {0u, 1u})
      if (const std::optional<double> end = settledFrom(sign, power)) {
        side.end = sign * *end;
        side.beyond = power == 0 ? DoubleFit::Beyond::Constant : DoubleFit::Beyond::Line;
        const ArbPrecision precision(pointBits);
        const ArbBall there = *value(ArbBall(side.end));
        side.limit = (power == 0 ? there : there / side.end).nearest();
        return side;
      }
    // Half of the least double, and what the largest one makes that.
    constexpr slong leastDouble = -1076, leastFactor = leastDouble - 1024;
    if (const std::optional<double> end = fadedFrom(sign, leastDouble)) {
      side.zeroFrom = sign * *end;
      side.limit = arf_sgn(arb_midref(value(ArbBall(side.zeroFrom))->get())) < 0 ? -0.0 : 0.0;
      side.zeroTimesAnyFrom = sign * fadedFrom(sign, leastFactor).value_or(infinity);
    }
    return side;
  }

  /// Less than a power of two from here to all there are.
  std::optional<double> fadedFrom(int sign, slong exponent) const {
    for (double end = 16; end <= 4096; end *= 1.25)
      if (const std::optional<ArbBall> there = value(ArbBall(sign * end));
          there && there->isBelow(exponent) && isStill(sign, end, 0, ArbBall::powerOfTwo(exponent)))
        return end;
    return std::nullopt;
  }

  /// In whole cells.
  std::optional<double> settledFrom(int sign, unsigned power) const {
    constexpr double part = 0x1p-56;
    for (double end = 4; end <= lastEnd; end += end < 8 ? 1 : 2)
      if (const std::optional<ArbBall> there = value(ArbBall(sign * end));
          there && there->isTight(100) && !there->isExactZero()) {
        const ArbBall size = abs(*there);
        if (looksSettled(sign, end, power, part) &&
            isStill(sign, end, power, (power == 0 ? size : size / end) * part))
          return end;
      }
    return std::nullopt;
  }

  bool looksSettled(int sign, double end, unsigned power, double part) const {
    const ArbPrecision precision(pointBits);
    const std::optional<ArbBall> here = value(ArbBall(sign * end));
    for (double factor : {1.5, 1e3, 1e30}) {
      const std::optional<ArbBall> there = value(ArbBall(sign * end * factor));
      if (!here || !there)
        return false;
      const ArbBall scaled = power == 0 ? *there : *there / factor;
      if (magnitude(scaled - *here) > part * magnitude(*here))
        return false;
    }
    return true;
  }

  /// Whether f(x), or f(x) − slope·x where power is 1, changes by `most` at most, or by so much of
  /// x, from here on.
  bool isStill(int sign, double end, unsigned power, const ArbBall &most) const {
    const ArbPrecision precision(pointBits);
    const std::optional<ArbBall> there = value(ArbBall(sign * end));
    if (!there)
      return false;
    const ArbBall slope = power == 1 ? *there / (sign * end) : ArbBall(0.0);
    ArbBall change(0.0);
    // More than twice as far a ball's square would be any number.
    for (double a = end, b; a < DoubleFit::furthest; a = b) {
      b = std::min(a * (a < 1.5 * end ? 1.02 : a < 4 * end ? 1.1 : 2), DoubleFit::furthest);
      const ArbBall middle = (ArbBall(a) + b) / 2.0;
      const auto series = seriesAt<ArbSeries>(
          around(sign < 0 ? -middle : middle, (0.5 * b - 0.5 * a) * (1 + 0x1p-20)), sign, 2);
      if (!series)
        return false;
      change = change + abs(series->coefficient(1) - slope) * (ArbBall(b) - a);
      if (!arb_le(change.get(), (power == 1 ? most * a : most).get()))
        return false;
    }
    return true;
  }

  // ---- cells

  std::vector<Row> rowsTo(DoubleFit::Side &side, int sign, DoubleFit &fit) {
    std::vector<Row> rows;
    for (unsigned k = 0; double(k) * fit.step < std::fabs(side.end); ++k) {
      std::optional<Row> row = budgetSpent() ? std::nullopt : rowOf(k, sign, fit);
      if (!row) {
        side.end = sign * double(k) * fit.step;
        side.beyond = DoubleFit::Beyond::Exact;
        break;
      }
      rows.push_back(std::move(*row));
    }
    return rows;
  }

  std::optional<Row> rowOf(unsigned k, int sign, DoubleFit &fit) const {
    if (k == 0)
      return besideZero(sign, fit);
    const double centre = sign * (k + 0.5) * fit.step;
    const std::optional<Model> model = modelOf(ArbBall(centre), 0.5 * fit.step, sign);
    if (!model)
      return std::nullopt;
    if (const std::optional<Row> row = polynomial(*model, 0, centre))
      return row;
    // A zero in the next cell is as bad. The centre stays within a factor of two of all of this
    // one.
    for (double within : {1.0, k < 2 ? 1.0 : 2.0})
      if (const std::optional<Row> row = aroundZero(*model, within * model->radius, fit))
        return row;
    return aroundDouble(*model);
  }

  /// Beside a zero the rounding of c₀ may weigh too much: around a centre at which f is all but a
  /// double (Gal's accurate tables).
  std::optional<Row> aroundDouble(const Model &model) const {
    std::vector<long double> powers;
    for (const ArbBall &coefficient : model.coefficients)
      powers.push_back(extended(coefficient));
    const double middle = model.centre.nearest();
    constexpr int candidates = 64;
    constexpr double apart = 0x1p-16;
    double best = 0;
    long double least = HUGE_VALL;
    for (int i = 0; i < candidates; ++i) {
      const double u = (i - candidates / 2) * apart * model.radius;
      const long double there = valueOf(powers, static_cast<long double>(u)),
                        lost = std::fabs((there - static_cast<long double>(double(there))) / there);
      if (lost < least) {
        least = lost;
        best = u;
      }
    }
    const std::optional<Model> moved =
        modelOf(ArbBall(middle + best), model.radius + std::fabs(best), middle < 0 ? -1 : 1);
    return moved ? polynomial(*moved, 0, middle + best) : std::nullopt;
  }

  /// Of f/xⁿ, n the order of the zero at 0.
  std::optional<Row> besideZero(int sign, DoubleFit &fit) const {
    std::optional<Model> model = modelOf(ArbBall(0.0), fit.step, sign);
    if (!model)
      return std::nullopt;
    const std::optional<unsigned> order = orderAtZero(sign);
    if (!order)
      return std::nullopt;
    std::optional<Row> row = polynomial(*model, *order, 0);
    if (!row && *order > 0) { // left to the exact evaluation
      fit.gaps.push_back(sign < 0 ? DoubleFit::Gap{-fit.step, 0} : DoubleFit::Gap{0, fit.step});
      row = Row{0, {-0.0}, 0};
    }
    return row;
  }

  /// How many of Taylor's coefficients at 0 vanish; nothing if all do or one is not known.
  std::optional<unsigned> orderAtZero(int side) const {
    // What is so small does not count beside x⁴ for any double x that has one.
    constexpr slong most = 4, negligible = -1200;
    const ArbPrecision precision(-2 * negligible);
    const auto series = seriesAt<ArbSeries>(ArbBall(0.0), side, most + 1);
    for (slong i = 0; series && i <= most; ++i) {
      const ArbBall coefficient = series->coefficient(i);
      if (!arb_contains_zero(coefficient.get()))
        return unsigned(i);
      if (!coefficient.isBelow(negligible))
        return std::nullopt;
    }
    return std::nullopt;
  }

  /// Where f changes its sign the centre is one of the doubles next to the zero, at which f' is all
  /// but a double itself.
  std::optional<Row> aroundZero(const Model &whole, double within, DoubleFit &fit) const {
    const double middle = whole.centre.nearest();
    std::optional<ArbBall> low = value(ArbBall(middle - within)),
                           high = value(ArbBall(middle + within));
    if (!low || !high || arb_sgn_nonzero(low->get()) * arb_sgn_nonzero(high->get()) >= 0)
      return std::nullopt;
    double a = middle - within, b = middle + within;
    const bool isNegativeBelow = low->nearest() < 0;
    while (std::nextafter(a, b) < b) {
      const double between = 0.5 * (a + b);
      if (between <= a || between >= b)
        break;
      const std::optional<ArbBall> here = value(ArbBall(between));
      if (!here)
        return std::nullopt;
      ((here->nearest() < 0) == isNegativeBelow ? a : b) = between;
    }
    constexpr int candidates = 24;
    double best = a, least = infinity;
    double candidate = a;
    for (int i = 0; i < candidates; ++i, candidate = std::nextafter(candidate, b)) {
      const ArbPrecision precision(pointBits);
      const auto series = seriesAt<ArbSeries>(ArbBall(candidate), candidate < 0 ? -1 : 1, 2);
      if (!series)
        return std::nullopt;
      const ArbBall slope = series->coefficient(1);
      const double lost = magnitude(slope - slope.nearest()) / magnitude(slope);
      if (lost < least) {
        least = lost;
        best = candidate;
      }
    }
    // The zero may lie anywhere in the cell.
    const double radius = std::fabs(best - middle) + whole.radius;
    const std::optional<Model> model = modelOf(ArbBall(best), radius, best < 0 ? -1 : 1);
    // Further away c₀, what f is at the centre, is a small part of f.
    const double away = 16 * candidates * std::fabs(std::nextafter(a, b) - a);
    std::optional<Row> row = model ? polynomial(*model, 1, best, away) : std::nullopt;
    if (row)
      fit.gaps.push_back({best - away, best + away});
    return row;
  }

  // ---- a polynomial and its bound

  /// The first `taken` coefficients as they are, the others those of a shorter polynomial for what
  /// is left, over u^taken.
  /// For |u| ≥ `nearest`, where c₀ is not 0.
  std::optional<Row> polynomial(const Model &model, unsigned taken, double centre,
                                double nearest = 0) const {
    const double radius = model.radius;
    std::vector<long double> left;
    std::vector<double> quotient; // of f over u^taken, but for what is taken
    for (std::size_t i = taken; i < model.coefficients.size(); ++i) {
      left.push_back(extended(model.coefficients[i]));
      quotient.push_back(double(left.back()));
    }
    const double rest = model.rest / std::pow(radius, double(taken));
    const double smallest = 0.999 * leastOf(quotient, radius) - rest;
    if (!(smallest > 0))
      return std::nullopt;
    std::vector<long double> chebyshev = toChebyshev(left, static_cast<long double>(radius));
    unsigned kept = 1;
    while (kept < chebyshev.size() &&
           double(sumOfMagnitudes(chebyshev, kept)) > 0.125 * unit * smallest)
      ++kept;
    if (kept + taken > mostDegree + 1)
      return std::nullopt;
    chebyshev.resize(kept);
    const std::vector<long double> powers =
        fromChebyshev(chebyshev, static_cast<long double>(radius));
    Row row{centre, {}, 0};
    // Where f vanishes at 0, −0 there keeps the sign of x.
    for (unsigned i = 0; i < taken; ++i)
      row.coefficients.push_back(centre == 0 ? -0.0 : model.coefficients[i].nearest());
    for (long double power : powers)
      row.coefficients.push_back(double(power));
    row.error = errorOf(model, row, taken, smallest, rest, nearest);
    return row.error <= mostError ? std::optional(std::move(row)) : std::nullopt;
  }

  static double leastOf(const std::vector<double> &powers, double radius) {
    constexpr int parts = 16;
    const double width = 2 * radius / parts;
    const Bounded bounded(powers, radius, width);
    double result = infinity;
    for (int i = 0; i < parts; ++i)
      result = std::min(result, bounded.least(-radius + i * width, -radius + (i + 1) * width));
    return result;
  }

  /// Over u^taken, in units of 2^-53 of the least of f there.
  double errorOf(const Model &model, const Row &row, unsigned taken, double smallest, double rest,
                 double nearest) const {
    const ArbPrecision precision(pointBits);
    const std::vector<double> &c = row.coefficients;
    // Of p − f.
    std::vector<double> difference;
    double open = 0, power = 1;
    for (std::size_t i = taken; i < model.coefficients.size(); ++i, power *= model.radius) {
      const ArbBall lacks = (i < c.size() ? ArbBall(c[i]) : ArbBall(0.0)) - model.coefficients[i];
      difference.push_back(lacks.nearest());
      open += (magnitude(lacks - difference.back())) * power;
    }
    double error = sumOfMagnitudes(toChebyshev(difference, model.radius)) + open + rest;
    // Of Horner's rule: the j-th sum over u^taken is |q_j|·|u|^(j − taken).
    double sum = 0;
    std::vector<double> sums(c.size());
    for (std::size_t j = c.size(); j-- > taken;) {
      sum = std::fabs(c[j]) + model.radius * sum;
      sums[j] = sum;
    }
    double roundings = 0;
    power = 1;
    for (std::size_t j = taken; j < c.size(); ++j, power *= model.radius)
      roundings += (j == taken && taken == 0 ? 0 : sums[j] * power);
    error += unit * roundings;
    double result = error / (unit * smallest);
    // The last one, and products before it with what vanishes.
    result += 1;
    if (taken > 0 && row.centre == 0)
      result += taken - 1;
    // Beside another zero f is a little less than |u|·(f − c₀)/u, and c₀ is rounded.
    if (nearest > 0) {
      const double part = std::fabs(c[0]) * (1 + 0x1p-50) / (nearest * smallest);
      if (part > 0.25)
        return infinity;
      result = (result + part) / (1 - part);
    }
    return result * (1 + 0x1p-20);
  }

  const dsl::Program &program;
  const dsl::DefinitionIndex definition;
  const double mostError;
};

} // namespace

double DoubleFit::firstNormal() const {
  constexpr double exponent = -960; // of any coefficient
  double first = 0;
  for (auto row = rows.begin(); row != rows.end(); row += columns()) {
    const auto end = row + columns(),
               other = std::find_if(row + 1, end, [](double each) { return each != 0; });
    if (row[0] == 0 && other != row + 1 && other != end)
      first = std::max(first, std::exp2(exponent / double(other - row - 1)));
  }
  return first;
}

std::string DoubleFit::text() const {
  char text[160];
  std::snprintf(text, sizeof text,
                "in doubles, %u cells of %g, degree %u, on [%g, %g], at most %.2f * 2^-53", cells(),
                step, degree, below.end, above.end, error);
  return text;
}

std::optional<DoubleFit> findDoubleFit(const std::shared_ptr<const dsl::Program> &program,
                                       dsl::DefinitionIndex definition, double mostError) {
  return Search(*program, definition, mostError).run();
}

} // namespace xphi::compiler
