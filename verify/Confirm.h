// The floats that were furthest off, by Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "verify/EveryFloat.h"

#include <functional>
#include <span>

namespace xphi::verify {

struct Confirmed {
  double ofItself = 0; ///< in ulp of the result
  float at = 0;        ///< where
  double inUnit = 0;   ///< as `errorOf` says
  Candidate furthest = {};
  double truth = 0;  ///< there
  double others = 0; ///< what all that were not asked are off by at most, in ulp
};

/// Of candidates in order, the furthest first: all beyond the bound, and some.
Confirmed confirm(std::span<const Candidate> candidates, double bound, Truth &truth,
                  const std::function<double(float, const reference::Expected &)> &errorOf);

} // namespace xphi::verify
