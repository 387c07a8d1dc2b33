// RUN: xphi-opt --xphi-simplify %s | FileCheck %s

// A kink at the corner of max: what is decided is not asked again.
// CHECK-LABEL: func.func @decided
// CHECK-SAME: %[[X:.*]]: !xphi.real
// CHECK: %[[ABOVE:.*]] = xphi.compare gt, %[[X]], %[[ZERO:.*]]
// CHECK-NEXT: %[[RESULT:.*]] = xphi.select %[[ABOVE]], %{{.*}}, %[[ZERO]]
// CHECK-NEXT: return %[[RESULT]]
func.func @decided(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %half = xphi.constant "1/2"
  %one = xphi.constant "1"
  %tie = xphi.compare eq, %x, %zero
  %above = xphi.compare gt, %x, %zero
  %0 = xphi.select %above, %one, %zero
  %1 = xphi.select %tie, %half, %0
  %2 = xphi.select %tie, %zero, %1
  return %2 : !xphi.real
}

// With the slope of the other side it is one comparison, too.
// CHECK-LABEL: func.func @joined
// CHECK-SAME: %[[X:.*]]: !xphi.real
// CHECK: %[[FROM:.*]] = xphi.compare ge, %[[X]], %{{.*}}
// CHECK-NEXT: %[[RESULT:.*]] = xphi.select %[[FROM]]
// CHECK-NEXT: return %[[RESULT]]
func.func @joined(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %tie = xphi.compare eq, %x, %zero
  %above = xphi.compare gt, %x, %zero
  %0 = xphi.select %above, %one, %zero
  %1 = xphi.select %tie, %one, %0
  return %1 : !xphi.real
}
