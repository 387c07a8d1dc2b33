// Bodies that look their results up, of one input of 8 bits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_TABLEDELEMENTS_H
#define XPHI_COMPILER_LOWERING_TABLEDELEMENTS_H

#include "approx/ElementTable.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xphi::compiler {

/// A body of this name where the builder is: of values it takes the input, of slopes dy, too, and
/// gives their product. `inputs` are one or two letters and `output` is one, as in
/// abi/OperandKind.h. Where the machine is an x86 with AVX2, 32 or 64 lanes of bytes are looked up
/// within registers. The table becomes a constant of the module.
void emitOfTable(mlir::OpBuilder &builder, mlir::Location location, llvm::StringRef name,
                 llvm::StringRef inputs, char output, unsigned lanes, const ElementTable &table,
                 bool isX86);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_TABLEDELEMENTS_H
