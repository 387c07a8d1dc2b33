// What one step comes to over a cell of floats: a number without roundings, and what they add.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "approx/BallBounds.h"
#include "approx/LinesProof.h"
#include "approx/Roundings.h"
#include "approx/StepRange.h"

#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

namespace xphi::compiler {

/// A grid of which nothing is known, or only that it is of zero.
inline constexpr int finest = -100'000, coarsest = 100'000;

template <class Arithmetic> struct CellNumber {
  typename Arithmetic::Real exact;   ///< without any rounding
  reference::ArbBall values;         ///< of that
  Roundings roundings;               ///< all of them
  reference::ArbBall before, lost;   ///< what they come to; without the last
  reference::ArbBall rounding = 0.0; ///< the last, if there is one
  int grid = finest;                 ///< a multiple of 2^this
  int infinite = 0;                  ///< above 0 it is +∞, below −∞, for all of the cell

  int degree() const { return Arithmetic::degreeOf(exact); }
  /// What comes out, roundings included.
  reference::ArbBall computed() const {
    reference::ArbBall all = values;
    arb_add_error(all.get(), lost.get());
    return all;
  }
  bool isAwayFromZero() const { return !arb_contains_zero(computed().get()); }
  /// 1 or −1, of a zero either; nothing where both come out.
  std::optional<int> sign() const {
    if (infinite != 0)
      return infinite;
    const reference::ArbBall all = computed();
    return arb_is_nonnegative(all.get())   ? std::optional(1)
           : arb_is_nonpositive(all.get()) ? std::optional(-1)
                                           : std::nullopt;
  }
  std::optional<int> powerOfTwo() const {
    if (degree() != 0 || !values.isExact() || values.isExactZero() || !roundings.isNone() ||
        arf_cmpabs_2exp_si(arb_midref(values.get()), exponentOf(abs(values))) != 0)
      return std::nullopt;
    return exponentOf(abs(values));
  }
  /// The ends of what comes out, whatever the other input is.
  std::pair<reference::ArbBall, reference::ArbBall> ends() const {
    auto [low, high] = endsOf(computed());
    if (degree() == 0)
      return {low, high};
    const int scale = LinesTruth::mostExponent * std::abs(degree());
    const auto outwards = [&](const reference::ArbBall &end, bool isUp) {
      return end *
             reference::ArbBall::powerOfTwo(arb_is_nonnegative(end.get()) == isUp ? scale : -scale);
    };
    return {outwards(low, false), outwards(high, true)};
  }
  /// The same, nothing where it may be infinite.
  std::optional<StepRange> range() const {
    const auto [low, high] = ends();
    const StepRange result = {arf_get_d(arb_midref(low.get()), ARF_RND_FLOOR),
                              arf_get_d(arb_midref(high.get()), ARF_RND_CEIL)};
    return infinite == 0 && std::isfinite(result.low) && std::isfinite(result.high)
               ? std::optional(result)
               : std::nullopt;
  }
  /// The ends of what comes out, each as the nearest number of the type; NaN next to the least of
  /// normal numbers, and below.
  std::pair<double, double> roundedEnds(Lines::Type type) const {
    const auto [low, high] = ends();
    return {rounded(low, type), rounded(high, type)};
  }

private:
  static double rounded(const reference::ArbBall &end, Lines::Type type) {
    const bool isDouble = type == Lines::Type::Double;
    reference::ArbBall result;
    arf_set_round(arb_midref(result.get()), arb_midref(end.get()), isDouble ? 53 : 24,
                  ARF_RND_NEAR);
    const double value = result.nearest();
    return std::fabs(value) > (isDouble ? 0x1p-1022 : 0x1p-126) ? value : NAN;
  }
};

template <class Number> Roundings ofProduct(const Number &a, const Number &b) {
  return Roundings::sum(b.computed(), a.roundings, a.values, b.roundings);
}
template <class Number> int gridOfProduct(const Number &a, const Number &b) {
  return a.grid == coarsest || b.grid == coarsest ? coarsest
         : a.grid == finest || b.grid == finest   ? finest
                                                  : a.grid + b.grid;
}

} // namespace xphi::compiler
