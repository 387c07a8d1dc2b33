// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// Lines, cut and joined: all in f32, without a domain.
// CHECK-LABEL: func.func @relu6
// CHECK-SAME: numbers = f32,
func.func @relu6(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %six = xphi.constant "6"
  %0 = xphi.max %x, %zero
  %1 = xphi.min %0, %six
  return %1 : !xphi.real
}

// One function of the exact input: in f32 on its domain.
// CHECK-LABEL: func.func @gelu
// CHECK-SAME: numbers = guarded,
// CHECK: xphi.gelu %{{.*}} {domain
func.func @gelu(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.gelu %x
  return %0 : !xphi.real
}

// The product of Phi(x) and x, each rounded by itself, would pass 4 ulp.
// CHECK-LABEL: func.func @gelu_as_product
// CHECK-SAME: numbers = f64, watched = limits
func.func @gelu_as_product(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.normal_cdf %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// exp multiplies the relative error of its argument by the argument, so that is a pair of floats;
// where it fades the result is rounded as the truth is.
// CHECK-LABEL: func.func @exp_of_rounded
// CHECK-SAME: numbers = guarded, watched = limits
// CHECK: xphi.exp {{.*}} {domain = 7.000000e+01 : f32}
func.func @exp_of_rounded(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "1.702"
  %0 = xphi.mul %x, %c
  %1 = xphi.exp %0
  return %1 : !xphi.real
}

// A sum of rounded values may cancel before it is used.
// CHECK-LABEL: func.func @inner_sum
// CHECK-SAME: numbers = watched, watched = errors
func.func @inner_sum(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.exp %x
  %1 = xphi.sub %0, %one
  %2 = xphi.abs %1
  %3 = xphi.sqrt %2
  return %3 : !xphi.real
}

// A value is measured against itself: 1.0507 - x loses what the constant's rounding took.
// CHECK-LABEL: func.func @rounded_terms_of_a_value
// CHECK-SAME: numbers = watched, watched = errors
func.func @rounded_terms_of_a_value(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "1.0507"
  %0 = xphi.sub %c, %x
  return %0 : !xphi.real
}

// A derivative is measured against the largest term it sums.
// CHECK-LABEL: func.func @rounded_terms_of_a_derivative
// CHECK-SAME: numbers = f32,
func.func @rounded_terms_of_a_derivative(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %c = xphi.constant "1.0507"
  %0 = xphi.sub %c, %x
  return %0 : !xphi.real
}

// x * (x + 3) overflows f32 far outside the piece in which it is used, and what underflows is divided: f32.
// CHECK-LABEL: func.func @piece
// CHECK-SAME: numbers = f32,
func.func @piece(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %three = xphi.constant "3"
  %minus_three = xphi.constant "-3"
  %six = xphi.constant "6"
  %0 = xphi.compare le, %x, %minus_three
  %1 = xphi.compare ge, %x, %three
  %2 = xphi.add %x, %three
  %3 = xphi.mul %x, %2
  %4 = xphi.div %3, %six
  %5 = xphi.select %1, %x, %4
  %6 = xphi.select %0, %zero, %5
  return %6 : !xphi.real
}

// Without an end on the right the product must be watched.
// CHECK-LABEL: func.func @half_bounded_piece
// CHECK-SAME: numbers = guarded,
// CHECK: xphi.mul {{.*}} {normal}
func.func @half_bounded_piece(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %three = xphi.constant "3"
  %minus_three = xphi.constant "-3"
  %six = xphi.constant "6"
  %0 = xphi.compare le, %x, %minus_three
  %1 = xphi.add %x, %three
  %2 = xphi.mul %x, %1
  %3 = xphi.div %2, %six
  %4 = xphi.select %0, %zero, %3
  return %4 : !xphi.real
}

// a * x + b is one fma, which is rounded once: the product has no rounding of its own to cancel.
// CHECK-LABEL: func.func @line
// CHECK-SAME: numbers = f32, {{.*}}ulps = 5.000000e-01 : f32
func.func @line(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"},
                %b: !xphi.real {xphi.parameter = "b"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.mul %x, %a
  %1 = xphi.add %0, %b
  return %1 : !xphi.real
}

// With the product used twice, it is rounded by itself.
// CHECK-LABEL: func.func @line_with_known_product
// CHECK-SAME: numbers = watched, watched = errors
func.func @line_with_known_product(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %three = xphi.constant "3"
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %three
  %1 = xphi.sub %0, %one
  %2 = xphi.max %0, %1
  return %2 : !xphi.real
}

// No sum cancels, since all terms have one sign.
// CHECK-LABEL: func.func @positive_sum
// CHECK-SAME: numbers = f32,
// CHECK-NOT: watched = errors
func.func @positive_sum(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.abs %x
  %1 = xphi.sqrt %0
  %2 = xphi.add %1, %one
  %3 = xphi.sqrt %2
  %4 = xphi.add %3, %one
  return %4 : !xphi.real
}

// Infinity over infinity: only that is left to wide numbers.
// CHECK-LABEL: func.func @limits
// CHECK-SAME: watched = limits
func.func @limits(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %one
  %2 = xphi.sqrt %1
  %3 = xphi.div %x, %2
  return %3 : !xphi.real
}

// The library's own functions are tested as they are; only their infinities are left to wide numbers.
// CHECK-LABEL: func.func @tested
// CHECK-SAME: numbers = f64,
// CHECK-SAME: watched = limits
func.func @tested(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64, library = true>}) {
  %0 = xphi.normal_cdf %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// The errors of a sum's terms add up: of each product its rounding and that of the constant, which
// is known, and the rounding of the sum.
// CHECK-LABEL: func.func @errors_of_a_sum
// CHECK-SAME: ulps = 2.08{{[0-9]*}} : f32
func.func @errors_of_a_sum(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %c = xphi.constant "1.0507"
  %d = xphi.constant "1.6733"
  %0 = xphi.mul %x, %c
  %1 = xphi.mul %y, %d
  %2 = xphi.add %0, %1
  return %2 : !xphi.real
}

// Each keeps the promise in f32, their sum does not.
// CHECK-LABEL: func.func @sum_of_functions
// CHECK-SAME: numbers = f64,
func.func @sum_of_functions(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %0 = xphi.tanh %x
  %1 = xphi.sigmoid %y
  %2 = xphi.add %0, %1 {slopes}
  return %2 : !xphi.real
}

// What fades must not be made large again: then the results of its form are normal numbers.
// CHECK-LABEL: func.func @product_of_exp
// CHECK: xphi.exp {{.*}} {domain = 6.900000e+01 : f32}
func.func @product_of_exp(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "1.702"
  %0 = xphi.mul %x, %c
  %1 = xphi.exp %0
  %2 = xphi.mul %1, %x
  return %2 : !xphi.real
}

// Of common inputs a quarter would go to f64.
// CHECK-LABEL: func.func @steep_product
// CHECK-SAME: numbers = watched,
func.func @steep_product(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "60"
  %0 = xphi.mul %x, %c
  %1 = xphi.exp %0
  %2 = xphi.mul %1, %x
  return %2 : !xphi.real
}

// Each factor adds what it errs and a rounding, in 2^-24 of the product, which is an ulp at most.
// CHECK-LABEL: func.func @factors
// CHECK-SAME: numbers = guarded, {{.*}}ulps = 3.500000e+00 : f32
func.func @factors(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.mul %0, %x
  %2 = xphi.mul %1, %x
  %3 = xphi.mul %2, %x
  return %3 : !xphi.real
}

// Of inputs that are not huge nothing overflows, and that is asked of them, once.
// CHECK-LABEL: func.func @overflows_on_the_way
// CHECK-SAME: xphi.within = {{[^}]*}} : f32
// CHECK-SAME: numbers = guarded
// CHECK-NOT: normal
// CHECK: return
func.func @overflows_on_the_way(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.mul %0, %0
  %2 = xphi.add %1, %one
  %3 = xphi.div %one, %2
  return %3 : !xphi.real
}

// Of a root nothing is too large for f32, and what is infinite is so in truth: no lane is left out, of
// those below 0 and at it neither.
// CHECK-LABEL: func.func @reciprocal_of_a_root
// CHECK-SAME: numbers = f32,
// CHECK-NOT: {normal}
// CHECK: return
func.func @reciprocal_of_a_root(%x: !xphi.real {xphi.input = "x"}, %dy: !xphi.real {xphi.cotangent, xphi.input = "dy"}) -> (!xphi.real {xphi.promise = #four}) {
  %half = xphi.constant "1/2"
  %0 = xphi.sqrt %x
  %1 = xphi.div %half, %0
  %2 = xphi.mul %1, %dy
  return %2 : !xphi.real
}

// What a rounding made 0 is not, and half over it is finite.
// CHECK-LABEL: func.func @reciprocal_of_a_product
// CHECK: xphi.div {{.*}} {normal}
func.func @reciprocal_of_a_product(%x: !xphi.real {xphi.input = "x"}, %dy: !xphi.real {xphi.cotangent, xphi.input = "dy"}) -> (!xphi.real {xphi.promise = #four}) {
  %half = xphi.constant "1/2"
  %0 = xphi.mul %x, %x
  %1 = xphi.sqrt %0
  %2 = xphi.div %half, %1
  %3 = xphi.mul %2, %dy
  return %3 : !xphi.real
}
