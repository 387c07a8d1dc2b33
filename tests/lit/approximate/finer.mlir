// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// With the usual form the errors would add up to more than is promised.
// CHECK-LABEL: func.func @bell
// CHECK-SAME: numbers = guarded
// CHECK: xphi.sin {{.*}}fine}
func.func @bell(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.sin %x
  %1 = xphi.mul %x, %x
  %2 = xphi.neg %1
  %3 = xphi.exp %2
  %4 = xphi.mul %0, %3
  return %4 : !xphi.real
}

// Here it does.
// CHECK-LABEL: func.func @wave
// CHECK-SAME: numbers = guarded
// CHECK-NOT: fine}
// CHECK: return
func.func @wave(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.sin %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}
