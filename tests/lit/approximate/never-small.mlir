// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// The larger of x and 0 is 0, whose root divides to infinity as the truth does, or no less than the least float.
// CHECK-LABEL: func.func @over_root_of_ramp
// CHECK-SAME: numbers = f32,
// CHECK-NOT: normal
func.func @over_root_of_ramp(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %half = xphi.constant "1/2"
  %0 = xphi.max %x, %zero
  %1 = xphi.sqrt %0
  %2 = xphi.div %half, %1
  %3 = xphi.mul %2, %y
  return %3 : !xphi.real
}

// The larger of x and a tiny number is not 0 where x is small.
// CHECK-LABEL: func.func @over_ramp
// CHECK: xphi.div %{{.*}} {normal}
func.func @over_ramp(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %0 = xphi.max %x, %zero
  %1 = xphi.div %one, %0
  %2 = xphi.mul %1, %y
  return %2 : !xphi.real
}
