// RUN: xphi-opt --xphi-lower-to-body='lanes=8' %s | FileCheck %s --implicit-check-not=math. --implicit-check-not=.wide

// A function of a constant is one, and what it is no number for is none: nothing is computed for
// each element.
#promise = #xphi.promise<ulps = 4.0 : f64>
#guarded = #xphi.evaluation<numbers = guarded, watched = nothing>

// CHECK-LABEL: func.func @of_log2(
// CHECK: arith.constant dense<1.584962
// CHECK: arith.mulf
func.func @of_log2(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "3"
  %0 = xphi.log2 %k
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @of_exp2(
// CHECK: arith.constant dense<1.259921
// CHECK: arith.mulf
func.func @of_exp2(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "1/3"
  %0 = xphi.exp2 %k
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @of_log1mexp(
// CHECK: arith.constant dense<-0.14541
// CHECK: arith.mulf
func.func @of_log1mexp(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "-2"
  %0 = xphi.log1mexp %k
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @of_sigmoid(
// CHECK: arith.constant dense<0.880797
// CHECK: arith.mulf
func.func @of_sigmoid(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "2"
  %0 = xphi.sigmoid %k
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @of_softplus(
// CHECK: arith.constant dense<0.048587
// CHECK: arith.mulf
func.func @of_softplus(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "-3"
  %0 = xphi.softplus %k
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @of_normal_cdf(
// CHECK: arith.constant dense<0.420740
// CHECK: arith.mulf
func.func @of_normal_cdf(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "-1/5"
  %0 = xphi.normal_cdf %k
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @beyond_its_domain(
// CHECK: arith.constant dense<0x{{7|F}}FC00000>
// CHECK: arith.mulf
func.func @beyond_its_domain(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #promise}) {
  %k = xphi.constant "6"
  %0 = xphi.log2 %k
  %1 = xphi.log1mexp %0
  %2 = xphi.log %1
  %3 = xphi.mul %x, %2
  return %3 : !xphi.real
}
