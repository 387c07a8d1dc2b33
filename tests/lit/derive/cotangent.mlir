// RUN: xphi-opt --xphi-cotangent %s | FileCheck %s

// The gradient comes in after the inputs and before the parameters, and multiplies the result.
// CHECK-LABEL: func.func @f
// CHECK-SAME: %[[X:.*]]: !xphi.real {xphi.input = "x"}, %[[DY:.*]]: !xphi.real {{.*}}xphi.input = "dy"{{.*}}, %[[A:.*]]: !xphi.real {xphi.parameter = "a"}
// CHECK: %[[VALUE:.*]] = xphi.mul %[[X]], %[[A]]
// CHECK: xphi.mul %[[VALUE]], %[[DY]]
func.func @f(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"})
    -> !xphi.real {
  %0 = xphi.mul %x, %a
  return %0 : !xphi.real
}
