// RUN: xphi-opt --xphi-lower-to-body %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>
#in_f64 = #xphi.evaluation<numbers = f64, watched = nothing>

// x + sin(x) is infinite where x is, though sin has no limit: a number stands for infinity.
// CHECK-LABEL: func.func @dominated
// CHECK: arith.constant 1.46{{.*}}E+48 : f64
func.func @dominated(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluation = #in_f64, xphi.promise = #four}) {
  %0 = xphi.sin %x
  %1 = xphi.add %x, %0
  return %1 : !xphi.real
}

// sin(x) / x vanishes.
// CHECK-LABEL: func.func @vanishing
// CHECK: arith.constant 1.46{{.*}}E+48 : f64
func.func @vanishing(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluation = #in_f64, xphi.promise = #four}) {
  %0 = xphi.sin %x
  %1 = xphi.div %0, %x
  return %1 : !xphi.real
}

// x sin(x) has no limit, nor has a sum whose larger term may cancel: infinity stays, and makes NaN.
// CHECK-LABEL: func.func @growing
// CHECK-NOT: E+48
// CHECK: return
func.func @growing(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluation = #in_f64, xphi.promise = #four}) {
  %0 = xphi.sin %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}
// CHECK-LABEL: func.func @cancelling
// CHECK-NOT: E+48
// CHECK: return
func.func @cancelling(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluation = #in_f64, xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %one
  %2 = xphi.sqrt %1
  %3 = xphi.abs %x
  %4 = xphi.sub %2, %3
  %5 = xphi.sin %x
  %6 = xphi.add %4, %5
  return %6 : !xphi.real
}

// Of several inputs one alone may be infinite.
// CHECK-LABEL: func.func @other_input
// CHECK-NOT: E+48
// CHECK: return
func.func @other_input(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #in_f64, xphi.promise = #four}) {
  %0 = xphi.sin %y
  %1 = xphi.add %x, %0
  return %1 : !xphi.real
}
