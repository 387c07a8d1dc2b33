// RUN: xphi-opt --xphi-derive --xphi-simplify %s | FileCheck %s
// RUN: xphi-opt --xphi-derive=order=2 --xphi-simplify %s | FileCheck %s --check-prefix=SECOND

// (x Phi(x))' = Phi(x) + x phi(x): no constant, no zero term, no copy of a factor.
// CHECK-LABEL: func.func @gelu
// CHECK-NEXT: %[[CDF:.*]] = xphi.normal_cdf %[[X:.*]]
// CHECK-NEXT: %[[PDF:.*]] = xphi.normal_pdf %[[X]]
// CHECK-NEXT: %[[TERM:.*]] = xphi.mul %[[X]], %[[PDF]]
// CHECK-NEXT: %[[SUM:.*]] = xphi.add %[[CDF]], %[[TERM]]
// CHECK-NEXT: return %[[SUM]]

// The second derivative is phi(x) (2 - x^2), with the difference computed first.
// SECOND-LABEL: func.func @gelu
// SECOND: %[[SQUARE:.*]] = xphi.mul %[[X:.*]], %[[X]]
// SECOND: xphi.sub %{{.*}}, %[[SQUARE]]
// SECOND-NOT: xphi.add
func.func @gelu(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.normal_cdf %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}
