// What NaN and infinity in an input do to a function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where infinity could meet zero or infinity (−∞·0), infinite inputs are replaced by numbers beyond
// every f32 and far inside f64: there a limit is simply a value, as e^x·x at −2^160 is −0.
#ifndef XPHI_COMPILER_LOWERING_SPECIALINPUTS_H
#define XPHI_COMPILER_LOWERING_SPECIALINPUTS_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// Whether NaN in the input makes the result NaN by itself, so that no check is needed.
bool propagatesNan(mlir::func::FuncOp function, mlir::BlockArgument input);

/// NaN where an argument is, even where the function only compares it or does not depend on it;
/// else the result. A quiet NaN, if that is asked for.
Number keepNan(mlir::func::FuncOp function, Number result, llvm::ArrayRef<mlir::Value> arguments,
               bool isQuiet);

/// The inputs whose infinities are to be replaced: not the incoming gradient.
llvm::SmallVector<unsigned> limitedInputs(mlir::func::FuncOp function);

/// What stands for infinity in f64: so large that the result of a function that grows or vanishes
/// leaves the range of f32, and so small that products of it stay in the range of f64.
double standInForInfinity(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_SPECIALINPUTS_H
