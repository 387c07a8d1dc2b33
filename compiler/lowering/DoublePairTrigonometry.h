// Trigonometric functions and their inverses of pairs of doubles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_DOUBLEPAIRTRIGONOMETRY_H
#define XPHI_COMPILER_LOWERING_DOUBLEPAIRTRIGONOMETRY_H

#include "lowering/DoublePairs.h"

namespace xphi::compiler::pairs {

/// For arguments up to 2^19.
FunctionValue sin(NumberPair x);
FunctionValue cos(NumberPair x);
FunctionValue tan(NumberPair x);

FunctionValue asin(NumberPair x);
FunctionValue acos(NumberPair x);
FunctionValue atan(NumberPair x);

} // namespace xphi::compiler::pairs

#endif // XPHI_COMPILER_LOWERING_DOUBLEPAIRTRIGONOMETRY_H
