// RUN: xphi-opt --split-input-file --verify-diagnostics --xphi-lower-to-body='lanes=8 wide=true' %s | FileCheck %s

// In f64 and in wide numbers the part is what its operations give, and the fit is nowhere.
// CHECK-LABEL: func.func @product(
// CHECK-NOT: xphi.
// CHECK: arith.mulf {{.*}} : vector<8xf64>
// CHECK: call @product.wide8(
// CHECK-LABEL: func.func private @product.wide_number(
// CHECK: call @xphi_wide_tanh(
// CHECK-NOT: xphi_wide_fitted
// CHECK: call @xphi_wide_mul(
// CHECK-NOT: xphi_wide_fitted
func.func @product(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = watched, watched = everything>, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.tanh %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 3.0 : f64}
  %2 = xphi.mul %1, %y
  return %2 : !xphi.real
}

// -----

// A fit that nobody made is no reason to do without.
// expected-error @below {{a fit is not there that stands for a part of it}}
func.func @missing(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.tanh %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 3.0 : f64}
  return %1 : !xphi.real
}

// -----

// Nor is an evaluation that nobody chose.
// expected-error @below {{nobody chose the numbers that it is evaluated in}}
func.func @unchosen(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  return %x : !xphi.real
}

// -----

// expected-error @below {{a fit is not there that gives its result}}
func.func @of_the_whole(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing, pair_fit = 0 : i32>,
                    xphi.promise = #xphi.promise<ulps = 1.0 : f64, exact = true>}) {
  %0 = xphi.tanh %x
  return %0 : !xphi.real
}
