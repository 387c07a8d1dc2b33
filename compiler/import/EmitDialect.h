// From a checked program to the xphi dialect: one func.func for each definition.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_IMPORT_EMITDIALECT_H
#define XPHI_COMPILER_IMPORT_EMITDIALECT_H

#include "dsl/Ast.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace xphi::compiler {

/// The definition `entry` and all it calls, in the program's order; `entry` is the only public
/// function. Calls stay calls: the inliner resolves them.
mlir::OwningOpRef<mlir::ModuleOp>
emitDialect(mlir::MLIRContext &context, const dsl::Program &program, dsl::DefinitionIndex entry);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_IMPORT_EMITDIALECT_H
