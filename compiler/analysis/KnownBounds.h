// What is known of functions by their name: how steep they are, how large their products.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_KNOWNBOUNDS_H
#define XPHI_COMPILER_ANALYSIS_KNOWNBOUNDS_H

#include "mlir/IR/Operation.h"

namespace xphi::compiler {

/// Up to which magnitude of the argument a relative error of it is multiplied by `most` at most, of
/// the larger of the result and its terms; 0 for a function that nobody has looked at.
double domainOfSteepness(mlir::Operation &op, double most);

/// Whether it is x·σ'(x) or x·φ(x), which are less than 1/4.
bool isTimesItsDensity(mlir::Operation &op);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_KNOWNBOUNDS_H
