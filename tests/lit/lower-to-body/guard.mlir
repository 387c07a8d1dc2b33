// RUN: xphi-opt --xphi-lower-to-body='lanes=8' %s | FileCheck %s

// A product that other products follow: lanes in which it is not normal are computed in f64, unless it is zero because
// a factor is.
// CHECK-LABEL: func.func private @product.rare
// CHECK: arith.mulf %{{.*}} : vector<8xf64>
// CHECK-LABEL: func.func @product(
// CHECK: %[[P:.*]] = arith.mulf %arg0, %arg1
// CHECK: %[[SIZE:.*]] = math.absf %[[P]]
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00>
// CHECK: arith.cmpf oeq, %arg0, %[[ZERO]]
// CHECK: arith.cmpf oeq, %arg1, %[[ZERO]]
// CHECK: %[[LEAST:.*]] = arith.constant dense<1.17549435E-38>
// CHECK: arith.cmpf ole, %[[LEAST]], %[[SIZE]]
// CHECK: %[[MOST:.*]] = arith.constant dense<3.40282347E+38>
// CHECK: arith.cmpf ole, %[[SIZE]], %[[MOST]]
// CHECK: arith.cmpf oeq, %[[P]], %[[ZERO]]
// CHECK: scf.if
// CHECK: call @product.rare
func.func @product(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"},
                   %z: !xphi.real {xphi.input = "z"}) -> !xphi.real
    attributes {xphi.evaluate = "guarded"} {
  %0 = xphi.mul %x, %y {xphi.normal}
  %1 = xphi.mul %0, %z
  return %1 : !xphi.real
}
