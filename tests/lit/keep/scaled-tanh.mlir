// RUN: xphi-opt --xphi-keep=what=y %s | FileCheck %s

// Of y / 3, which is rounded, (1 − y/3)(1 + y/3) keeps what 1 − (y/3)² would lose next to 1.
// CHECK-LABEL: func.func @gradient(%arg0: !xphi.real {xphi.input = "y"})
// CHECK: xphi.sub
// CHECK: xphi.add
// CHECK: xphi.mul
func.func @forward(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %three = xphi.constant "3"
  %0 = xphi.tanh %x
  %1 = xphi.mul %0, %three
  return %1 : !xphi.real
}
func.func @gradient(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %three = xphi.constant "3"
  %0 = xphi.sech2 %x
  %1 = xphi.mul %0, %three
  return %1 : !xphi.real
}
