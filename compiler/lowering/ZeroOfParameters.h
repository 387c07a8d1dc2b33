// Beside a zero that parameters make, as of gamma * tanh(alpha * x) + beta, in f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_ZEROOFPARAMETERS_H
#define XPHI_COMPILER_LOWERING_ZEROOFPARAMETERS_H

#include "lowering/Evaluation.h"

#include <optional>

namespace xphi::compiler {

/// Where a value is so small a part of its terms that f64 has too few bits left: of a sum that is
/// the value, a factor of it or a choice, one of whose terms a parameter scales. Where the zero
/// lies is known when it runs, not before, so of library functions, which are measured at their
/// defaults, it is watched like this alone. Nothing of other functions, nor of derivatives, whose
/// errors are parts of their terms; nor where f64 is not only for rare lanes, which are watched in
/// floats.
std::optional<Mask> besideZeroOfParameters(mlir::func::FuncOp function,
                                           const Evaluation &evaluation);

/// The value, from wide numbers there. Where f64 is for all lanes only with other parameters than
/// by default, or, of a term that is zero by default, if no term is zero: one branch for a call.
/// `arguments` are the floats that `inDoubles` has, `rounded` makes a float of a value.
Number rightBesideZero(mlir::func::FuncOp function, const Evaluation &evaluation, Number value,
                       llvm::function_ref<Number(Number)> rounded, mlir::ValueRange inDoubles,
                       llvm::ArrayRef<mlir::Value> arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_ZEROOFPARAMETERS_H
