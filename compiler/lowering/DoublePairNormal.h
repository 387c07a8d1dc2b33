// The normal distribution and the error function of pairs of doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_DOUBLEPAIRNORMAL_H
#define XPHI_COMPILER_LOWERING_DOUBLEPAIRNORMAL_H

#include "lowering/DoublePairs.h"

namespace xphi::compiler::pairs {

FunctionValue normalPdf(NumberPair x);
FunctionValue normalCdf(NumberPair x);
/// log Φ(x)
FunctionValue logNormalCdf(NumberPair x);
/// x·Φ(x), and its derivative.
FunctionValue gelu(NumberPair x);
FunctionValue geluSlope(NumberPair x);

FunctionValue erf(NumberPair x);
FunctionValue erfc(NumberPair x);
/// exp(x²)·erfc(x)
FunctionValue erfcx(NumberPair x);
/// log(erfc(x))
FunctionValue logErfc(NumberPair x);

} // namespace xphi::compiler::pairs

#endif // XPHI_COMPILER_LOWERING_DOUBLEPAIRNORMAL_H
