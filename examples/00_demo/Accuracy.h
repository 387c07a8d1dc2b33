// How far a compiled GELU is from the true one, in units in the last place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xphi/xphi.hpp>

#include <vector>

namespace demo {

/// Prints some points, tails included, and the largest error over `data`. The reference is x·Φ(x)
/// and Φ(x) + x·φ(x) in 80-bit arithmetic, good to some 1e-17 here: far more than a float can show.
xphi::Status showAccuracy(const xphi::Kernel &gelu, const std::vector<float> &data);

} // namespace demo
