// RUN: xphi-opt --xphi-mark-values --xphi-approximate %s | FileCheck %s

// The gradient of (x - 1.0507) a in a is a value of the function, so it is as good as one: watched. In another function the
// same sum is made by differentiation, and measured against its largest term.
// CHECK-LABEL: func.func @forward
func.func @forward(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"}) -> !xphi.real {
  %c = xphi.constant "1.0507"
  %0 = xphi.sub %x, %c
  %1 = xphi.mul %0, %a
  return %1 : !xphi.real
}
// CHECK-LABEL: func.func @backward.a
// CHECK-SAME: xphi.evaluate = "watched"
// CHECK: xphi.sub {{.*}} {is_value}
func.func @backward.a(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"}) -> !xphi.real
    attributes {xphi.is_derivative} {
  %c = xphi.constant "1.0507"
  %0 = xphi.sub %x, %c
  return %0 : !xphi.real
}
// CHECK-LABEL: func.func @another
// CHECK-SAME: xphi.evaluate = "f32"
func.func @another(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"}) -> !xphi.real
    attributes {xphi.is_derivative} {
  %c = xphi.constant "1.0508"
  %0 = xphi.sub %x, %c
  return %0 : !xphi.real
}
