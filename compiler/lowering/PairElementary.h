// Elementary functions of pairs of floats, as pairs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_PAIRELEMENTARY_H
#define XPHI_COMPILER_LOWERING_PAIRELEMENTARY_H

#include "lowering/PairArithmetic.h"

#include <optional>

namespace xphi::compiler {

/// A function whose result is a pair, for |argument| ≤ domain.
struct FormInPairs {
  double parts;     ///< the error, in 2^-24 of the result, is at most this
  double domain;    ///< of arguments
  double steepness; ///< |f'/f| at most; nothing is known where it is 0
  double cost;      ///< in vector instructions
  double apart = 0; ///< smaller parts of the argument are off by more, since that itself is
  /// If it is not 0, the error is no more than this in 2^-24 of 1 + |result|, either.
  double ofOne = 0;
};
std::optional<FormInPairs> formInPairs(mlir::Operation *op);

/// The square of a sine or cosine of which nothing else is made; null if there is none. Then the
/// form of the function is one of its square, which the product is without more.
mlir::Operation *squareAlone(mlir::Operation *op);
/// Whether the product is such a square.
bool isSquareAlone(mlir::Operation &product);

/// Of an operation that has such a form. What a result's float lacks may be 2^-21 of it.
NumberPair elementaryInPairs(mlir::Operation *op, NumberPair x);

/// Whether it is a function that is less to do as a float, of a pair still.
bool hasFormInFloat(mlir::Operation *op);
/// What that is off by, and how much less it costs.
inline constexpr double partsInFloat = 1.05, savedInFloat = 9;
Number elementaryInFloat(mlir::Operation *op, NumberPair x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_PAIRELEMENTARY_H
