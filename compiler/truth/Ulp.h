// The error of a float in units in the last place of the true result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The unit is the spacing of floats in the binade of the true value: 2^-149 below FLT_MIN, 2^104
// from 2^127 on. Infinity is the right answer from 2^128 - 2^103 on, where rounding to nearest
// overflows; elsewhere it counts as 2^128. Nothing is forgiven for the enclosure's radius: it is
// added.
#pragma once

#include "compiler/truth/Enclosure.h"

namespace xphi::reference {

/// What kind of result a true value calls for; errors are reported apart.
enum class ResultClass {
  Regular,   ///< a normal float, or zero
  Subnormal, ///< below FLT_MIN
  Special,   ///< NaN, or too large for a float
};

ResultClass classOf(const Enclosure &truth);

/// The spacing of floats in the binade of this number.
double ulpOf(double number);

/// The error of `result` in ulp of the larger of the truth and `atLeast`; infinite where one of the
/// two is NaN, or the truth infinite and the result not the same infinity.
double ulpError(float result, const Enclosure &truth, double atLeast = 0);

} // namespace xphi::reference
