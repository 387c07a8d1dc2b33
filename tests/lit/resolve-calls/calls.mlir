// RUN: xphi-opt --xphi-resolve-calls %s | FileCheck %s

// CHECK-LABEL: func.func @outer
// CHECK-NOT: call
// CHECK: xphi.sigmoid
// CHECK: xphi.mul
func.func private @gate(%x: !xphi.real) -> !xphi.real {
  %0 = xphi.sigmoid %x
  return %0 : !xphi.real
}
func.func @outer(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = func.call @gate(%x) : (!xphi.real) -> !xphi.real
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}
