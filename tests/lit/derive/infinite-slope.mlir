// RUN: xphi-opt --xphi-derive --xphi-drop-custom-gradients --xphi-simplify %s | FileCheck %s

// sqrt(max(x, 0)): the slope at 0 is infinite, and must not meet the zero that max gives below.
// CHECK-LABEL: func.func @root_of_max
// CHECK-DAG: %[[ZERO:.*]] = xphi.constant "0"
// CHECK-DAG: %[[ABOVE:.*]] = xphi.compare gt
// CHECK-DAG: %[[SLOPE:.*]] = xphi.div
// CHECK: %[[SIDE:.*]] = xphi.select %[[ABOVE]], %[[SLOPE]], %[[ZERO]]
// CHECK: xphi.select %{{.*}}, %{{.*}}, %[[SIDE]]
func.func @root_of_max(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.max %x, %zero
  %1 = xphi.sqrt %0
  return %1 : !xphi.real
}

// What a definition does not depend on adds nothing, whatever slope stands behind it.
// CHECK-LABEL: func.func @independent
// CHECK: %[[ZERO:.*]] = xphi.constant "0"
// CHECK: return %[[ZERO]]
func.func @independent(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.sqrt %x
  %1 = xphi.exp %zero
  %2 = xphi.custom_gradient %1 of %0 by %zero
  return %2 : !xphi.real
}

// A factor that is zero throughout adds nothing, whatever the other's slope.
// CHECK-LABEL: func.func @zero_over
// CHECK: %[[ZERO:.*]] = xphi.constant "0"
// CHECK: return %[[ZERO]]
func.func @zero_over(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.sqrt %x
  %1 = xphi.div %zero, %0
  return %1 : !xphi.real
}

// y x^(y-1) is only put aside at 0^0. At other bases it is 0 there by itself, and what follows from it is not.
// CHECK-LABEL: func.func @power
// CHECK-DAG: %[[ZERO:.*]] = xphi.constant "0"
// CHECK-DAG: %[[EXPONENT:.*]] = xphi.compare eq, %arg1, %[[ZERO]]
// CHECK-DAG: %[[BASE:.*]] = xphi.compare eq, %arg0, %[[ZERO]]
// CHECK: %[[BOTH:.*]] = xphi.and %[[EXPONENT]], %[[BASE]]
// CHECK: xphi.select %[[BOTH]], %[[ZERO]]
func.func @power(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.parameter = "y"}) -> !xphi.real {
  %0 = xphi.pow %x, %y
  return %0 : !xphi.real
}

// Nor does an infinite slope of the base count at exponent 0.
// CHECK-LABEL: func.func @power_of_steep
// CHECK-DAG: %[[INFINITY:.*]] = xphi.constant "inf"
// CHECK: %[[SIZE:.*]] = xphi.abs
// CHECK: %[[FINITE:.*]] = xphi.compare lt, %[[SIZE]], %[[INFINITY]]
// CHECK: %[[STEEP:.*]] = xphi.not %[[FINITE]]
// CHECK: %[[EITHER:.*]] = xphi.or %{{.*}}, %[[STEEP]]
// CHECK: xphi.and %{{.*}}, %[[EITHER]]
func.func @power_of_steep(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.parameter = "y"}) -> !xphi.real {
  %0 = xphi.sqrt %x
  %1 = xphi.softplus %0
  %2 = xphi.pow %1, %y
  return %2 : !xphi.real
}
