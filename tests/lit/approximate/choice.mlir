// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

// Lines, cut and joined: all in f32, without a domain.
// CHECK-LABEL: func.func @relu6
// CHECK-SAME: xphi.evaluate = "f32"
func.func @relu6(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %six = xphi.constant "6"
  %0 = xphi.max %x, %zero
  %1 = xphi.min %0, %six
  return %1 : !xphi.real
}

// One function of the exact input: in f32 on its domain.
// CHECK-LABEL: func.func @gelu
// CHECK-SAME: xphi.evaluate = "guarded"
// CHECK: xphi.gelu %{{.*}} {domain
func.func @gelu(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.gelu %x
  return %0 : !xphi.real
}

// The product of Phi(x) and x, each rounded by itself, would pass 4 ulp.
// CHECK-LABEL: func.func @gelu_as_product
// CHECK-SAME: xphi.evaluate = "f64", xphi.watched = "limits"
func.func @gelu_as_product(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.normal_cdf %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// exp multiplies the relative error of its argument by the argument, which is some hundreds at most
// where there is a number: f64.
// CHECK-LABEL: func.func @exp_of_rounded
// CHECK-SAME: xphi.evaluate = "f64", xphi.watched = "limits"
func.func @exp_of_rounded(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %c = xphi.constant "1.702"
  %0 = xphi.mul %x, %c
  %1 = xphi.exp %0
  return %1 : !xphi.real
}

// A sum of rounded values may cancel before it is used.
// CHECK-LABEL: func.func @inner_sum
// CHECK-SAME: xphi.evaluate = "watched", xphi.watched = "errors"
func.func @inner_sum(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %0 = xphi.exp %x
  %1 = xphi.sub %0, %one
  %2 = xphi.abs %1
  %3 = xphi.sqrt %2
  return %3 : !xphi.real
}

// A value is measured against itself: 1.0507 - x loses what the constant's rounding took.
// CHECK-LABEL: func.func @rounded_terms_of_a_value
// CHECK-SAME: xphi.evaluate = "watched", xphi.watched = "errors"
func.func @rounded_terms_of_a_value(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %c = xphi.constant "1.0507"
  %0 = xphi.sub %c, %x
  return %0 : !xphi.real
}

// A derivative is measured against the largest term it sums.
// CHECK-LABEL: func.func @rounded_terms_of_a_derivative
// CHECK-SAME: xphi.evaluate = "f32"
func.func @rounded_terms_of_a_derivative(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real
    attributes {xphi.is_derivative} {
  %c = xphi.constant "1.0507"
  %0 = xphi.sub %c, %x
  return %0 : !xphi.real
}

// x * (x + 3) overflows f32 far outside the piece in which it is used, and what underflows is divided: f32.
// CHECK-LABEL: func.func @piece
// CHECK-SAME: xphi.evaluate = "f32"
func.func @piece(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
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
// CHECK-SAME: xphi.evaluate = "guarded"
// CHECK: xphi.mul {{.*}} {normal}
func.func @half_bounded_piece(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
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
// CHECK-SAME: xphi.estimate_ulp_f32 = 5.000000e-01 : f32, xphi.evaluate = "f32"
func.func @line(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"},
                %b: !xphi.real {xphi.parameter = "b"}) -> !xphi.real {
  %0 = xphi.mul %x, %a
  %1 = xphi.add %0, %b
  return %1 : !xphi.real
}

// With the product used twice, it is rounded by itself.
// CHECK-LABEL: func.func @line_with_known_product
// CHECK-SAME: xphi.evaluate = "watched", xphi.watched = "errors"
func.func @line_with_known_product(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %three = xphi.constant "3"
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %three
  %1 = xphi.sub %0, %one
  %2 = xphi.max %0, %1
  return %2 : !xphi.real
}

// No sum cancels, since all terms have one sign.
// CHECK-LABEL: func.func @positive_sum
// CHECK-SAME: xphi.evaluate = "f32"
// CHECK-NOT: xphi.watched = "errors"
func.func @positive_sum(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
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
// CHECK-SAME: xphi.watched = "limits"
func.func @limits(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %one
  %2 = xphi.sqrt %1
  %3 = xphi.div %x, %2
  return %3 : !xphi.real
}

// The library's own functions are tested as they are; only their infinities are left to wide numbers.
// CHECK-LABEL: func.func @tested
// CHECK-SAME: xphi.evaluate = "f64"
// CHECK-SAME: xphi.watched = "limits"
func.func @tested(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real attributes {xphi.library} {
  %0 = xphi.normal_cdf %x
  %1 = xphi.mul %x, %0
  return %1 : !xphi.real
}

// The errors of a sum's terms add up: 1.5 ulp of each product, and the rounding of the sum.
// CHECK-LABEL: func.func @errors_of_a_sum
// CHECK-SAME: xphi.estimate_ulp_f32 = 3.500000e+00 : f32
func.func @errors_of_a_sum(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real
    attributes {xphi.is_derivative} {
  %c = xphi.constant "1.0507"
  %d = xphi.constant "1.6733"
  %0 = xphi.mul %x, %c
  %1 = xphi.mul %y, %d
  %2 = xphi.add %0, %1
  return %2 : !xphi.real
}

// Each keeps the promise in f32, their sum does not.
// CHECK-LABEL: func.func @sum_of_functions
// CHECK-SAME: xphi.evaluate = "f64"
func.func @sum_of_functions(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real
    attributes {xphi.is_derivative} {
  %0 = xphi.tanh %x
  %1 = xphi.sigmoid %y
  %2 = xphi.add %0, %1 {slopes}
  return %2 : !xphi.real
}
