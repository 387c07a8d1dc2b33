// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// A float to an exponent that is a parameter has a form in f32, and so has a pair of floats.
// CHECK-LABEL: func.func @of_float
// CHECK-SAME: numbers = guarded
func.func @of_float(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.parameter = "b"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.abs %x
  %1 = xphi.pow %0, %b
  return %1 : !xphi.real
}
// CHECK-LABEL: func.func @of_pair
// CHECK-SAME: numbers = guarded
func.func @of_pair(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.parameter = "b"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.add %x, %b
  %1 = xphi.pow %0, %b
  return %1 : !xphi.real
}
// What is rounded before has none: the exponent may magnify that.
// CHECK-LABEL: func.func @rounded
// CHECK-SAME: not in f32: a rounding comes before sigmoid(x)^b
func.func @rounded(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.parameter = "b"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.sigmoid %x
  %1 = xphi.pow %0, %b
  return %1 : !xphi.real
}
// Small powers are products.
// CHECK-LABEL: func.func @cube
// CHECK-SAME: not in f32: there is no form in f32 of x^3
func.func @cube(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %3 = xphi.constant "3"
  %0 = xphi.pow %x, %3
  return %0 : !xphi.real
}
// Whether a product is 0, or infinite, no rounding changes.
// CHECK-LABEL: func.func @flat
// CHECK-SAME: numbers = guarded
// CHECK: xphi.mul %{{.*}} {normal}
func.func @flat(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.parameter = "b"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %infinity = xphi.constant "inf"
  %0 = xphi.pow %x, %b
  %1 = xphi.mul %0, %b
  %2 = xphi.abs %1
  %3 = xphi.compare lt, %2, %infinity
  %4 = xphi.compare eq, %1, %zero
  %5 = xphi.or %3, %4
  %6 = xphi.select %5, %1, %x
  return %6 : !xphi.real
}
