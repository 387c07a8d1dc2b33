// The limit of a function at infinity, told from its values at a few very distant points.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Far beyond every float an elementary function has settled: from 2^200 to 2^400, and on from there
// by factors of two, it is
//   - infinite in the limit, if it is at least 1 at the first, by half or more larger at the second
//     (a logarithm doubles, a root grows 2^100-fold), and grows on with its sign;
//   - convergent, if all differ by less than 2^-50 of the value, or of 1 where the value is
//     smaller, which makes the last the limit, or zero, if all are below 2^-50, still differ and do
//     not grow;
//   - without a limit otherwise (a sine), which gives NaN.
// A rule of thumb, not a proof; it holds for every function of the library, and a test says so.
#pragma once

#include "compiler/truth/ArbBall.h"

#include <array>

namespace xphi::reference {

/// |x| = 2^each of these.
inline constexpr std::array<slong, 6> limitExponents = {200, 400, 401, 402, 403, 404};
using DistantValues = std::array<ArbBall, limitExponents.size()>;

/// The limit of a function that has these values there, all on one side.
Enclosure limitFrom(const DistantValues &values);
/// Whether the last may be larger than the first, for all that their bits tell: what is only
/// known to be tiny may be enlarged by an infinite factor.
bool mayGrow(const DistantValues &values);

} // namespace xphi::reference
