// RUN: xphi-opt --xphi-lower-to-body=lanes=8 %s | FileCheck %s
// RUN: xphi-opt --xphi-lower-to-body %s | FileCheck %s --check-prefix=SCALAR

// Four lanes share a counter: ten rounds of one multiplication for all words. The two draws are of one operand, so they
// are one. Both functions of the kernel see it, and the index comes last.
// CHECK-LABEL: func.func @f(
// CHECK-SAME: vector<8xf32>, %{{.*}}: f32, %[[INDEX:.*]]: i64)
// CHECK: arith.shrui %[[INDEX]]
// CHECK-COUNT-10: arith.muli
// CHECK-NOT: arith.muli
// CHECK: math.ceil
// CHECK: arith.cmpi sle
// CHECK-NOT: arith.cmpi sle

// SCALAR-LABEL: func.func @f(
// SCALAR-SAME: f32, %{{.*}}: f32, %{{.*}}: i64)
// SCALAR-COUNT-20: arith.muli
// SCALAR-NOT: arith.muli
func.func @f(%x: !xphi.real {xphi.input = "x"}, %p: !xphi.real {xphi.parameter = "p"}) -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = f32, watched = nothing>, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %zero = xphi.constant "0"
  %seed = xphi.constant "7"
  %0 = xphi.dropped %p, %seed, %zero
  %1 = xphi.select %0, %zero, %x
  %2 = xphi.dropped %p, %seed, %zero
  %3 = xphi.select %2, %x, %1
  return %3 : !xphi.real
}
