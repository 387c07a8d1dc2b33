// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// Numerator and denominator grow: in order, and what leads to the denominator alone needs no guard.
// CHECK-LABEL: func.func @grows
// CHECK-SAME: numbers = guarded
// CHECK-NOT: {normal}
// CHECK: return
func.func @grows(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.mul %a, %0
  %2 = xphi.add %1, %one
  %3 = xphi.sqrt %2
  %4 = xphi.div %x, %3
  return %4 : !xphi.real
}

// Of constants nothing is asked.
// CHECK-LABEL: func.func @of_constants
// CHECK-SAME: numbers = f32, watched = limits, ulps = 2.500000e+00
func.func @of_constants(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.abs %x
  %1 = xphi.add %0, %one
  %2 = xphi.div %x, %1
  return %2 : !xphi.real
}

// What follows turns round.
// CHECK-LABEL: func.func @turned
// CHECK-SAME: numbers = guarded
func.func @turned(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.abs %x
  %1 = xphi.add %0, %one
  %2 = xphi.div %x, %1
  %3 = xphi.mul %x, %2
  return %3 : !xphi.real
}

// What root, product and quotient lose is added again.
// CHECK-LABEL: func.func @third_power
// CHECK-SAME: ulps = 2.000000e+00
func.func @third_power(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %one
  %2 = xphi.sqrt %1
  %3 = xphi.mul %2, %1
  %4 = xphi.div %one, %3
  return %4 : !xphi.real
}
