// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// What fits of pairs are off by says nothing of f32: it is evaluated in pairs, and the lanes where that does not do
// as it would be without.
// CHECK-LABEL: func.func @sum
// CHECK-SAME: #xphi.evaluation<numbers = pairs, watched = errors>
// CHECK-NOT: in_pairs
// CHECK-SAME: xphi.why = "in pairs of floats: the terms of tanh(x) + y may cancel;
func.func @sum(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.promise = #four, xphi.in_pairs}) {
  %0 = xphi.tanh %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 0.001 : f64}
  %2 = xphi.add %1, %y
  return %2 : !xphi.real
}

// CHECK-LABEL: func.func @product
// CHECK-SAME: #xphi.evaluation<numbers = pairs, watched = {{[a-z]+}}>
func.func @product(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.promise = #four, xphi.in_pairs}) {
  %0 = xphi.tanh %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties to_even>, ulps = 0.001 : f64}
  %2 = xphi.mul %1, %y
  return %2 : !xphi.real
}
