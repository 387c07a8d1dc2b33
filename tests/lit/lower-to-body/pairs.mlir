// RUN: xphi-opt --split-input-file --verify-diagnostics --xphi-lower-to-body='lanes=8 wide=false' %s | FileCheck %s

#pairs = #xphi.evaluation<numbers = pairs, watched = nothing>
#four = #xphi.promise<ulps = 4.0 : f64>

// The product keeps what it lost; the last sum is rounded with it, and is compared with what its terms may be off by,
// by bits, so that infinity is no answer, either.
// CHECK-LABEL: func.func private @sum.rare(
// CHECK: vector<4xf64>
// CHECK-LABEL: func.func @sum(
// CHECK-NOT: f64
// CHECK: %[[SQUARE:.*]] = arith.mulf %arg0, %arg0 : vector<8xf32>
// CHECK: %[[LOST:.*]] = math.fma %arg0, %arg0, %{{.*}} : vector<8xf32>
// CHECK: %[[REST:.*]] = arith.mulf %[[LOST]], %arg1 : vector<8xf32>
// CHECK: %[[SUM:.*]] = math.fma %[[SQUARE]], %arg1, %arg2 : vector<8xf32>
// CHECK: %[[RESULT:.*]] = arith.addf %[[SUM]], %[[REST]] : vector<8xf32>
// CHECK: %[[SIZE:.*]] = math.absf %[[RESULT]]
// CHECK: %[[ROOM:.*]] = arith.subf %[[SIZE]], %{{.*}}
// CHECK: %[[BITS:.*]] = arith.bitcast %[[ROOM]]
// CHECK: arith.cmpi uge, %[[BITS]]
// CHECK: vector.reduction <or>
// CHECK: call @sum.rare.vector(
func.func @sum(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}, %z: !xphi.real {xphi.input = "z"}) -> (!xphi.real {xphi.evaluation = #pairs, xphi.promise = #four}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.mul %0, %y
  %2 = xphi.add %1, %z
  return %2 : !xphi.real
}

// -----

// expected-error @below {{it holds what is not evaluated in pairs of floats}}
func.func @logarithm(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = pairs, watched = nothing>, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.log %x
  %1 = xphi.add %0, %x
  return %1 : !xphi.real
}
