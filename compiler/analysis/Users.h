// What becomes of a result.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_ANALYSIS_USERS_H
#define XPHI_COMPILER_ANALYSIS_USERS_H

#include "analysis/Domains.h"
#include "analysis/Estimate.h"

#include "mlir/IR/Operation.h"

namespace xphi::compiler {

/// Whether it is the product of an fma and nothing else.
bool isFused(mlir::Operation &op);

/// Whether it is only added up.
bool feedsOnlySums(mlir::Operation &op);

/// Whether what underflows does not matter, as it does not in a sum whose other term is far larger
/// than the least float, by as much as products on the way may make it larger. It may be chosen on
/// the way.
bool feedsSafeSum(mlir::Operation &op, const Estimate &result, const Estimates &estimates,
                  const Domains &domains);

/// Whether lanes in which it is not inside the domain of a function are left out anyway.
bool isInDomain(mlir::Operation &op);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_USERS_H
