// RUN: xphi-opt --xphi-derive --xphi-drop-custom-gradients --xphi-simplify %s | FileCheck %s

// sqrt(max(x, 0)): the slope at 0 is infinite, and must not meet the zero that max gives there.
// CHECK-LABEL: func.func @root_of_max
// CHECK: %[[ABOVE:.*]] = xphi.compare gt
// CHECK: %[[SLOPE:.*]] = xphi.div
// CHECK: %[[RESULT:.*]] = xphi.select %[[ABOVE]], %[[SLOPE]], %{{.*}}
// CHECK: return %[[RESULT]]
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
