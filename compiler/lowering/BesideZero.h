// What is all but a straight line at zero, in f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_BESIDEZERO_H
#define XPHI_COMPILER_LOWERING_BESIDEZERO_H

#include "approx/Fit.h"
#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <utility>
#include <vector>

namespace xphi::compiler {

/// The lanes next to zero, and a double there on the side of the line on which the function lies,
/// so that it rounds to the float that the function rounds to. Nothing for products with an
/// incoming gradient, and for functions that are no such lines (approx/LineAtZero.h).
std::optional<std::pair<Mask, Number>> besideZero(mlir::func::FuncOp function,
                                                  const std::vector<Fit> &fits, const Numbers &f64,
                                                  mlir::ValueRange arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_BESIDEZERO_H
