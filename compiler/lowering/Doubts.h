// Where f32 may decide wrongly between two elements of few bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_DOUBTS_H
#define XPHI_COMPILER_LOWERING_DOUBTS_H

#include "lowering/Evaluation.h"
#include "lowering/ExactArithmetic.h"

#include <optional>
#include <utility>

namespace xphi::compiler {

/// Beside the incoming gradient.
bool isOfOneInput(mlir::func::FuncOp function);

/// Where a parameter is not this one of these; nothing if there is none.
std::optional<Mask> isOther(mlir::func::FuncOp function, mlir::ArrayRef<float> defaults,
                            const Numbers &f32, mlir::ArrayRef<mlir::Value> arguments);

/// Of a function of one input whose result is stored in fewer bits than f32: the value, and the
/// lanes that are left open. Nothing where f32 decides right in all. `sums` are those whose terms
/// may cancel: the largest term, and the sum.
std::optional<SettledTies> settleDoubts(mlir::func::FuncOp function, Number value, char output,
                                        mlir::ArrayRef<std::pair<Number, Number>> sums,
                                        mlir::ArrayRef<mlir::Value> arguments);

/// The largest term of what may cancel, by and large; nothing where the error is a part of the
/// value.
std::optional<Number> termOf(mlir::Operation &op, const Evaluation &fast);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_DOUBTS_H
