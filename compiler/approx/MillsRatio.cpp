// With R' = tR − 1/√(2π) each coefficient follows from two before it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/MillsRatio.h"

#include "approx/Polynomial.h"
#include "compiler/truth/SmoothFunctions.h"

#include <cmath>
#include <utility>

namespace xphi::compiler {

using namespace reference;

/// At t, lowest power first.
static std::vector<ArbBall> seriesAt(double middle, unsigned degree) {
  const ArbBall t(middle), density = smoothFunction(dsl::Primitive::NormalPdf, ArbBall(0.0), 0)[0],
                           bell = smoothFunction(dsl::Primitive::Exp, t * t / ArbBall(2.0), 0)[0];
  std::vector<ArbBall> c = {smoothFunction(dsl::Primitive::NormalCdf, -t, 0)[0] * bell};
  c.push_back(t * c[0] - density);
  while (c.size() <= degree)
    c.push_back((t * c.back() + c[c.size() - 2]) / ArbBall(double(c.size())));
  return c;
}

constexpr slong bits = 600; // of which the recurrence loses some at each step

static void appendRow(double middle, std::vector<double> &rows) {
  const ArbPrecision precision(bits);
  const std::vector<ArbBall> c = seriesAt(middle, MillsRatio::degree);
  for (unsigned i = 0; i <= MillsRatio::degree; ++i) {
    rows.push_back(c[i].nearest());
    if (i < MillsRatio::pairs)
      rows.push_back((c[i] - ArbBall(rows.back())).nearest());
  }
}

const std::vector<double> &MillsRatio::rows() {
  static const std::vector<double> made = [] {
    std::vector<double> rows;
    for (double from = 0; from < end; from += cell)
      appendRow(from + cell / 2, rows);
    return rows;
  }();
  return made;
}

/// At the segment's far end, since with t − centre below 0 Horner's sums have the sign of what is
/// added to them, so that none of them turns back; and where the value is all but a float itself,
/// so that the first coefficient lacks next to nothing.
static float centreFor(const std::vector<double> &powers, double middle, double radius) {
  constexpr int candidates = 64;
  auto candidate = float(middle + radius), best = candidate;
  double least = HUGE_VAL;
  for (int i = 0; i < candidates; ++i, candidate = std::nextafter(candidate, HUGE_VALF)) {
    const double value = valueOf(powers, double(candidate) - middle),
                 lost = std::fabs(value - double(float(value)));
    if (lost < least) {
      least = lost;
      best = candidate;
    }
  }
  return best;
}

float MillsSegments::valueAtZero() const {
  float sum = coefficients[degree * count];
  for (unsigned power = degree; power-- > 0;)
    sum = std::fma(sum, -centres[0], coefficients[power * count]);
  return sum;
}

const MillsSegments &MillsSegments::made() {
  static const MillsSegments made = [] {
    const ArbPrecision precision(bits);
    MillsSegments result;
    result.coefficients.resize((degree + 1) * count);
    constexpr unsigned enough = 20; // for what lies behind to be less than 2^-53
    const double radius = 0.5 * double(step);
    for (unsigned k = 0; k < count; ++k) {
      const double middle = k * double(step);
      std::vector<double> powers;
      for (const ArbBall &each : seriesAt(middle, enough))
        powers.push_back(each.nearest());
      powers = fromChebyshev(cutOff(toChebyshev(powers, radius), degree + 1), radius);
      result.centres.push_back(centreFor(powers, middle, radius));
      powers = shifted(std::move(powers), double(result.centres.back()) - middle);
      for (unsigned power = 0; power <= degree; ++power)
        result.coefficients[power * count + k] = float(powers[power]);
    }
    // As Φ(−z) is 1 − Φ(z), neither may pass ½ on the way to 0.
    constexpr float atZero = 0.5F;
    float &second = result.coefficients[count];
    while (result.valueAtZero() > atZero)
      second = std::nextafter(second, HUGE_VALF);
    while (result.valueAtZero() < atZero)
      second = std::nextafter(second, -HUGE_VALF);
    return result;
  }();
  return made;
}

} // namespace xphi::compiler
