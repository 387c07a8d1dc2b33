// One element after another.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FittedValue.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace xphi::compiler {
namespace {

// Smaller numbers are zero where the order is 1.
constexpr float leastOfPair = 0x1p-80f;

// tⁿ for t ≥ 0, or n = 1, and what it lacks.
std::pair<float, float> powerOf(unsigned n, float t, float low) {
  float high = t, rest = low;
  for (unsigned i = 1; i < n; ++i) {
    const float next = high * t;
    float left = std::fma(high, t, -next);
    left = std::fma(rest, t, left);
    left = std::fma(high, low, left);
    high = next;
    rest = left;
  }
  return {high, rest};
}

float timesPower(unsigned n, float t, float low, float p, bool isPair) {
  const auto [high, rest] = powerOf(n, t, low);
  return isPair || n > 1 ? std::fma(high, p, rest * p) : high * p;
}

float held(const Fit &fit, float x) {
  return fit.form == Fit::Form::TwoSided ? std::clamp(x, fit.low, fit.high)
                                         : std::min(std::fabs(x), fit.high);
}

constexpr float origin = 0x1.8p23f;

unsigned entryOf(const Fit &fit, float x, float rounded) {
  const auto bits = std::bit_cast<uint32_t>(rounded);
  if (fit.form != Fit::Form::Halves)
    return bits % fit.segments;
  const unsigned half = fit.segments / 2;
  return bits % half + (std::signbit(x) ? half : 0);
}

} // namespace

FittedPlace fittedPlace(const Fit &fit, float x, float low) {
  const bool isOfBothSides = fit.form == Fit::Form::TwoSided;
  const float t = held(fit, x), rounded = std::fma(t, 1 / fit.step, origin);
  if (t != (isOfBothSides ? x : std::fabs(x)))
    low = 0;
  else if (!isOfBothSides && std::signbit(x))
    low = -low;
  const unsigned entry = entryOf(fit, x, rounded);
  const float d = fit.isPlain           ? t
                  : fit.centres.empty() ? std::fma(t, 1 / fit.step, -(rounded - origin))
                  : fit.isOfPair        ? t - fit.centres[entry] + low
                                        : t - fit.centres[entry]; // its zero keeps its sign
  return {entry, t, d, low};
}

float fittedFactor(const Fit &fit, float x) {
  float factor = x;
  if (fit.below == Fit::Beyond::Constant)
    factor = std::max(factor, fit.low);
  if (fit.above == Fit::Beyond::Constant)
    factor = std::min(factor, fit.high);
  return factor;
}

std::optional<float> fittedValue(const Fit &fit, float x, float low) {
  using enum Fit::Form;
  if (x < fit.lowest() || x > fit.highest())
    return std::nullopt;
  const unsigned n = fit.order;
  if (x != 0 && std::fabs(x) < fit.smallest)
    return std::nullopt;
  const bool isOfBothSides = fit.form == TwoSided;
  if (fit.isOfPair && fit.zero) {
    const float zero = isOfBothSides ? *fit.zero : std::fabs(*fit.zero);
    if (std::fabs((isOfBothSides ? x : std::fabs(x)) - zero) < 0x1p-18f * std::fabs(zero))
      return std::nullopt;
  }
  const auto [entry, t, d, rest] = fittedPlace(fit, x, low);
  low = rest;
  float slope = fit.degree > 0 ? fit.coefficient(fit.degree, entry) : 0; // (p − c₀)/d
  for (unsigned i = fit.degree; i-- > 1;)
    slope = std::fma(slope, d, fit.coefficient(i, entry));
  const float first = fit.coefficient(0, entry);
  const bool isNextToZero = fit.slope != 0 && entry == 0;
  if (fit.slope != 0 && n == 1) {
    const float size = std::fma(slope, d, isNextToZero ? fit.slope * d : first);
    return fit.form == Odd && std::signbit(x) ? -size : size;
  }
  if (fit.isOrderedProduct) {
    const float factor = fittedFactor(fit, x);
    const auto [high, rest] = powerOf(n, n == 1 ? factor : std::fabs(factor), 0);
    const float part = high * d,
                result = std::fma(high, first,
                                  n == 1 ? part * slope : std::fma(part, slope, rest * first));
    return n > 1 && std::signbit(x) ? -result : result;
  }
  const bool isJoined = fit.form == Ramp || fit.form == Fall;
  if (fit.slope != 0 && isJoined) {
    const float ramp = fit.form == Ramp ? std::max(x, 0.0f) : std::min(x, 0.0f);
    const float ofX = std::signbit(x) ? -low : low, left = isNextToZero ? 0.5f * ofX
                                                           : ramp == 0  ? 0
                                                                        : ofX;
    return first + (std::fma(slope, d, isNextToZero ? 0.5f * x : ramp) + left);
  }
  const float p = fit.slope != 0 ? first + std::fma(slope, d, isNextToZero ? fit.slope * d : 0)
                                 : std::fma(slope, d, first);

  const float factor = fittedFactor(fit, x);
  // Of zero the sign must be right.
  const bool isPair = fit.isOfPair && (n != 1 || std::fabs(x) >= leastOfPair);
  switch (fit.form) {
  case Ramp:
  case Fall: {
    const float ramp = fit.form == Ramp ? std::max(x, 0.0f) : std::min(x, 0.0f);
    if (!isPair)
      return n == 0 ? ramp + p : std::fma(t, p, ramp);
    const float left = ramp == 0 ? 0 : x > 0 ? low : -low;
    return ramp + (n == 0 ? p + left : std::fma(t, p, std::fma(low, p, left)));
  }
  case Reflect:
    return x > 0 ? fit.sum - p : p;
  default:
    break;
  }
  if (n == 0)
    return p;
  if (n == 1 && (!isPair || isOfBothSides))
    return timesPower(n, fit.form == Odd || isOfBothSides ? factor : std::fabs(factor), low, p,
                      isPair);
  const float size = isOfBothSides && std::signbit(x) ? -low : low,
              result = timesPower(n, std::fabs(factor), size, p, isPair);
  const bool isTurned = std::signbit(x) && (fit.form == Odd || (isOfBothSides && n % 2));
  return isTurned ? -result : result;
}

} // namespace xphi::compiler
