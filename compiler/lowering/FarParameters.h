// Where parameters are far from their defaults: another evaluation, in a function of its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What f64 alone makes of a library function is known near its defaults: a factor of 2^8 away, or
// up to 2^8 where that is 0. Beyond, at a subnormal parameter or one of the other sign, terms may
// cancel, so elements there are evaluated with bounds on their errors. A parameter is the same for
// a whole call, so near the defaults this is one branch that is never taken. Those of channels do
// not count.
#ifndef XPHI_COMPILER_LOWERING_FARPARAMETERS_H
#define XPHI_COMPILER_LOWERING_FARPARAMETERS_H

#include "dialect/Attributes.h"
#include "lowering/Numbers.h"

namespace xphi::compiler {

/// Whether the function has a parameter whose default is known and which is no channel's.
bool hasDefaults(mlir::func::FuncOp function);

/// What is watched where parameters are near their defaults.
WatchedFor watchedNear(mlir::func::FuncOp function);

/// What is made of arguments, in as few lanes as these numbers have.
using InFewLanes = llvm::function_ref<mlir::Value(const Numbers &f32, const Numbers &f64,
                                                  llvm::ArrayRef<mlir::Value>)>;

/// What `near` gives, or where a parameter is far from its default what `far` does. That becomes a
/// function of so many lanes at most, one for each kind of output.
mlir::Value nearOrFar(mlir::func::FuncOp function, const Numbers &f32,
                      llvm::ArrayRef<mlir::Value> arguments, char output, unsigned lanes,
                      llvm::function_ref<mlir::Value()> near, InFewLanes far);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_FARPARAMETERS_H
