// Arithmetic of pairs of doubles: a number and what it lacks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Algorithms and their errors: Joldes, Muller, Popescu, Tight and Rigorous Error Bounds for Basic
// Building Blocks of Double-Word Arithmetic, 2017; a root by one step of Newton's. Each result is
// within 2^-100 of itself, if it is a finite number and large enough for what it lacks to be a
// double, too. The sign of a zero is of no account.
#ifndef XPHI_COMPILER_LOWERING_DOUBLEPAIRS_H
#define XPHI_COMPILER_LOWERING_DOUBLEPAIRS_H

#include "lowering/PairArithmetic.h"

#include <optional>

namespace xphi::compiler::pairs {

/// Of every operation here, relative.
inline constexpr double rounding = 0x1p-100;
/// From here on what a product or quotient lacks is a double.
inline constexpr double hasRest = 0x1p-900;
/// Squares of larger numbers may be none.
inline constexpr double furthest = 0x1p500;

NumberPair ofDouble(Number a);
NumberPair constant(const Numbers &f64, const double (&pair)[2]);
/// As a double.
Number whole(NumberPair a);
/// The exact sum, whatever the sizes.
NumberPair exactSum(Number a, Number b);
/// The exact sum of a larger and a smaller number.
NumberPair orderedSum(Number large, Number small);
NumberPair exactProduct(Number a, Number b);

NumberPair add(NumberPair a, NumberPair b);
/// The same, where b is smaller and the sum no less than half of a.
NumberPair addSmaller(NumberPair a, NumberPair b);
NumberPair subtract(NumberPair a, NumberPair b);
NumberPair multiply(NumberPair a, NumberPair b);
NumberPair divide(NumberPair a, NumberPair b);
/// Of zero it is zero.
NumberPair root(NumberPair a);
NumberPair negate(NumberPair a);
NumberPair absolute(NumberPair a);
NumberPair inverse(NumberPair a);
/// number + a, where a is smaller, and the sum no less than half of the number.
NumberPair plusSmaller(double number, NumberPair a);
/// number + a
NumberPair plus(double number, NumberPair a);
/// By a power of two.
NumberPair scale(double power, NumberPair a);
NumberPair choose(Mask mask, NumberPair a, NumberPair b);
/// The magnitude, which is not negative, with the sign of `sign`.
NumberPair withSign(NumberPair magnitude, Number sign);

Mask isAtMost(Number x, double most);
Mask isAtLeast(Number x, double least);

/// The error of an elementary function as a part of the result: of what is made of exponentials, of
/// waves, and of the normal distribution.
inline constexpr double ofElementary = 0x1p-66, ofWave = 0x1p-64, ofNormal = 0x1p-62;

/// Of an elementary function.
struct FunctionValue {
  NumberPair value;
  std::optional<Mask> holds;   ///< the lanes in which it is to be used; all lanes
  std::optional<Number> error; ///< absolute, beside what is a part of the result
  double part = ofElementary;
};

} // namespace xphi::compiler::pairs

#endif // XPHI_COMPILER_LOWERING_DOUBLEPAIRS_H
