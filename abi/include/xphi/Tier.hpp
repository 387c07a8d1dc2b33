// What is promised of a kernel's results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/Export.hpp>

#include <string_view>

namespace xphi {

enum class Tier {
  Accurate,     ///< at most 4 ulp, in the way that is fastest on each target
  Reproducible, ///< at most 4 ulp, and the same bits on every target
};

inline constexpr Tier everyTier[] = {Tier::Accurate, Tier::Reproducible};

/// "accurate", "reproducible"
constexpr std::string_view nameOf(Tier tier) noexcept {
  constexpr std::string_view names[] = {"accurate", "reproducible"};
  return names[int(tier)];
}

} // namespace xphi
