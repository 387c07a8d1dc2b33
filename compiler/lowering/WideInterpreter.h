// What a function of one input comes to in wide numbers, told when it is compiled.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_WIDEINTERPRETER_H
#define XPHI_COMPILER_LOWERING_WIDEINTERPRETER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <array>
#include <optional>

namespace xphi::compiler {

/// Values at two inputs, for an incoming gradient of 1, rounded to odd. `isGrowing`: an infinite
/// input stands for a limit. Nothing where more than one input and the incoming gradient matter.
std::optional<std::array<double, 2>> wideValues(mlir::func::FuncOp function,
                                                std::array<double, 2> at, bool isGrowing);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_WIDEINTERPRETER_H
