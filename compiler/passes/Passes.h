// The passes on functions of reals, in the order the pipeline runs them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function is a `func.func` of `!xphi.real` arguments: inputs first, each with the attribute
// `xphi.input = "name"`, then parameters with `xphi.parameter = "name"`. Each pass is one file and
// can be run alone with xphi-opt.
#ifndef XPHI_COMPILER_PASSES_PASSES_H
#define XPHI_COMPILER_PASSES_PASSES_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace xphi::compiler {

inline constexpr llvm::StringLiteral inputName = "xphi.input", parameterName = "xphi.parameter",
                                     cotangentName = "xphi.cotangent";

/// Folds constants, moves signs and constants outwards, joins equal terms and factors, removes
/// repeated and unused operations.
std::unique_ptr<mlir::Pass> createSimplifyPass();

/// Replaces forms that lose digits by forms that keep them: ½(1+erf(x/√2)) becomes Φ(x).
/// With `last`, also by forms that should not be differentiated any more: branches, fused forms.
std::unique_ptr<mlir::Pass> createStabilisePass(bool last = true);

/// Replaces what the function returns by its `order`-th derivative with respect to the first input.
std::unique_ptr<mlir::Pass> createDerivePass(unsigned order = 1);

/// Multiplies what the function returns by a new last input: the vector–Jacobian product.
std::unique_ptr<mlir::Pass> createCotangentPass();

/// Chooses how the function is evaluated: in f32, in f64, or in f32 on a guarded domain and in f64
/// elsewhere. Writes the choice and the estimate behind it into attributes.
std::unique_ptr<mlir::Pass> createApproximatePass();

/// Turns the function into straight code of arith and fma on `lanes` numbers at once.
std::unique_ptr<mlir::Pass> createLowerToBodyPass(unsigned lanes = 1);

/// Makes the passes known to xphi-opt by name.
void registerPasses();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_PASSES_H
