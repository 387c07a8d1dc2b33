// What a kernel gives for each number that 8 bits can be, computed once a call and looked up.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/api/KernelEntry.h"

#include <cstddef>

namespace xphi {

/// Of a forward kernel with one input of 8 bits, whose results depend on nothing but that and
/// numbers that are the same for a whole call, such as the scales of a quantised function. The
/// results are the kernel's own, bit for bit.
class ResultTable {
public:
  static constexpr std::size_t count = 256;
  /// Below, computing each is about as fast.
  static constexpr std::size_t leastElements = 4 * count;

  /// `resultBytes`: 1, 2, 4 or 8. What the kernel returned, 0 if all is well.
  std::int32_t fill(const KernelEntry &entry, const float *parameters, std::size_t resultBytes);

  /// Of a kernel that looks up; for as long as this lives.
  KernelEntry entry() const { return {lookUp, this}; }

private:
  static std::int32_t lookUp(const void *table, const void *const *inputs, void *const *outputs,
                             const void *params, std::int64_t n, std::int64_t first);

  std::size_t bytes = 0; ///< of a result
  alignas(64) std::byte results[count * 8];
};

} // namespace xphi
