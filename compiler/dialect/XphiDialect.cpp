// Registers the xphi dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/XphiDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "XphiDialect.cpp.inc"
#include "XphiEnums.cpp.inc"
#include "XphiInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "XphiAttributes.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "XphiTypes.cpp.inc"
#define GET_OP_CLASSES
#include "XphiOps.cpp.inc"

namespace xphi::compiler {
void XphiDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "XphiTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "XphiAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "XphiOps.cpp.inc"
      >();
}

mlir::Operation *XphiDialect::materializeConstant(mlir::OpBuilder &builder, mlir::Attribute value,
                                                  mlir::Type type, mlir::Location location) {
  return ConstantOp::create(builder, location, type, llvm::cast<mlir::StringAttr>(value));
}

} // namespace xphi::compiler
