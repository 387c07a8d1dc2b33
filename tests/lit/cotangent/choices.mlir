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

// Where a choice is zero nothing passes, not even infinity: inf times 0 is not made.
// CHECK-LABEL: func.func @chosen
// CHECK-SAME: %[[X:.*]]: !xphi.real {xphi.input = "x"}, %[[DY:.*]]: !xphi.real
// CHECK: %[[ZERO:.*]] = xphi.constant "0"
// CHECK: %[[ABOVE:.*]] = xphi.compare gt, %[[X]], %[[ZERO]]
// CHECK: %[[RESULT:.*]] = xphi.select %[[ABOVE]], %[[DY]], %[[ZERO]]
// CHECK-NEXT: return %[[RESULT]]
func.func @chosen(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.select %0, %one, %zero
  return %1 : !xphi.real
}

// Where NaN in x is not lost the zero takes NaN from dy: min(|dy|, 0) is 0 for every number. Else NaN in either is looked
// for at the end, as in @chosen.
// CHECK-LABEL: func.func @passes
// CHECK-SAME: %[[X:.*]]: !xphi.real {xphi.input = "x"}, %[[DY:.*]]: !xphi.real
// CHECK: %[[SIZE:.*]] = xphi.abs %[[DY]]
// CHECK: %[[NOTHING:.*]] = xphi.min %[[SIZE]], %{{.*}}
// CHECK: %[[PRODUCT:.*]] = xphi.mul %[[X]], %[[DY]]
// CHECK: xphi.select %{{.*}}, %[[NOTHING]], %[[PRODUCT]]
func.func @passes(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.compare lt, %x, %zero
  %1 = xphi.select %0, %zero, %x
  return %1 : !xphi.real
}
