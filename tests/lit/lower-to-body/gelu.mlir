// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body=lanes=16 %s | FileCheck %s
// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body %s | FileCheck %s --check-prefix=SCALAR

// The fast path, in f32 with explicit fma; the rest behind one branch for all lanes, in f64, in a function of its own,
// which has one register of doubles for the code of a half.
// CHECK-LABEL: func.func private @gelu.rare(%{{.*}}: vector<8xf32>) -> vector<8xf32>
// CHECK: arith.extf
// CHECK: math.fma {{.*}} : vector<8xf64>
// CHECK: arith.truncf
// CHECK-LABEL: func.func private @gelu.rare.vector(%{{.*}}: vector<16xf32>) -> vector<16xf32>
// CHECK: call @gelu.rare(
// CHECK: call @gelu.rare(
// CHECK-LABEL: func.func @gelu(%{{.*}}: vector<16xf32>) -> vector<16xf32>
// CHECK: math.fma {{.*}} : vector<16xf32>
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK: call @gelu.rare.vector(
// CHECK-NOT: fastmath

// SCALAR-LABEL: func.func @gelu(%{{.*}}: f32) -> f32
// SCALAR-NOT: vector
func.func @gelu(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.gelu %x
  return %0 : !xphi.real
}
