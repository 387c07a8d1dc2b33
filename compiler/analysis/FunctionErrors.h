// What an elementary function in f64 makes of an argument that is off already.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_FUNCTIONERRORS_H
#define XPHI_COMPILER_ANALYSIS_FUNCTIONERRORS_H

#include "analysis/Conditioning.h"

namespace xphi::compiler {

/// Of each elementary function in f64: 2^-44, in 2^-53.
inline constexpr double ofElementary = 512;

/// What is known of the function's result, at every argument that `x` tells of; nothing where it
/// may be off by much. The argument is no sum of terms.
std::optional<Known> errorOfFunction(mlir::Operation &op, const Known &x);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_FUNCTIONERRORS_H
