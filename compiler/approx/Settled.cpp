// By values at a few points, and for a table by its slope at all floats.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/Settled.h"

#include "approx/SegmentFit.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace xphi::compiler {

std::optional<double> valueAt(const SmoothFunction &f, double x) {
  const std::optional<reference::ArbBall> value = f.value(x);
  return value ? std::optional(value->nearest()) : std::nullopt;
}

namespace {

Fit::Beyond withLimit(const SmoothFunction &f, double settledTo, const Fit &fit, Fit::Beyond beyond,
                      int sign, float &limit) {
  using enum Fit::Form;
  if (beyond == Fit::Beyond::Exact)
    return beyond;
  const bool isRamp = (fit.form == Ramp && sign > 0) || (fit.form == Fall && sign < 0);
  const double end = sign > 0 ? double(fit.high) : double(fit.low);
  const std::optional<double> value = valueAt(f, end);
  if (!value)
    return Fit::Beyond::Exact;
  const unsigned power = isRamp ? 1 : beyond == Fit::Beyond::Power ? fit.order : 0;
  const double most = *value / std::pow(end, double(power)), change = settledTo * unit;
  limit = float(most);
  // Of a power of two the neighbour below is 2^-24 of it away.
  const bool isOne = float(most * (1 - change)) == limit && float(most * (1 + change)) == limit,
             isFactor = power == 0 || (power == 1 && std::fabs(limit) == 1 &&
                                       std::fabs(most - double(limit)) <= 0.2 * unit);
  return isOne && isFactor ? (power == 0 ? Fit::Beyond::Constant : Fit::Beyond::Power)
                           : Fit::Beyond::Exact;
}

} // namespace

bool isSettled(const SmoothFunction &f, double end, unsigned power, double part, double least) {
  const std::optional<double> at = valueAt(f, end);
  if (!at || *at == 0)
    return false;
  return std::ranges::all_of(
      std::initializer_list<double>{1.0625, 1.5, 4, 100, 1e4, 1e10, 1e30}, [&](double factor) {
        const double x = std::clamp(end * factor, -double(FLT_MAX), double(FLT_MAX));
        const std::optional<double> there = valueAt(f, x);
        return there && std::fabs(*there / std::pow(x / end, double(power)) - *at) <=
                            part * std::max(std::fabs(*at), least);
      });
}

bool isNegligible(const SmoothFunction &f, double end, double most, unsigned power) {
  return std::ranges::all_of(
      std::initializer_list<double>{1, 1.5, 4, 100, 1e10}, [&](double factor) {
        const std::optional<double> value = valueAt(f, end * factor);
        return value &&
               std::fabs(*value) <= most * std::pow(std::fabs(end) * factor, double(power));
      });
}

void proveSettled(const SmoothFunction &f, const FitLimits &limits, double settledTo, Fit &fit) {
  constexpr double farEnough = 8; // for nearly all the data there is
  auto prove = [&](Fit::Beyond &beyond, float &last, double end, View view) {
    if (beyond == Fit::Beyond::Exact)
      return;
    const bool goesOn = fit.form == (view == View::Right ? Fit::Form::Ramp : Fit::Form::Fall);
    const unsigned power = goesOn ? 1 : beyond == Fit::Beyond::Power ? fit.order : 0;
    const double size = std::fabs(valueAt(f, view == View::Left ? -end : end).value_or(0)),
                 counts = power == 0 ? std::max(size, limits.leastResult) : size;
    const double until =
        size == 0 ? 0 : f.settledUntil(end, view, power, settledTo * unit * (counts / size));
    if (until < (limits.pairs || limits.elements ? HUGE_VAL : farEnough))
      beyond = Fit::Beyond::Exact;
    else if (std::isfinite(until))
      last = float(until * (1 - 0x1p-20)) * (view == View::Left ? -1 : 1);
  };
  prove(fit.below, fit.lastBelow, -double(fit.low), View::Left);
  prove(fit.above, fit.lastAbove, fit.high, View::Right);
}

void takeLimits(const SmoothFunction &f, double settledTo, Fit &fit) {
  fit.below = withLimit(f, settledTo, fit, fit.below, -1, fit.limitBelow);
  fit.above = withLimit(f, settledTo, fit, fit.above, 1, fit.limitAbove);
}

} // namespace xphi::compiler
