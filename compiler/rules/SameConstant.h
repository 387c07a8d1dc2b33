// Whether a constant of a program is the constant that a rule names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_RULES_SAMECONSTANT_H
#define XPHI_COMPILER_RULES_SAMECONSTANT_H

#include "mlir/IR/Value.h"

namespace xphi::compiler {

/// Whether both constant expressions are one number: fractions exactly, others to 300 bits. A
/// decimal stands for an irrational number of a rule if it is within 2^-52 of it, as
/// 0.7071067811865476 is of √½. Such numbers are factors in the arguments of erf, erfc and Φ only,
/// whose results change by less than 2^-44 of themselves wherever they are floats.
bool isSameConstant(mlir::Value value, mlir::Value ofRule);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_SAMECONSTANT_H
