// Parameters at the ends of what they may be, and for each set inputs at which that matters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel that is right at the defaults, and near them, may be wrong at zero, at a subnormal, at
// 10^38, or where the sign is the other: a square leaves floats, a sum's other term is gone. There
// the inputs that matter are others, too: 1 / a, the square root of that, a's neighbours. So of
// random inputs made of the parameters those are taken at which a term inside the program is of a
// size that it has at none of the others (InnerTerms.h).
#ifndef XPHI_COMPILER_CHECK_EXTREMES_H
#define XPHI_COMPILER_CHECK_EXTREMES_H

#include "check/Points.h"

namespace xphi::compiler {

struct Extreme {
  std::vector<float> parameters;
  std::vector<Point> points;
};

/// About so many points in all; nothing of a program without parameters.
std::vector<Extreme> extremesFor(const dsl::Program &program, dsl::DefinitionIndex definition,
                                 std::size_t count);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_EXTREMES_H
