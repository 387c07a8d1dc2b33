// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// What is first in the way of a faster evaluation is named, with the range where it is one.
// CHECK-LABEL: func.func @cancels
// CHECK-SAME: xphi.why = "not in f32: the terms of sqrt(x) - x may cancel; not in f64 alone: the terms of sqrt(x) - x may cancel"
func.func @cancels(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.sqrt %x
  %1 = xphi.sub %0, %x
  return %1 : !xphi.real
}
// CHECK-LABEL: func.func @decides
// CHECK-SAME: xphi.why = "not in f32: a rounding may decide sqrt(x) < 3; not in f64 alone: a rounding may decide sqrt(x) < 3"
func.func @decides(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %3 = xphi.constant "3"
  %0 = xphi.sqrt %x
  %1 = xphi.compare lt, %0, %3
  %2 = xphi.select %1, %x, %3
  return %2 : !xphi.real
}
// CHECK-LABEL: func.func @ends
// CHECK-SAME: xphi.why = "not in f32: there is no form in f32 of x^4; not in f64 alone: exp(1.7 * x^4) may leave the range of f64: 2^0 to 2^2000"
func.func @ends(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "17/10"
  %4 = xphi.constant "4"
  %0 = xphi.pow %x, %4
  %1 = xphi.mul %0, %c
  %2 = xphi.exp %1
  %3 = xphi.mul %2, %x
  return %3 : !xphi.real
}
// CHECK-LABEL: func.func @magnifies
// CHECK-SAME: xphi.why = "{{.*}}not in f64 alone: sin(1.7 * x) may magnify the error of its argument"
func.func @magnifies(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "17/10"
  %0 = xphi.mul %x, %c
  %1 = xphi.sin %0
  return %1 : !xphi.real
}
// CHECK-LABEL: func.func @leaves
// CHECK-SAME: xphi.why = "{{.*}}not in f64 alone: x^9 may leave the range of f64: 2^-1341 to 2^1152"
func.func @leaves(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %9 = xphi.constant "9"
  %0 = xphi.pow %x, %9
  %1 = xphi.mul %0, %x
  return %1 : !xphi.real
}
// Nothing is in the way.
// CHECK-LABEL: func.func @line
// CHECK-NOT: xphi.why
func.func @line(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.abs %x
  return %0 : !xphi.real
}
