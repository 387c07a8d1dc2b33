// A coarse look everywhere, a fine one at the outermost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Extremes.h"

#include "abi/ElementValues.h"
#include "verify/Ranks.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi::verify {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The largest of what `at` gives between two numbers with one peak, by the golden section.
template <class At> double peak(double low, double high, const At &at) {
  constexpr double part = 0.6180339887498949;
  constexpr int steps = 96;
  double a = high - part * (high - low), b = low + part * (high - low), best = none;
  double fa = at(a), fb = at(b);
  for (int i = 0; i < steps; ++i) {
    best = std::fmax(best, std::fmax(fa, fb));
    if (fa > fb) {
      high = b, b = a, fb = fa;
      fa = at(a = high - part * (high - low));
    } else {
      low = a, a = b, fa = fb;
      fb = at(b = low + part * (high - low));
    }
  }
  return best;
}

/// The largest of sign times the function.
double supremum(Elements &elements, double sign) {
  const auto at = [&](double x) {
    const reference::Expected here = elements.truthAt({x});
    return here.known ? sign * here.truth.high : none;
  };
  constexpr std::int64_t apart = 1 << 20;
  double best = std::fmax(std::fmax(at(HUGE_VAL), at(-HUGE_VAL)), at(0));
  std::int64_t where = 0;
  for (std::int64_t rank = -rankOfInfinity + apart; rank < rankOfInfinity; rank += apart)
    if (const double here = at(ofRank(rank)); here > best || std::isnan(best)) {
      best = here;
      where = rank;
    }
  return std::fmax(best, peak(ofRank(where - apart), ofRank(where + apart), at));
}

} // namespace

Extremes extremesOf(const Request &request) {
  Elements elements(request);
  const ElementType type = request.pass == Pass::Value ? request.spec.types.output
                                                       : gradientType(request.spec.types.inputs[0]);
  const auto next = [&](double value) { return valueOf(nearestElement(value, type), type); };
  return {next(-supremum(elements, -1)), next(supremum(elements, 1))};
}

} // namespace xphi::verify
