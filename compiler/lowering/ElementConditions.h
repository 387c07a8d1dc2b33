// Conditions on numbers that were loaded from elements of 16 bits, asked of the elements instead.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_ELEMENTCONDITIONS_H
#define XPHI_COMPILER_LOWERING_ELEMENTCONDITIONS_H

#include "lowering/ElementWords.h"

namespace xphi::compiler {

/// An array's elements, and as numbers what the condition is of.
struct LoadedElements {
  mlir::Value number, words;
};

/// A condition that holds in every lane in which `condition` does, and in no other but those of
/// NaN; of as many lanes as the words have. Nothing where it is not made of comparisons of loaded
/// numbers, or their magnitudes, with constants.
std::optional<mlir::Value> askedOfElements(mlir::Value condition, const ElementWords &words,
                                           llvm::ArrayRef<LoadedElements> loaded);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ELEMENTCONDITIONS_H
