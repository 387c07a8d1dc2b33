// Checks the operands of one call and deals the work out in slices, for CPU and CUDA.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "KernelCode.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace xphi {

/// The operands as addresses, which are host pointers or device pointers.
struct KernelCall {
  std::uint64_t inputs[maxOperands];
  std::size_t inputCount = 0;
  std::uint64_t output = 0;
  std::size_t n = 0;
  const float *parameters = nullptr;

  void addInput(std::uint64_t address) {
    if (inputCount < maxOperands)
      inputs[inputCount] = address;
    ++inputCount;
  }

  /// X2011-X2018; `given` are the caller's parameters, empty for the defaults. Sets `parameters`.
  Status check(const Kernel::Code &code, bool backward, std::span<const float> given);

  /// Calls `run(n)` for each slice, moving every address along in between. Stops at the first that
  /// does not return 0.
  template <typename Run> std::int32_t forEachSlice(Run run) {
    while (n != 0) {
      const std::size_t slice = std::min(n, maxSlice);
      if (const std::int32_t failed = run(std::int64_t(slice)))
        return failed;
      for (std::size_t i = 0; i != inputCount; ++i)
        inputs[i] += slice * sizeof(float);
      output += slice * sizeof(float);
      n -= slice;
    }
    return 0;
  }
};

/// X2010: the operand at `position` has another length than the output.
Error lengthMismatch(const Kernel::Code &code, std::size_t position, std::size_t length,
                     std::size_t wanted);

} // namespace xphi
