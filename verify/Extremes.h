// The least and the largest value of a function of one input.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "verify/Elements.h"

namespace xphi::verify {

struct Extremes {
  double least, most;
};

/// Elements next to them. By values at floats an eighth of a binade apart, and between the
/// neighbours of the outermost by halves: of a function that has its extreme between others a lower
/// bound, all that is needed to say of a result that it is within.
Extremes extremesOf(const Request &request);

} // namespace xphi::verify
