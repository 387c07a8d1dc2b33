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

// Half of x is chosen for x between 0 and 1, and added to (1 + x) / 2, which is no less than 1/2 there: what underflows is nothing beside that.
// CHECK-LABEL: func.func @beside_what_is_large_there
// CHECK-NOT: normal
// CHECK: return
func.func @beside_what_is_large_there(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %half = xphi.constant "1/2"
  %0 = xphi.add %x, %one
  %1 = xphi.mul %0, %half
  %2 = xphi.max %1, %zero
  %3 = xphi.min %2, %one
  %4 = xphi.mul %x, %half
  %5 = xphi.compare lt, %x, %one
  %6 = xphi.select %5, %4, %zero
  %7 = xphi.add %3, %6
  %8 = xphi.compare ge, %x, %zero
  %9 = xphi.select %8, %7, %y
  return %9 : !xphi.real
}

// From -1 on (1 + x) / 2 may be as small.
// CHECK-LABEL: func.func @beside_what_may_be_small
// CHECK: xphi.mul %{{.*}} {normal}
func.func @beside_what_may_be_small(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %least = xphi.constant "-1"
  %half = xphi.constant "1/2"
  %0 = xphi.add %x, %one
  %1 = xphi.mul %0, %half
  %2 = xphi.max %1, %zero
  %3 = xphi.min %2, %one
  %size = xphi.abs %x
  %4 = xphi.mul %size, %half
  %5 = xphi.compare lt, %x, %one
  %6 = xphi.select %5, %4, %zero
  %7 = xphi.add %3, %6
  %8 = xphi.compare ge, %x, %least
  %9 = xphi.select %8, %7, %y
  return %9 : !xphi.real
}
