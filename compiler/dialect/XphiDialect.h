// The xphi dialect: what a user's function means, before numbers have a size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations are declared in XphiOps.td; their derivative rules stand in Derivatives.cpp, their
// constant folding in Folders.cpp.
#ifndef XPHI_COMPILER_DIALECT_XPHIDIALECT_H
#define XPHI_COMPILER_DIALECT_XPHIDIALECT_H

#include "dialect/FunctionFacts.h"
#include "dialect/Rational.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <memory>

namespace xphi::compiler {
struct RulePatterns;
}

#include "XphiDialect.h.inc"
#include "XphiEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "XphiAttributes.h.inc"
#define GET_TYPEDEF_CLASSES
#include "XphiTypes.h.inc"

#include "XphiInterfaces.h.inc"

#define GET_OP_CLASSES
#include "XphiOps.h.inc"

#endif // XPHI_COMPILER_DIALECT_XPHIDIALECT_H
