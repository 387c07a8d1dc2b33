// RUN: xphi-opt --xphi-lower-to-body='lanes=8 of-avx2' %s | FileCheck %s
// RUN: xphi-opt --xphi-lower-to-body='lanes=8' %s | FileCheck %s --check-prefix=ELSE

#four = #xphi.promise<ulps = 4.0 : f64>
#guarded = #xphi.evaluation<numbers = guarded, watched = nothing>

// Of 1.3 x + 0.2 no pair is made: one fma is the argument for the domain and for k, and there is no
// difference but the one that rounds k.
// CHECK-LABEL: func.func @shifted(
// CHECK: math.fma
// CHECK-COUNT-1: arith.subf
// CHECK-NOT: arith.subf
// CHECK: vpermilvar
// CHECK: arith.divf
// ELSE-LABEL: func.func @shifted(
// ELSE-COUNT-1: arith.subf
// ELSE-NOT: arith.subf
// ELSE-NOT: arith.select
// ELSE: arith.divf
func.func @shifted(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #four}) {
  %c = xphi.constant "1/5"
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.add %0, %c
  %2 = xphi.sigmoid %1 {domain = 80.0 : f32}
  %3 = xphi.mul %x, %2
  return %3 : !xphi.real
}
