// Each table of coefficients has the error that is written above it, and no other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The file says it of itself; here it is measured again, in long double and with another library.
// A table may not be better than it says either: then the figure is that of an older one.
#include "compiler/approx/Coefficients.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <span>

namespace {

using namespace xphi::compiler::coefficients;
using Real = long double;

template <class Table> Real sumOf(const Table &table, Real x) {
  Real sum = 0;
  for (auto i = std::end(table); i != std::begin(table);)
    sum = sum * x + Real(*--i);
  return sum;
}

Real phi(Real t) {
  return std::exp(-t * t / 2) * std::numbers::inv_sqrtpi_v<Real> / std::numbers::sqrt2_v<Real>;
}
Real upperTail(Real t) { return std::erfc(t / std::numbers::sqrt2_v<Real>) / 2; }

// Of x·tanh(softplus(x)), term by term.
struct Terms {
  Real first, second;
};
Terms mishSlope(Real x) {
  const Real soft = std::log1p(std::exp(x)), hyperbolic = std::tanh(soft);
  return {hyperbolic, x * (1 - hyperbolic * hyperbolic) / (1 + std::exp(-x))};
}

struct Written {
  const char *name;
  Real from, to;
  Real bits; ///< the error is 2^-bits
  std::function<Real(Real)> approximation, truth;
  std::function<Real(Real)> size = {}; ///< what the error is relative to; the truth
};

const Real ln2 = std::numbers::ln2_v<Real>, pi = std::numbers::pi_v<Real>;

const Written tables[] = {
    {"expm1F64", -ln2 / 2, ln2 / 2, 49.4L, [](Real r) { return r + r * r * sumOf(expm1F64, r); },
     [](Real r) { return std::expm1(r); }},
    {"expm1F32", -ln2 / 2, ln2 / 2, 26.1L, [](Real r) { return r + r * r * sumOf(expm1F32, r); },
     [](Real r) { return std::expm1(r); }},
    {"expm1TailF32", -ln2 / 2, ln2 / 2, 31.0L,
     [](Real r) { return r + r * r / 2 + r * r * r * sumOf(expm1TailF32, r); },
     [](Real r) { return std::expm1(r); }},
    {"logF64", std::sqrt(0.5L), std::sqrt(2.0L), 52.2L,
     [](Real m) {
       const Real s = (m - 1) / (m + 1);
       return 2 * s + s * s * s * sumOf(logF64, s * s);
     },
     [](Real m) { return std::log(m); }},
    {"logF32", std::sqrt(0.5L), std::sqrt(2.0L), 30.2L,
     [](Real m) {
       const Real s = (m - 1) / (m + 1);
       return 2 * s + s * s * s * sumOf(logF32, s * s);
     },
     [](Real m) { return std::log(m); }},
    {"log1pF32", 0, 1, 27.5L, [](Real t) { return t + t * t * sumOf(log1pF32, t); },
     [](Real t) { return std::log1p(t); }},
    {"mishSlopeF32", -2, 0, 25.2L, [](Real x) { return sumOf(mishSlopeF32, x + 1); },
     [](Real x) { return mishSlope(x).first + mishSlope(x).second; },
     [](Real x) {
       return std::max(std::fabs(mishSlope(x).first), std::fabs(mishSlope(x).second));
     }},
    {"erfF64", -1, 1, 51.1L, [](Real x) { return x * sumOf(erfF64, x * x); },
     [](Real x) { return std::erf(x); }},
    {"tanhshrinkF64", 0.1L, 0.5L, 52.7L,
     [](Real x) { return x * x * x * sumOf(tanhshrinkF64, x * x); },
     [](Real x) { return x - std::tanh(x); }},
    {"tailF64", 0, 40, 48.3L,
     [](Real t) {
       return std::exp(-t * t / 2) * sumOf(tailF64Numerator, t) / sumOf(tailF64Denominator, t);
     },
     upperTail},
    {"millsDensityF32", -ln2, ln2, 24.5L, [](Real r) { return sumOf(millsDensityF32, r); },
     [](Real r) { return std::exp(-r / 2) / std::sqrt(2 * pi); }},
    {"millsProductF32", 0, 12, 24.5L,
     [](Real t) {
       const Real n = sumOf(millsProductF32Numerator, t);
       return phi(t) * n / (t * n + sumOf(millsProductF32Rest, t));
     },
     upperTail},
    {"millsCdfF32", 0, 12, 24.5L,
     [](Real t) {
       const Real n = sumOf(millsCdfF32Numerator, t);
       return phi(t) * n / (t * n + sumOf(millsCdfF32Rest, t));
     },
     upperTail},
    {"sinF64", -pi / 4, pi / 4, 57.9L, [](Real x) { return x + x * x * x * sumOf(sinF64, x * x); },
     [](Real x) { return std::sin(x); }},
    {"sinQuarterF32", -pi / 4, pi / 4, 32.5L,
     [](Real x) { return x + x * x * x * sumOf(sinQuarterF32, x * x); },
     [](Real x) { return std::sin(x); }},
    {"cosQuarterF32", -pi / 4, pi / 4, 33.0L,
     [](Real x) { return 1 - x * x / 2 + x * x * x * x * sumOf(cosQuarterF32, x * x); },
     [](Real x) { return std::cos(x); }},
    {"sinSquareF32", 0, (pi / 4) * (pi / 4), 29.8L,
     [](Real s) { return s + s * s * sumOf(sinSquareF32, s); },
     [](Real s) { return std::sin(std::sqrt(s)) * std::sin(std::sqrt(s)); }},
    {"sinSquareSlopeF32", 0, (pi / 4) * (pi / 4), 19.8L,
     [](Real s) { return 1 + s * sumOf(sinSquareSlopeF32, s); },
     [](Real s) { return s == 0 ? 1 : std::sin(2 * std::sqrt(s)) / (2 * std::sqrt(s)); }},
    {"sinF32", -pi / 2, pi / 2, 27.3L, [](Real x) { return x + x * x * x * sumOf(sinF32, x * x); },
     [](Real x) { return std::sin(x); }},
    {"cosF64", -pi / 4, pi / 4, 63.9L,
     [](Real x) { return 1 - x * x / 2 + x * x * x * x * sumOf(cosF64, x * x); },
     [](Real x) { return std::cos(x); }},
    {"atanF64", -std::tan(pi / 8), std::tan(pi / 8), 49.9L,
     [](Real x) { return x + x * x * x * sumOf(atanF64, x * x); },
     [](Real x) { return std::atan(x); }},
    {"asinF64", -0.5L, 0.5L, 51.9L, [](Real x) { return x + x * x * x * sumOf(asinF64, x * x); },
     [](Real x) { return std::asin(x); }},
};

TEST(Coefficients, HaveTheErrorThatIsWrittenAboveThem) {
  constexpr int points = 4001;
  constexpr Real noise = 0x1p-60L; // of long double, and of its library
  for (const Written &table : tables) {
    Real worst = 0;
    for (int i = 0; i < points; ++i) {
      const Real x = table.from + (table.to - table.from) * i / (points - 1);
      const Real right = table.truth(x), size = table.size ? table.size(x) : std::fabs(right);
      if (size > 0)
        worst = std::max(worst, std::fabs(table.approximation(x) - right) / size);
    }
    const Real written = std::exp2(-table.bits);
    EXPECT_LE(worst, written * 1.15L + noise) << table.name << ": 2^" << std::log2(double(worst));
    EXPECT_GE(worst, written * 0.75L - noise) << table.name << ": 2^" << std::log2(double(worst));
  }
}

} // namespace
