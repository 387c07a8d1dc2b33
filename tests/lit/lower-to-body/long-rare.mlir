// RUN: xphi-opt --xphi-lower-to-body="wide=true lanes=16" %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>
#watched = #xphi.evaluation<numbers = guarded, watched = errors>

// What is watched and long has one copy for half a vector.
// CHECK-LABEL: func.func private @long.rare(
// CHECK-SAME: vector<8xf32>
// CHECK: call @long.wide8(
// CHECK-LABEL: func.func private @long.rare.vector(
// CHECK-SAME: vector<16xf32>
// CHECK: call @long.rare(
// CHECK: call @long.rare(
func.func @long(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"})
    -> (!xphi.real {xphi.evaluation = #watched, xphi.promise = #four}) {
  %0 = xphi.sigmoid %x
  %1 = xphi.sigmoid %y
  %2 = xphi.tanh %y
  %3 = xphi.mul %0, %1
  %4 = xphi.mul %3, %2
  %5 = xphi.mul %x, %4
  return %5 : !xphi.real
}

// Two calls of what is short would take longer to make.
// CHECK-LABEL: func.func private @short.rare(
// CHECK-SAME: vector<16xf32>
// CHECK: call @short.wide16(
// CHECK-NOT: @short.rare.vector
func.func @short(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"})
    -> (!xphi.real {xphi.evaluation = #watched, xphi.promise = #four}) {
  %0 = xphi.sigmoid %x
  %1 = xphi.mul %y, %0
  return %1 : !xphi.real
}
