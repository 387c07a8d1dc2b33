// Arithmetic in f32 together with what it loses, for results in the middle between two elements.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of results of arithmetic on 16 bits one in a hundred is such a middle, and no number of bits
// decides it; that nothing was lost does, and f32 mostly loses nothing. So the lanes in question
// are computed once more in f32, as fractions over a constant: x / 6 and 0.1 · x lose nothing
// before the end.
#ifndef XPHI_COMPILER_LOWERING_EXACTARITHMETIC_H
#define XPHI_COMPILER_LOWERING_EXACTARITHMETIC_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

struct SettledTies {
  Number value; ///< rounds to the right element
  Mask open;    ///< but in these lanes
};

/// `ties` are the lanes of `value`, the function's in f32, that are in question. All stay open
/// where there is more than sums, products, constant divisors and choices. `arguments` are what
/// stands for the function's; `output` is what the result is stored as.
SettledTies settleTies(mlir::func::FuncOp function, Number value, Mask ties,
                       mlir::ArrayRef<mlir::Value> arguments, char output);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_EXACTARITHMETIC_H
