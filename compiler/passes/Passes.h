// The passes on functions of reals, in the order the pipeline runs them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each pass is one file and can be run alone with xphi-opt.
#ifndef XPHI_COMPILER_PASSES_PASSES_H
#define XPHI_COMPILER_PASSES_PASSES_H

#include "approx/Fit.h"
#include "dialect/Attributes.h"

#include "mlir/Pass/Pass.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace xphi::compiler {

/// Folds constants, moves signs and constants outwards, joins equal terms and factors, removes
/// repeated and unused operations.
std::unique_ptr<mlir::Pass> createSimplifyPass();

/// Replaces forms that lose digits by forms that keep them: ½(1+erf(x/√2)) becomes Φ(x).
/// With `last`, also by forms that should not be differentiated any more: branches, fused forms.
std::unique_ptr<mlir::Pass> createStabilisePass(bool last = true);

/// Writes calls out in place, callees first, and derives the functions marked `xphi.derive`.
std::unique_ptr<mlir::Pass> createResolveCallsPass();

/// Replaces what the function returns by its derivative in argument `variable`, `order` times.
std::unique_ptr<mlir::Pass> createDerivePass(unsigned variable = 0, unsigned order = 1);

/// What is done before and after each differentiation: stable forms, so that Φ is differentiated
/// and not ½(1 + erf), and short ones, so that expressions do not swell with the order.
void addTidying(mlir::OpPassManager &passes);

/// After the last differentiation: a value with a custom gradient is just the value.
std::unique_ptr<mlir::Pass> createDropCustomGradientsPass();

/// Multiplies what the function returns by a new last input: the vector–Jacobian product.
std::unique_ptr<mlir::Pass> createCotangentPass();

/// Finds the sums of a gradient that are values of the function itself.
std::unique_ptr<mlir::Pass> createMarkValuesPass();

/// Chooses how the function is evaluated: in f32, in f64, or in f32 on a guarded domain and in f64
/// elsewhere. Writes the choice and the estimate behind it into attributes.
std::unique_ptr<mlir::Pass> createApproximatePass();

/// What the arrays of a kernel hold, a letter each (abi/OperandKind.h): inputs in order, then
/// results.
struct BodyOperands {
  std::string inputs, outputs;
};

/// Turns the function into straight code of arith and fma on `lanes` numbers at once.
/// With `wide`, what f64 cannot do is left to the library of wide numbers, which the body then
/// calls. Kernels that are not among `operands` read and write f32. `fits` are those of the marked
/// parts (lowering/FittedParts.h).
std::unique_ptr<mlir::Pass>
createLowerToBodyPass(unsigned lanes = 1, bool wide = false,
                      std::map<std::string, BodyOperands, std::less<>> operands = {},
                      std::vector<Fit> fits = {});

/// Makes the passes known to xphi-opt by name.
void registerPasses();

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_PASSES_H
