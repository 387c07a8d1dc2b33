// Floats as numbers in ascending order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <bit>
#include <cstdint>

namespace xphi::verify {

/// Neighbours differ by 1; −0 is −1 and 0 is 0. From rankOfInfinity on, and from its negative − 1
/// down, are those that are no finite numbers.
inline std::int64_t rankOf(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return bits >> 31 ? -std::int64_t(bits & 0x7fffffff) - 1 : std::int64_t(bits);
}

inline float ofRank(std::int64_t rank) {
  return std::bit_cast<float>(rank < 0 ? std::uint32_t(-rank - 1) | 0x80000000u
                                       : std::uint32_t(rank));
}

inline constexpr std::int64_t rankOfInfinity = 0x7f800000, ranks = std::int64_t(1) << 32;

} // namespace xphi::verify
