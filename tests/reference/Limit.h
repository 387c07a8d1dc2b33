// The limit of a function at infinity, told from its values at two very distant points.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Far beyond every float an elementary function has settled: at 2^200 and 2^400 it is
//   - infinite in the limit, if it is at least 1 at the first and grows by half or more to the
//   second
//     (a logarithm doubles, a root grows 2^100-fold);
//   - convergent, if the two differ by less than 2^-50 of the larger of 1 and the value, which
//   makes the
//     second the limit, or zero, if both are below 2^-50;
//   - without a limit otherwise (a sine), which gives NaN.
// A rule of thumb, not a proof; it holds for every function of the library, and a test says so.
#pragma once

#include "tests/reference/ArbBall.h"

#include <array>

namespace xphi::reference {

/// |x| = 2^each of these.
inline constexpr std::array<slong, 2> limitExponents = {200, 400};

/// The limit of a function that has these values at 2^200 and 2^400, or at -2^200 and -2^400.
Enclosure limitFrom(const ArbBall &near, const ArbBall &far);

} // namespace xphi::reference
