// RUN: xphi-opt --xphi-lower-to-body='lanes=8 of-avx2' %s | FileCheck %s
// RUN: xphi-opt --xphi-lower-to-body='lanes=8' %s | FileCheck %s --check-prefix=ELSE

// A result that is a function of an input takes any float: no lane is left to f64.
// CHECK-NOT: @tanh.rare
// CHECK-LABEL: func.func @tanh(
// CHECK-NOT: scf.if
// CHECK: arith.divf
// ELSE: func.func private @tanh.rare
// ELSE-LABEL: func.func @tanh(
// ELSE: scf.if
func.func @tanh(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>,
                    xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %y = xphi.tanh %x {domain = 40.0 : f32}
  return %y : !xphi.real
}

// The quarters of a power of two are looked up.
// CHECK-NOT: @sigmoid.rare
// CHECK-LABEL: func.func @sigmoid(
// CHECK: vpermilvar
// CHECK-NOT: scf.if
// CHECK: arith.divf
// ELSE-NOT: vpermilvar
func.func @sigmoid(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>,
                    xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %y = xphi.sigmoid %x {domain = 80.0 : f32}
  return %y : !xphi.real
}

// Of which more is made, the domain is kept.
// CHECK-LABEL: func.func private @silu.rare
// CHECK-LABEL: func.func @silu(
// CHECK: vpermilvar
// CHECK: scf.if
func.func @silu(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>,
                    xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %y = xphi.sigmoid %x {domain = 80.0 : f32}
  %z = xphi.mul %x, %y
  return %z : !xphi.real
}
