// The exponential and the logarithm of pairs of doubles, and what other functions are made of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_DOUBLEPAIREXPONENTIAL_H
#define XPHI_COMPILER_LOWERING_DOUBLEPAIREXPONENTIAL_H

#include "lowering/DoublePairs.h"

namespace xphi::compiler::pairs {

/// The exponents of which there is a pair.
inline constexpr double leastExponent = -708, mostExponent = 709;
/// What is made of a smaller exponential is off by no more.
inline constexpr double faded = 0x1p-1018;

/// eˣ for x up to the most exponent; 0 below the least, which is off by `faded` at most.
NumberPair exponential(NumberPair x);
/// eˣ − 1 for x up to the most exponent.
NumberPair expm1(NumberPair x);
/// e^−|x|.
NumberPair decay(NumberPair x);
/// −factor·|x|, for a power of two.
NumberPair minusMagnitude(double factor, NumberPair x);
/// Of what is made of exponentials that may have faded.
FunctionValue fading(NumberPair value);

/// log z where hasLogarithm(z); where z = 1 + u from u, if that is next to 0.
NumberPair logarithm(NumberPair z, std::optional<NumberPair> u = std::nullopt);
Mask hasLogarithm(NumberPair z);

} // namespace xphi::compiler::pairs

#endif // XPHI_COMPILER_LOWERING_DOUBLEPAIREXPONENTIAL_H
