// RUN: xphi-opt --xphi-keep=what=mask %s | FileCheck %s

// One bit says both whether x is positive and whether the element is kept: nothing is drawn again.
// CHECK-LABEL: func.func @forward
// CHECK: xphi.dropped
// CHECK-LABEL: func.func @gradient(%arg0: i1 {xphi.input = "mask"}
// CHECK-NOT: xphi.dropped
func.func @forward(%x: !xphi.real {xphi.input = "x"}, %p: !xphi.real {xphi.parameter = "p"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %seed = xphi.constant "7"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.select %0, %x, %zero
  %2 = xphi.dropped %p, %seed, %zero
  %3 = xphi.select %2, %zero, %1
  return %3 : !xphi.real
}
func.func @gradient(%x: !xphi.real {xphi.input = "x"}, %p: !xphi.real {xphi.parameter = "p"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %seed = xphi.constant "7"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.select %0, %one, %zero
  %2 = xphi.dropped %p, %seed, %zero
  %3 = xphi.select %2, %zero, %1
  return %3 : !xphi.real
}
