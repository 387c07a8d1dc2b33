// Functions whose parameters are their defaults, as they mostly are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_PASSES_DEFAULTS_H
#define XPHI_COMPILER_PASSES_DEFAULTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <map>
#include <string>

namespace xphi::compiler {

/// A copy at the end of the module, without parameters, of a function of one input that has some;
/// it says whose it is (`xphi.defaults`). Null where it has none, or one that is infinite.
mlir::func::FuncOp withDefaults(mlir::func::FuncOp function,
                                const std::map<std::string, double> &defaults);

/// The numbers that such a copy has for parameters.
mlir::ArrayRef<float> defaultsOf(mlir::func::FuncOp copy);

/// Erases those copies of which it is not known that f32, or pairs of it, give the nearest element.
void dropUntriedDefaults(mlir::ModuleOp module);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_PASSES_DEFAULTS_H
