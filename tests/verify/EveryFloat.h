// Two kernels of one function at every float there is: how far they are apart, and where most.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace xphi::verify {

/// Where results differ by `distance` floats; where one is NaN and the other is not, by `noNumber`.
struct Difference {
  static constexpr std::uint32_t noNumber = 0xffffffff;

  float x, got;
  std::uint32_t distance;
};

struct Differences {
  std::uint64_t inputs = 0;
  std::array<std::uint64_t, 9> byDistance = {}; ///< the last counts what is further apart
  /// The largest, the first inputs of each size.
  std::vector<Difference> largest;
  /// From one float to the next.
  std::uint64_t stepsUp = 0, stepsDown = 0, referenceStepsUp = 0, referenceStepsDown = 0;

  std::uint32_t most() const { return largest.empty() ? 0 : largest.front().distance; }
  /// What is not among the largest is no further apart.
  std::uint32_t mostBeside() const {
    return largest.size() < mostKept ? 0 : largest.back().distance;
  }
  static constexpr std::size_t mostKept = 64;
};

/// The value, or the derivative as backward gives it for dy = 1.
enum class Pass { Value, Derivative };

/// At the floats of all 2^32 patterns whose number is a multiple of `stride`, on `threads` threads.
/// `did` hears of how many patterns were done, from any thread. Both kernels are of one input.
Result<Differences> everyFloat(const Kernel &kernel, const Kernel &reference, Pass pass,
                               std::uint64_t stride, unsigned threads,
                               const std::function<void(double)> &did);

} // namespace xphi::verify
