//===- Interfaces.td - what operations know of themselves ----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef XPHI_INTERFACES_TD
#define XPHI_INTERFACES_TD

include "mlir/IR/Interfaces.td"

def Differentiable : OpInterface<"Differentiable"> {
  let cppNamespace = "::xphi::compiler";
  let description = [{
    An operation that knows the derivative of its result along a direction. This is the one place
    where the derivative rule of the operation stands.
  }];
  let methods = [InterfaceMethod<
    [{The tangent of the result, given the tangents of the operands (a null Value is zero, and so
      is a null result). New operations go to `builder`.}],
    "::mlir::Value", "differentiate",
    (ins "::mlir::OpBuilder &":$builder, "::llvm::ArrayRef<::mlir::Value>":$tangents)>];
}

def FunctionOfOne : OpInterface<"FunctionOfOne"> {
  let cppNamespace = "::xphi::compiler";
  let description = [{
    A function of one number. Its facts are its row in XphiOps.td, and nowhere else.
  }];
  let methods = [InterfaceMethod<"What is known of it, whatever its argument.",
                                 "::xphi::compiler::FunctionFacts", "facts">];
}

#endif // XPHI_INTERFACES_TD
