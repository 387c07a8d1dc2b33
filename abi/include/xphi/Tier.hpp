// What is promised of a kernel's results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Export.hpp>

#include <string_view>

namespace xphi {

enum class Tier {
  Accurate,     ///< so many ulp, 4 unless others are asked for, in the fastest way of each target
  Reproducible, ///< the same, and the same bits on every target
  Fast,         ///< 2^-14 of the result, or of 2^-14 where the result is smaller
  Exact,        ///< of one input the nearest element, so the same bits everywhere; of several 1 ulp
};

inline constexpr Tier everyTier[] = {Tier::Accurate, Tier::Reproducible, Tier::Fast, Tier::Exact};

/// "accurate", "reproducible", "fast", "exact"
constexpr std::string_view nameOf(Tier tier) noexcept {
  constexpr std::string_view names[] = {"accurate", "reproducible", "fast", "exact"};
  return names[int(tier)];
}

} // namespace xphi
