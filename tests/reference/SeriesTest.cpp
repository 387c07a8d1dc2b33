// Series over balls of doubles against FLINT's, far more exact: every primitive, made by chance.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

using namespace xphi::reference;
namespace dsl = xphi::dsl;

namespace {

constexpr slong length = 16;

ArbBall around(double c, double radius) {
  ArbBall ball(c);
  mag_set_d(arb_radref(ball.get()), radius);
  return ball;
}

/// 0.3·t² + slope·t + offset, t = c + u: what the primitive is asked of.
template <class Series>
Series inner(const ArbBall &c, double slope, double offset, SeriesArithmetic<Series> &arithmetic) {
  const Series t = Series::variable(c, 1, 0);
  auto times = [&](const Series &a, const Series &b) {
    const Series operands[] = {a, b};
    return arithmetic.apply(dsl::Primitive::Mul, operands);
  };
  auto plus = [&](const Series &a, const Series &b) {
    const Series operands[] = {a, b};
    return arithmetic.apply(dsl::Primitive::Add, operands);
  };
  return plus(plus(times(Series::decimal("0.3"), times(t, t)), times(ArbBall(slope), t)),
              ArbBall(offset));
}

template <class Series>
Series of(dsl::Primitive primitive, unsigned arity, const ArbBall &c, double a, double b,
          bool &undecided) {
  SeriesArithmetic<Series> arithmetic(length);
  std::vector<Series> operands{inner<Series>(c, a, b, arithmetic)};
  for (unsigned i = 1; i < arity; ++i)
    operands.push_back(inner<Series>(c, b, a + i, arithmetic));
  Series result = arithmetic.apply(primitive, operands);
  undecided = arithmetic.undecided();
  return result;
}

TEST(DoubleSeries, EnclosesTheTruth) {
  std::mt19937_64 random(20261126);
  std::normal_distribution<double> normal;
  std::size_t compared = 0, primitives = 0, points = 0, tight = 0;
  for (const dsl::PrimitiveInfo &row : dsl::primitives()) {
    if (row.result != dsl::Type::Number || row.operands != dsl::Type::Number)
      continue;
    std::size_t ofPrimitive = 0;
    for (int i = 0; i < 200; ++i) {
      const double c = std::exp(normal(random)) * (i % 2 ? 1 : -1), a = normal(random),
                   b = 2 * normal(random), radius = i % 3 ? 0 : std::exp2(-4 - i % 7);
      const ArbBall ball = around(c, radius);
      bool undecided = false, isOpen = false;
      DoubleSeries doubles;
      {
        const ArbPrecision precision(64);
        doubles = of<DoubleSeries>(row.primitive, row.arity, ball, a, b, undecided);
      }
      if (undecided || !doubles.coefficient(0).isFinite())
        continue;
      // Anywhere in the ball.
      const ArbPrecision precision(1000);
      const ArbBall point = radius == 0 ? ball : ArbBall(c + radius * std::sin(double(i)));
      const ArbSeries truth = of<ArbSeries>(row.primitive, row.arity, point, a, b, isOpen);
      ASSERT_FALSE(isOpen) << row.spelling;
      for (slong k = 0; k < length; ++k) {
        const ArbBall enclosure = doubles.coefficient(k), exact = truth.coefficient(k);
        if (!enclosure.isFinite())
          continue;
        ++compared;
        ++ofPrimitive;
        ASSERT_TRUE(arb_contains(enclosure.get(), exact.get()))
            << row.spelling << ", power " << k << " around " << c << " ± " << radius << ": "
            << enclosure.decimal(20) << ", not " << exact.decimal(20);
        if (radius == 0 && k == 0) {
          ++points;
          tight += enclosure.isTight(40);
        }
      }
    }
    primitives += ofPrimitive > 0;
  }
  EXPECT_GT(primitives, 50u);
  EXPECT_GT(double(tight), 0.9 * double(points)); // all but what cancels
  EXPECT_GT(compared, 50000u);
}

TEST(DoubleSeries, DecimalsAreNotTheirDoubles) {
  const ArbPrecision precision(1000);
  for (const char *text :
       {"0.1", "1e-30", "3", "0", "123456789012345678901", "1.7976931348623157e308"})
    EXPECT_TRUE(arb_contains(DoubleSeries::decimal(text).coefficient(0).get(),
                             ArbBall::fromDecimal(text).get()))
        << text;
  EXPECT_TRUE(DoubleSeries::decimal("0").coefficient(0).isExactZero());
  EXPECT_FALSE(DoubleSeries::decimal("0.1").coefficient(0).isExact());
  for (const char *text : {"1e400", "1e-400", "nonsense"})
    EXPECT_FALSE(DoubleSeries::decimal(text).coefficient(0).isFinite()) << text;
}

} // namespace
