// What becomes of a result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_USERS_H
#define XPHI_COMPILER_ANALYSIS_USERS_H

#include "mlir/IR/Operation.h"

namespace xphi::compiler {

/// Whether it is the product of an fma and nothing else.
bool isFused(mlir::Operation &op);

/// Whether it is only added up.
bool feedsOnlySums(mlir::Operation &op);

/// Whether lanes in which it is not inside the domain of a function are left out anyway.
bool isInDomain(mlir::Operation &op);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_USERS_H
