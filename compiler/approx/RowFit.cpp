// Each segment's polynomial is cut from a model of eight, and bounded by itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/RowFit.h"

#include "approx/AtZero.h"
#include "approx/PairFit.h"
#include "approx/Polynomial.h"
#include "approx/SegmentFit.h"
#include "approx/Settled.h"
#include "approx/TaylorModel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace xphi::compiler {
namespace {

constexpr double step = 0x1p-6, half = 0.5 * step * (1 + 0x1p-18);
constexpr int ofModel = 16; ///< segments
constexpr unsigned degree = 4;
constexpr double settledTo = 0.25; ///< units that a function beyond an end may still change by

std::pair<float, float> pairOf(double number) {
  const auto high = float(number);
  return {high, float(number - double(high))};
}

/// What is 0 where a function has a centre of symmetry, and by rounding is not, would lead to
/// subnormal numbers next to it, which take a processor a hundred cycles.
void dropRoundings(std::vector<double> &powers) {
  constexpr double rounding = 0x1p-50;
  double largest = 0, power = 1;
  for (const double each : powers) {
    largest = std::max(largest, power * std::fabs(each));
    power *= half;
  }
  power = 1;
  for (double &each : powers) {
    if (power * std::fabs(each) < rounding * largest)
      each = 0;
    power *= half;
  }
}

struct Row {
  float centre = 0;
  std::pair<float, float> first, second;
  float others[degree - 1] = {};
  // Of p: what it is off by at most, and its least magnitude.
  double error = 0, least = 0;
  bool isFused = false;   ///< c₀ + c₁d is between half and twice c₀, or c₀ is 0
  bool isOrdered = false; ///< c₁d is no larger than c₀, or c₀ is 0
  bool hasZero = false;
  double place = 0; ///< of the data in it
  double usual = 0; ///< magnitude of p: the harmonic mean
};

/// The next larger bfloat16, as the upper half of a float.
uint32_t upperHalf(double bound) {
  const auto above = float(bound * (1 + 0x1p-20));
  return (std::bit_cast<uint32_t>(above) + 0xffff) >> 16;
}

/// The nearest float with that lower half, off by 2^-8 at most.
float withLowerHalf(float number, uint32_t lower) {
  const uint32_t upper = std::bit_cast<uint32_t>(number) & 0xffff0000;
  float nearest = 0;
  double least = HUGE_VAL;
  for (const uint32_t each : {upper - 0x10000, upper, upper + 0x10000})
    if (const auto next = std::bit_cast<float>(each | lower);
        std::fabs(double(next) - double(number)) < least) {
      least = std::fabs(double(next) - double(number));
      nearest = next;
    }
  return nearest;
}

class Search {
public:
  Search(const std::shared_ptr<const dsl::Program> &program, dsl::DefinitionIndex definition)
      : f(program, definition) {}

  std::optional<Fit> run() {
    const std::optional<unsigned> order = f.orderAtZero(View::Left);
    if (!order || *order > 1)
      return std::nullopt;
    fit.order = *order;
    fit.isOfRows = true;
    fit.degree = degree;
    fit.pairs = 2;
    fit.step = float(step);
    if (!chooseForm())
      return std::nullopt;
    const std::optional<double> left = endOf(-1, fit.below),
                                right = isLeftOnly() ? std::optional(0.0) : endOf(1, fit.above);
    if (!left || !right)
      return std::nullopt;
    const int last = int(std::ceil((isLeftOnly() ? *left : *right) / step)),
              first = isLeftOnly() ? 0 : -int(std::ceil(*left / step));
    fit.first = first;
    fit.segments = unsigned(last - first + 1);
    fit.high = float((last + 0.5) * step * (1 - 0x1p-18));
    fit.low = isLeftOnly() ? -fit.high : float((first - 0.5) * step * (1 - 0x1p-18));
    for (int block = blockOf(first); block <= blockOf(last); ++block)
      if (!addRows(block, first, last))
        return std::nullopt;
    if (!fill())
      return std::nullopt;
    proveEnds();
    addEnds();
    return std::move(fit);
  }

private:
  bool isLeftOnly() const { return fit.form == Fit::Form::LeftOfLine; }

  bool chooseForm() {
    if (f.orderAtZero(View::Right) == fit.order &&
        f.model(0, half, View::Through, fit.order, 0x1p-46)) {
      fit.form = Fit::Form::TwoSided;
      return true;
    }
    fit.form = Fit::Form::LeftOfLine;
    constexpr View left[] = {View::Left};
    fit.line = lineToTheRight(f, fit.order);
    if (fit.line && jumpsAtZero(f, fit.order, left))
      fit.atZero = fit.order == 0 ? compiler::pairOf(f.value(0)) : std::nullopt;
    return fit.line && (fit.atZero || !jumpsAtZero(f, fit.order, left));
  }

  /// Where it has settled, or far out if it has faded there.
  std::optional<double> endOf(int sign, Fit::Beyond &beyond) const {
    constexpr double far = 8, farthest = 24, faded = 0x1p-6;
    const double part = 0.4 * settledTo * unit;
    for (double end = 4; end <= farthest; end += 0.5)
      for (unsigned power = 0; power <= fit.order; ++power)
        if (isSettled(f, sign * end, power, part, 0)) {
          beyond = power == 0 ? Fit::Beyond::Constant : Fit::Beyond::Power;
          return end;
        }
    beyond = Fit::Beyond::Exact;
    const std::optional<double> there = valueAt(f, sign * far);
    return there && std::fabs(*there) <= faded ? std::optional(far) : std::nullopt;
  }

  static int blockOf(int k) {
    return (k + ofModel / 2 + (1 << 20)) / ofModel - (1 << 20) / ofModel;
  }

  /// The rows of a model. On the left of a line t is −x.
  bool addRows(int block, int first, int last) {
    const View view = isLeftOnly() ? View::Left : View::Through;
    const double centre = block * ofModel * step, radius = (ofModel + 1) * half;
    const std::optional<TaylorModel> model = f.model(centre, radius, view, fit.order, 0x1p-46);
    if (!model)
      return false;
    for (int k = block * ofModel - ofModel / 2; k < block * ofModel + ofModel / 2; ++k)
      if (k >= first && k <= last) {
        std::optional<Row> row = rowOf(*model, k);
        if (!row)
          return false;
        rows.push_back(*row);
      }
    return true;
  }

  std::optional<Row> rowOf(const TaylorModel &model, int k) const {
    const double middle = k * step;
    std::vector<double> powers = shifted(model.quotient, middle - model.centre);
    double centre = middle, radius = half;
    bool isZero = false;
    if ((valueOf(powers, -half) < 0) != (valueOf(powers, half) < 0)) {
      if (std::abs(k) < 2)
        return std::nullopt;
      double low = -half, high = half;
      for (int i = 0; i < 60; ++i) {
        const double between = 0.5 * (low + high);
        ((valueOf(powers, between) < 0) == (valueOf(powers, low) < 0) ? low : high) = between;
      }
      centre = double(float(middle + low));
      radius += std::fabs(centre - middle);
      powers = shifted(model.quotient, centre - model.centre);
      isZero = true;
    }
    std::vector<double> terms = toChebyshev(powers, radius);
    terms.resize(std::min<std::size_t>(terms.size(), degree + 1));
    std::vector<double> cut = fromChebyshev(terms, radius);
    cut.resize(degree + 1);
    dropRoundings(cut);
    if (std::fabs(cut[degree]) < leastLast)
      cut[degree] = std::copysign(leastLast, cut[degree]);
    Row row;
    row.hasZero = isZero;
    row.centre = float(centre);
    row.first = isZero ? std::pair(0.0f, float(cut[0])) : pairOf(cut[0]);
    if (k == 0 && isLeftOnly() && fit.order == 0 && meetsLine(cut[0]))
      row.first = *fit.line;
    row.second = pairOf(cut[1]);
    std::vector<double> kept = {double(row.first.first) + double(row.first.second),
                                double(row.second.first) + double(row.second.second)};
    for (unsigned i = 2; i <= degree; ++i) {
      row.others[i - 2] = float(cut[i]);
      kept.push_back(double(row.others[i - 2]));
    }
    row.place = middle;
    bound(row, kept, radius, model);
    return std::isfinite(row.error) ? std::optional(row) : std::nullopt;
  }

  /// Then the line is p at 0, exactly.
  bool meetsLine(double first) const {
    const double line = double(fit.line->first) + double(fit.line->second);
    return std::fabs(first - line) <= 0x1p-38 * std::fabs(line);
  }

  /// Of p as it is evaluated, less what a product with tⁿ adds.
  void bound(Row &row, const std::vector<double> &kept, double radius,
             const TaylorModel &model) const {
    const double centre = row.centre, by = centre - model.centre;
    // tⁿp − f, and what its coefficients are rounded by.
    std::vector<double> difference = kept;
    if (model.order > 0) {
      difference.push_back(0);
      for (std::size_t i = difference.size(); i-- > 0;)
        difference[i] = centre * difference[i] + (i > 0 ? difference[i - 1] : 0);
    }
    const std::vector<double> truth = shifted(model.coefficients, by);
    difference.resize(std::max(difference.size(), truth.size()));
    double sizes = 0, power = 1, least = std::fabs(kept[0]);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      difference[i] -= truth[i];
      sizes += std::fabs(model.coefficients[i]) * power;
      power *= std::fabs(by) + radius;
    }
    const double nearest = model.order == 0 ? 1 : std::fabs(centre) - radius,
                 off = sumOfMagnitudes(toChebyshev(difference, radius)) + model.rest +
                       0x1p-46 * sizes;
    // |c₂ + c₃d + c₄d²|, and all that is in brackets.
    const double third = std::fabs(kept[3]) + radius * std::fabs(kept[4]),
                 inner = std::fabs(kept[2]) + radius * third,
                 outer = std::fabs(double(row.second.second)) + radius * inner,
                 most = std::fabs(kept[0]) + radius * (std::fabs(kept[1]) + radius * inner);
    const double roundings =
                     unit * (radius * radius * (inner + radius * third) + 2 * radius * outer),
                 lower = 0x1p-8 * (1 + 0x1p-10) * std::pow(radius, degree) * std::fabs(kept[4]);
    row.error = (nearest > 0 ? off / nearest : HUGE_VAL) +
                (roundings + lower + pairRounding * most) * (1 + 0x1p-10);
    const double change = std::fabs(kept[1]) * radius * (1 + 0x1p-10),
                 first = std::fabs(double(row.first.first));
    least -= change + radius * radius * inner;
    row.least = std::max(least, 0.0);
    row.isFused = first == 0 || 2 * change <= first;
    row.isOrdered = first == 0 || change <= first;
    row.usual = usualOf(kept, row);
  }

  static double usualOf(const std::vector<double> &kept, const Row &row) {
    constexpr int points = 16;
    double sum = 0;
    for (int i = 0; i < points; ++i) {
      const double d = row.place + ((i + 0.5) / points - 0.5) * step - double(row.centre);
      sum += 1 / std::max(std::fabs(valueOf(kept, d)), 0x1p25 * row.error);
    }
    return points / sum;
  }

  /// A part of p, or where that has a zero an absolute one.
  double boundOf(const Row &row) const {
    return fit.zero ? row.error * (1 + 0x1p-18)
                    : row.error / row.least + pairRounding * (6 + double(fit.order));
  }

  bool fill() {
    fit.fused = 1;
    fit.least = fit.line ? std::fabs(double(fit.line->first)) : HUGE_VAL;
    for (const Row &row : rows) {
      fit.least = std::min(fit.least, row.least);
      if (row.hasZero)
        fit.zero = row.centre;
      if (!row.isFused)
        fit.fused = 0;
      if (!row.isOrdered)
        fit.hasZero = true;
    }
    double inDoubt = 0;
    for (const Row &row : rows) {
      if (!fit.zero && row.least <= 0)
        return false;
      const double bound = boundOf(row), usual = fit.zero ? row.usual : 1;
      const float last = withLowerHalf(row.others[degree - 2], upperHalf(bound));
      const float columns[columnsOfRow] = {
          row.centre,        row.first.first, row.first.second, row.second.first,
          row.second.second, row.others[0],   row.others[1],    last};
      fit.table.insert(fit.table.end(), columns, columns + columnsOfRow);
      const double density = std::exp(-row.place * row.place / 2) / 2.50663;
      inDoubt += density * step * std::min(1.0, 0x1p25 * bound / usual);
    }
    return inDoubt <= mostInDoubt;
  }

  /// An end behind which the function has not settled for certain is an end; so is one behind which
  /// results are not one float, or x times one.
  void proveEnds() {
    for (const auto &[beyond, limit, end, view] :
         {std::tuple(&fit.below, &fit.limitBelow, double(fit.low), View::Left),
          std::tuple(&fit.above, &fit.limitAbove, double(fit.high), View::Right)}) {
      if (*beyond == Fit::Beyond::Exact)
        continue;
      const unsigned power = *beyond == Fit::Beyond::Power ? fit.order : 0;
      const std::optional<double> value = valueAt(f, end);
      const double change = settledTo * unit,
                   most = value ? *value / std::pow(end, double(power)) : 0;
      *limit = float(most);
      const bool isOne =
                     float(most * (1 - change)) == *limit && float(most * (1 + change)) == *limit,
                 isFactor = power == 0 || (std::fabs(*limit) == 1 &&
                                           std::fabs(most - double(*limit)) <= 0.2 * unit);
      if (!value || *value == 0 || !isOne || !isFactor ||
          f.settledUntil(float(std::fabs(end)), view, power, change) < HUGE_VAL)
        *beyond = Fit::Beyond::Exact;
    }
  }

  /// What lies beyond an end has a row of its own, which is a constant: so x need not be held
  /// there, and of one that is infinite no comparison comes out as that of a number.
  void addEnds() {
    const auto row = [&](Fit::Beyond beyond, float limit) {
      const float constant =
          beyond == Fit::Beyond::Exact ? std::numeric_limits<float>::infinity() : limit;
      return std::array<float, columnsOfRow>{0, constant};
    };
    if (isLeftOnly()) { // to the right it has the bound of the line
      std::array<float, columnsOfRow> last = row(fit.below, fit.limitBelow);
      last.back() = withLowerHalf(leastLast, upperHalf(boundOf(rows.back())));
      fit.table.insert(fit.table.end(), last.begin(), last.end());
      ++fit.segments;
      return;
    }
    const std::array<float, columnsOfRow> before = row(fit.below, fit.limitBelow),
                                          behind = row(fit.above, fit.limitAbove);
    fit.table.insert(fit.table.begin(), before.begin(), before.end());
    fit.table.insert(fit.table.end(), behind.begin(), behind.end());
    --fit.first;
    fit.segments += 2;
    for (const auto &[beyond, limit] :
         {std::pair(fit.below, fit.limitBelow), std::pair(fit.above, fit.limitAbove)})
      if (beyond != Fit::Beyond::Exact && (beyond == Fit::Beyond::Power || fit.order == 0))
        fit.least = std::min(fit.least, std::fabs(double(limit)));
  }

  static constexpr double pairRounding = 16 * unit * unit,
                          leastLast = 0x1p-100, ///< of the last coefficient: no subnormal number
      mostInDoubt = 0x1p-7;                     ///< of all lanes

  const SmoothFunction f;
  Fit fit;
  std::vector<Row> rows;
};

} // namespace

std::optional<Fit> findRows(const std::shared_ptr<const dsl::Program> &program,
                            dsl::DefinitionIndex definition) {
  return Search(program, definition).run();
}

} // namespace xphi::compiler
