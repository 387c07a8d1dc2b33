// Polynomials of pairs of floats: what lowering/PairFunction.cpp emits, operation by operation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/Fit.h"

#include <cmath>

namespace xphi::numerics {

// Each rounded by itself.
inline float sum(float a, float b) { return a + b; }
inline float product(float a, float b) { return a * b; }

struct Pair {
  float high, low;
};

/// a + b + low, where a is 0, larger, or a multiple of the last place of b; or Knuth's sum.
inline Pair pairOf(float a, float b, float low, bool isOrdered) {
  const float high = sum(a, b), part = sum(high, -a);
  const float lost = isOrdered ? sum(b, -part) : sum(sum(a, -sum(high, -part)), sum(b, -part));
  return {high, sum(low, lost)};
}

inline Pair polynomial(const compiler::Fit &fit, unsigned entry, float d, float low) {
  const float whole = sum(d, low);
  float high = fit.coefficient(fit.degree, entry), rest = 0;
  for (unsigned power = fit.degree; power-- > fit.pairs;)
    high = std::fma(high, whole, fit.coefficient(power, entry));
  for (unsigned power = fit.pairs; power-- > 0;) {
    const float first = fit.coefficient(power, entry);
    const float second = std::fma(high, low, fit.lows[power * fit.segments + entry]);
    Pair next;
    if (fit.fused >> power & 1) {
      next.high = std::fma(high, d, first);
      next.low = sum(second, std::fma(high, d, sum(first, -next.high)));
    } else {
      const float scaled = product(high, d);
      next =
          pairOf(first, scaled, sum(std::fma(high, d, -scaled), second), power > 0 || !fit.hasZero);
    }
    rest = power + 1 == fit.pairs ? next.low : std::fma(rest, d, next.low);
    high = next.high;
  }
  return {high, rest};
}

} // namespace xphi::numerics
