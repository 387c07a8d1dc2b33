// A function on wide numbers, applied to lanes of doubles: what a kernel calls for its rare lanes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "compiler/wide/Wide.h"

extern "C" {

/// The value of a function at these arguments.
using XphiWideFunction = void (*)(XphiWide *result, const XphiWide *arguments);

/// How lanes are computed.
enum XphiWideHow {
  XphiWideToOdd = 1,        ///< rounded as xphi_wide_to_f64_odd does
  XphiWideComparesWaves = 2 ///< a sine, which is None of numbers beyond all others, is compared
};

/// Replaces values[i] by the function's value, where flags[i] is set. `arguments` are `count` rows
/// of `lanes` doubles. Bit k of `growing` tells that argument k stands for a limit where it is
/// infinite; several of them grow at one pace. `cotangent` is the argument that the result is
/// multiplied with, -1 for none. `how` is a sum of these.
void xphi_wide_lanes(XphiWideFunction function, double *values, const uint8_t *flags,
                     const double *arguments, int32_t lanes, int32_t count, int64_t growing,
                     int32_t cotangent, int32_t how);

/// xphi_wide_from_bits, with the words of the mantissa one by one.
void xphi_wide_constant(XphiWide *result, uint64_t word0, uint64_t word1, uint64_t word2,
                        uint64_t word3, uint64_t word4, uint64_t word5, uint64_t word6,
                        uint64_t word7, int64_t exponent, int32_t negative);

void xphi_wide_select(XphiWide *result, int32_t condition, const XphiWide *a, const XphiWide *b);
}
