// The floats that functions are measured at: 100,000 spread over all 2^32, always the same.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every special value, every float around the corners of common activations and around the zeros of
// their derivatives, dense samples where activations bend and where their tails die away, and the
// rest one from each of equally many bit patterns. All patterns differ; NaNs of several kinds are
// among them. In increasing order of the bit pattern.
#pragma once

#include <cstddef>
#include <vector>

namespace xphi::numerics {

inline constexpr std::size_t floatSpreadSize = 100'000;

/// With a smaller size each group is as much thinner; the special values are all there.
std::vector<float> floatSpread(std::size_t size = floatSpreadSize);

/// Points of two inputs, as two columns of one length: every pair of some special values and
/// corners, both inputs in the same range, one close to the other or to its negative, and two
/// independent spreads over all finite floats.
std::vector<std::vector<float>> pairSpread(std::size_t size);

} // namespace xphi::numerics
