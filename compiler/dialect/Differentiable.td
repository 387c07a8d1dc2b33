//===- Differentiable.td - the interface of operations that know their derivative ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef XPHI_DIFFERENTIABLE_TD
#define XPHI_DIFFERENTIABLE_TD

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

#endif // XPHI_DIFFERENTIABLE_TD
