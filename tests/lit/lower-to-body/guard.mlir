// RUN: xphi-opt --xphi-lower-to-body='lanes=8' %s | FileCheck %s

// A product that other products follow: lanes in which it is not normal are computed in f64, unless it is zero because
// a factor is.
// CHECK-LABEL: func.func private @product.rare
// CHECK: arith.mulf %{{.*}} : vector<4xf64>
// CHECK-LABEL: func.func @product(
// CHECK: %[[P:.*]] = arith.mulf %arg0, %arg1
// CHECK: %[[SIZE:.*]] = math.absf %[[P]]
// CHECK: %[[FACTOR:.*]] = arith.select
// CHECK: %[[BITS:.*]] = arith.bitcast %[[SIZE]]
// CHECK: arith.constant dense<8388608>
// CHECK: %[[ABOVE:.*]] = arith.subi %[[BITS]]
// CHECK: %[[NORMAL:.*]] = arith.cmpi ult, %[[ABOVE]]
// CHECK: %[[BOTH:.*]] = arith.addf %[[FACTOR]], %[[SIZE]]
// CHECK: %[[ZERO:.*]] = arith.cmpf oeq, %[[BOTH]]
// CHECK: %[[OTHER:.*]] = arith.xori %[[NORMAL]],
// CHECK: %[[ANOTHER:.*]] = arith.xori %[[ZERO]],
// CHECK: arith.andi %[[OTHER]], %[[ANOTHER]]
// CHECK: scf.if
// CHECK: call @product.rare.vector(
func.func @product(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"},
                   %z: !xphi.real {xphi.input = "z"}) -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.mul %x, %y {normal}
  %1 = xphi.mul %0, %z
  return %1 : !xphi.real
}

// What overflows in front of a late factor is computed in f64; what underflows is not asked for.
// CHECK-LABEL: func.func @late(
// CHECK: %[[T:.*]] = arith.mulf %arg0, %arg1
// CHECK: %[[R:.*]] = arith.mulf %[[T]], %arg2
// CHECK: %[[SIZE:.*]] = math.absf %[[R]]
// CHECK: arith.constant dense<3.40282347E+38>
// CHECK: arith.cmpf ole, %[[SIZE]]
// CHECK: scf.if
func.func @late(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"},
                %z: !xphi.real {xphi.input = "z"}) -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.mul %x, %y
  %1 = xphi.mul %0, %z {finite}
  return %1 : !xphi.real
}

// A sum that must be a normal number, or a factor of its product zero, and is finite anyhow. Where it is chosen nothing
// asks for the largest float, since its terms may be infinite in other lanes; nor whether an exponential is zero.
// CHECK-LABEL: func.func @stays_finite(
// CHECK: %[[SUM:.*]] = math.fma %arg1
// CHECK-NEXT: %[[SIZE:.*]] = math.absf %[[SUM]]
// CHECK: arith.cmpf olt, %[[SIZE]]
// CHECK: arith.cmpf oeq, %arg1
// CHECK-NOT: arith.cmpf oeq
// CHECK-NOT: arith.cmpf ole, %[[SIZE]]
// CHECK: scf.if
func.func @stays_finite(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"})
    -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>,
                    xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %one = xphi.constant "1"
  %0 = xphi.min %y, %one
  %1 = xphi.exp %x {domain = 80.0 : f32}
  %2 = xphi.mul %y, %1
  %3 = xphi.add %2, %0 {normal, sign = 0 : i32, whole}
  %4 = xphi.compare lt, %x, %one
  %5 = xphi.select %4, %3, %y
  return %5 : !xphi.real
}
