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

float power(float t, unsigned exponent) {
  float result = t;
  for (unsigned i = 1; i < exponent; ++i)
    result *= t;
  return result;
}

float held(const Fit &fit, float x) {
  return fit.form == Fit::Form::TwoSided ? std::clamp(x, fit.low, fit.high)
                                         : std::min(std::fabs(x), fit.high);
}

} // namespace

unsigned fittedEntry(const Fit &fit, float x) {
  const auto rounded = std::bit_cast<uint32_t>(std::fma(held(fit, x), 1 / fit.step, 0x1.8p23f));
  if (fit.form != Fit::Form::Halves)
    return rounded % fit.segments;
  const unsigned half = fit.segments / 2;
  return rounded % half + (std::signbit(x) ? half : 0);
}

std::optional<float> fittedValue(const Fit &fit, float x, float low) {
  using enum Fit::Form;
  if ((x < fit.low && fit.below == Fit::Beyond::Exact) ||
      (x > fit.high && fit.above == Fit::Beyond::Exact))
    return std::nullopt;
  const unsigned n = fit.order;
  const bool isOfBothSides = fit.form == TwoSided;
  if (fit.isOfPair && fit.zero) {
    const float zero = isOfBothSides ? *fit.zero : std::fabs(*fit.zero);
    if (std::fabs((isOfBothSides ? x : std::fabs(x)) - zero) < 0x1p-18f * std::fabs(zero))
      return std::nullopt;
  }
  const unsigned entry = fittedEntry(fit, x);
  const float t = held(fit, x);
  if (t != (isOfBothSides ? x : std::fabs(x)))
    low = 0;
  else if (!isOfBothSides && std::signbit(x))
    low = -low;
  const float d = t - fit.centres[entry] + low;
  const bool isPair = fit.isOfPair && (n != 1 || std::fabs(x) >= leastOfPair);
  float p = fit.coefficient(fit.degree, entry);
  for (unsigned i = fit.degree; i-- > 0;)
    p = std::fma(p, d, fit.coefficient(i, entry));

  float factor = x;
  if (fit.below == Fit::Beyond::Constant)
    factor = std::max(factor, fit.low);
  if (fit.above == Fit::Beyond::Constant)
    factor = std::min(factor, fit.high);
  switch (fit.form) {
  case Ramp:
  case Fall: {
    const float ramp = fit.form == Ramp ? std::max(x, 0.0f) : std::min(x, 0.0f);
    if (isPair && n <= 1) {
      const float rest = ramp == 0 ? 0 : x > 0 ? low : -low;
      return ramp + (n == 0 ? p + rest : std::fma(t, p, std::fma(low, p, rest)));
    }
    return n == 0 ? ramp + p : std::fma(power(t, n), p, ramp);
  }
  case Reflect:
    return x > 0 ? fit.sum - p : p;
  case Odd:
    if (isPair && n == 1)
      return std::copysign(1.0f, x) * std::fma(std::fabs(factor), p, low * p);
    return n == 1 ? factor * p : factor * power(std::fabs(factor), n - 1) * p;
  case Even:
  case Halves:
    if (isPair && n == 1)
      return std::fma(std::fabs(factor), p, low * p);
    return n == 0 ? p : power(std::fabs(factor), n) * p;
  case TwoSided:
    if (isPair && n == 1)
      return std::fma(factor, p, low * p);
    return n == 0 ? p : power(factor, n) * p;
  }
  return std::nullopt;
}

} // namespace xphi::compiler
