// RUN: xphi-opt --xphi-approximate %s | FileCheck %s
// RUN: xphi-opt --canonicalize --cse --xphi-approximate %s | FileCheck %s

// What the fit is off by counts, not what the part's operations would be, and no operation of the part has a domain.
// CHECK-LABEL: func.func @gelu_as_product
// CHECK-SAME: xphi.estimate_ulp_f32 = 3.500000e+00 : f32, xphi.evaluate = "guarded"
// CHECK: xphi.normal_cdf %arg0{{$}}
// CHECK: xphi.fitted %{{.*}} of %arg0 {fit = 0 : i32, least = 0.000000e+00 : f64, ties = #xphi<ties to_even>, ulps = 3.500000e+00 : f64}
func.func @gelu_as_product(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.normal_cdf %x
  %1 = xphi.mul %x, %0
  %2 = xphi.fitted %1 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 3.5 : f64}
  return %2 : !xphi.real
}

// A result of the fit that goes on into a product must be a normal number.
// CHECK-LABEL: func.func @factor
// CHECK-SAME: xphi.evaluate = "guarded"
// CHECK: xphi.fitted {{.*}}normal
func.func @factor(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %0 = xphi.tanh %x
  %1 = xphi.fitted %0 of %x {fit = 3 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 2.0 : f64}
  %2 = xphi.mul %1, %y
  return %2 : !xphi.real
}

// Looked through where all that counts is what the part is: no sum cancels, for both terms have one sign,
// CHECK-LABEL: func.func @signs
// CHECK-SAME: xphi.evaluate = "guarded"
// CHECK-NOT: xphi.why
// CHECK: return
func.func @signs(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %0 = xphi.sigmoid %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 1.0e-9 : f64, ties = #xphi<ties to_even>, ulps = 2.0 : f64}
  %2 = xphi.abs %y
  %3 = xphi.add %1, %2
  return %3 : !xphi.real
}

// and words are of what the user wrote.
// CHECK-LABEL: func.func @words
// CHECK-SAME: xphi.why = "not in f32: the terms of sigmoid(x) + y may cancel;
func.func @words(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %0 = xphi.sigmoid %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 1.0e-9 : f64, ties = #xphi<ties to_even>, ulps = 2.0 : f64}
  %2 = xphi.add %1, %y
  return %2 : !xphi.real
}
