// Taylor's coefficients at zero, and the sign of the first behind the line.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LineAtZero.h"

#include "compiler/truth/Series.h"

#include <cmath>

namespace xphi::compiler {

using namespace reference;

namespace {

constexpr slong most = 5;         ///< power of what is left of the line
constexpr slong zero = -1100;     ///< what is less than 2^that counts as 0, as in wide numbers
constexpr double until = 0x1p-60; ///< of |x|
constexpr double nextDouble = 0x1p-54;

template <class Series>
std::optional<Series> seriesAt(const dsl::Program &program, dsl::DefinitionIndex definition,
                               const ArbBall &x, int side) {
  SeriesArithmetic<Series> arithmetic(most + 2);
  const Series variable = Series::variable(x, 1, side);
  Series result = dsl::evaluate(program, definition, std::span<const Series>(&variable, 1),
                                std::span<const Series>(), arithmetic);
  if (arithmetic.undecided())
    return std::nullopt;
  for (slong i = 0; i < most + 2; ++i)
    if (!result.coefficient(i).isFinite())
      return std::nullopt;
  return result;
}

struct Side {
  double slope;
  bool isMore;
};

std::optional<Side> sideOf(const dsl::Program &program, dsl::DefinitionIndex definition, int side) {
  const ArbPrecision precision(-2 * zero);
  const auto series = seriesAt<ArbSeries>(program, definition, ArbBall(0.0), side);
  if (!series || !series->coefficient(0).isBelow(zero))
    return std::nullopt;
  const double slope = series->coefficient(1).nearest();
  if (slope == 0 || double(float(slope)) != slope ||
      !(series->coefficient(1) - slope).isBelow(zero))
    return std::nullopt;
  slong power = 2;
  while (power <= most && series->coefficient(power).isBelow(zero))
    ++power;
  if (power > most)
    return std::nullopt;
  const double first = series->coefficient(power).nearest();
  // Over all there is between zero and the end the next power must not turn it.
  ArbBall over(0.5 * side * until);
  mag_set_d(arb_radref(over.get()), 0.5 * until * (1 + 0x1p-20));
  const auto around = seriesAt<ArbSeries>(program, definition, over, side);
  if (!around)
    return std::nullopt;
  const ArbBall next = around->coefficient(power + 1) * until;
  if (!arb_lt(abs(next).get(), ArbBall(0.25 * std::fabs(first)).get()) ||
      !(1.5 * std::fabs(first) * std::pow(until, double(power - 1)) <=
        nextDouble * std::fabs(slope)))
    return std::nullopt;
  const bool isAbove = (first > 0) == (side > 0 || power % 2 == 0);
  return Side{slope, isAbove == (slope > 0) ? side > 0 : side < 0};
}

} // namespace

std::optional<LineAtZero> lineAtZero(const dsl::Program &program, dsl::DefinitionIndex definition) {
  const std::optional<Side> left = sideOf(program, definition, -1),
                            right = sideOf(program, definition, 1);
  int exponent;
  if (!left || !right || left->slope != right->slope ||
      (std::fabs(std::frexp(left->slope, &exponent)) == 0.5 && exponent > 0))
    return std::nullopt;
  return LineAtZero{left->slope, float(until), left->isMore, right->isMore};
}

} // namespace xphi::compiler
