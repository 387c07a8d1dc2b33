// Points beyond all floats, for arrays of f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// There wide numbers have forgotten what stands beside a square, a sine is that of noise, and an
// exponential has ended. Each is so in a range of magnitudes that is narrow for a high power, and
// the truth, which has but half as many bits again, tells it in a part of that.
#ifndef XPHI_COMPILER_CHECK_FARPOINTS_H
#define XPHI_COMPILER_CHECK_FARPOINTS_H

#include "check/Extremes.h"
#include "check/KernelCheck.h"

namespace xphi::compiler {

/// So many, of which each has an input beyond floats, or beneath them, beside any others, or beside
/// the next double; none where no input is of f64.
std::vector<Point> farPoints(const std::vector<ElementType> &inputs, std::size_t count);

/// So many beside the defaults, which come last, and of f64 as many beside parameters at their
/// ends: another branch may be taken there.
std::vector<Extreme> farSets(const CheckedFunction &function, std::size_t count);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_CHECK_FARPOINTS_H
