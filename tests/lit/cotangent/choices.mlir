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

// A last factor that is at most 4 comes after it, inside of choices and signs, too.
// CHECK-LABEL: func.func @late
// CHECK-SAME: %[[X:.*]]: !xphi.real {xphi.input = "x"}, %[[A:.*]]: !xphi.real {xphi.input = "a"}, %[[DY:.*]]: !xphi.real
// CHECK: %[[FIRST:.*]] = xphi.mul %[[X]], %[[DY]]
// CHECK: %[[PRODUCT:.*]] = xphi.mul %[[FIRST]], %[[A]] {finite}
// CHECK: %[[TURNED:.*]] = xphi.neg %[[PRODUCT]]
// CHECK: %[[OTHER:.*]] = xphi.mul %[[A]], %[[DY]]
// CHECK: xphi.select %{{.*}}, %[[TURNED]], %[[OTHER]]
func.func @late(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.input = "a"})
    -> !xphi.real {
  %0 = xphi.mul %x, %a {late, finite}
  %1 = xphi.neg %0
  %2 = xphi.compare lt, %x, %a
  %3 = xphi.select %2, %1, %a
  return %3 : !xphi.real
}

// A reciprocal does not underflow where the gradient is what is divided.
// CHECK-LABEL: func.func @over
// CHECK-SAME: %[[X:.*]]: !xphi.real {xphi.input = "x"}, %[[DY:.*]]: !xphi.real
// CHECK: xphi.div %[[DY]], %[[X]]
// CHECK-NOT: xphi.mul
func.func @over(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.constant "1"
  %1 = xphi.div %0, %x {late}
  return %1 : !xphi.real
}

// What the gradient went in front of is gone, with all that only that was made of: its guards would
// leave lanes to the exact evaluation for a number that nobody has.
// CHECK-LABEL: func.func @unused
// CHECK: xphi.neg
// CHECK-NOT: xphi.neg
// CHECK: return
func.func @unused(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.input = "a"})
    -> !xphi.real {
  %0 = xphi.neg %a
  %1 = xphi.mul %x, %0 {late, finite}
  %2 = xphi.compare lt, %x, %a
  %3 = xphi.select %2, %1, %a
  %4 = xphi.neg %x
  %5 = xphi.mul %4, %4
  return %3 : !xphi.real
}
