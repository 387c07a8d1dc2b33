// Floats, counted in ascending order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_APPROX_FLOATRANK_H
#define XPHI_COMPILER_APPROX_FLOATRANK_H

#include <bit>
#include <cstdint>

namespace xphi::compiler {

/// Floats in ascending order have ascending numbers; −0 comes before 0, which has 0.
inline std::int64_t rankOf(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return bits >> 31 ? -std::int64_t(bits & 0x7fffffff) - 1 : std::int64_t(bits);
}
inline float ofRank(std::int64_t rank) {
  return std::bit_cast<float>(rank < 0 ? std::uint32_t(-rank - 1) | 0x80000000u
                                       : std::uint32_t(rank));
}

} // namespace xphi::compiler

#endif // XPHI_COMPILER_APPROX_FLOATRANK_H
