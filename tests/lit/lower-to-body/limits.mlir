// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body="wide=true" %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// Of one input, the values at infinity are constants: no wide numbers for 0 * inf.
// CHECK-LABEL: func.func private @one.rare
// CHECK-DAG: 0x7F800000 : f32
// CHECK-DAG: -0.000000e+00 : f32
// CHECK-NOT: .wide
// CHECK: return
func.func @one(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.mul %x, %1
  return %2 : !xphi.real
}

// Of an input and a parameter, they depend on that.
// CHECK-LABEL: func.func private @two.rare
// CHECK: call @two.wide
func.func @two(%x: !xphi.real {xphi.input = "x"}, %k: !xphi.real {xphi.parameter = "k"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.mul %x, %1
  return %2 : !xphi.real
}
