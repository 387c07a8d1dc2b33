// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// Functions of one kernel become one body with a result each; what they share is computed once.
// CHECK-LABEL: func.func @backward(
// CHECK-SAME: %[[A:[a-z0-9]*]]: f32, %[[B:[a-z0-9]*]]: f32) -> (f32, f32)
// CHECK: arith.mulf %[[A]], %[[A]]
// CHECK-NOT: arith.mulf %[[A]], %[[A]]
// CHECK: return
func.func @backward.a(%a: !xphi.real {xphi.input = "a"}, %b: !xphi.real {xphi.input = "b"})
    -> (!xphi.real {xphi.kernel = "backward", xphi.promise = #four}) {
  %0 = xphi.mul %a, %a
  %1 = xphi.max %0, %b
  return %1 : !xphi.real
}
func.func @backward.b(%a: !xphi.real {xphi.input = "a"}, %b: !xphi.real {xphi.input = "b"})
    -> (!xphi.real {xphi.kernel = "backward", xphi.promise = #four}) {
  %0 = xphi.mul %a, %a
  return %0 : !xphi.real
}
