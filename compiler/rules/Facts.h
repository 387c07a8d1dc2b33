// What is certain about a value of a function of reals, whatever numbers its inputs are.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rules that are identities on a part of the line only ask here. No is always a right answer.
#ifndef XPHI_COMPILER_RULES_FACTS_H
#define XPHI_COMPILER_RULES_FACTS_H

#include "mlir/IR/Value.h"

namespace xphi::compiler {

/// At least zero wherever it is a number.
bool isNeverNegative(mlir::Value value);
/// A number for all numbers: log(x), 1/x and √x are not.
bool isTotal(mlir::Value value);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_RULES_FACTS_H
