// What elementary functions make of the errors of their arguments.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_SLOPEBOUNDS_H
#define XPHI_COMPILER_LOWERING_SLOPEBOUNDS_H

#include "lowering/Numbers.h"

#include <optional>

namespace xphi::compiler {

struct SlopeBound {
  Number bound;              ///< on the derivative, around the argument
  std::optional<Mask> holds; ///< the lanes in which it is one; all lanes
  /// Of the function's form in f64 (lowering/Elementary.h): the absolute error of results near the
  /// end of f64, and one beside 2^-44 of the result.
  double least = 0x1p-1020;
  std::optional<Number> more;
};

/// Of an elementary operation, at x, which is off by `error` at most; `y` is the magnitude of the
/// result. Nothing where no bound is known.
std::optional<SlopeBound> slopeBound(mlir::Operation &op, Number x, Number y, Number error);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_SLOPEBOUNDS_H
