// RUN: xphi-opt --xphi-approximate %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// kx + c may cancel, but is as good as exact to the logistic function, and where that has no
// relative error to speak of, it has ended. As a pair of floats it is so in f32, too.
// CHECK-LABEL: func.func @shifted
// CHECK-SAME: numbers = guarded, watched = limits
func.func @shifted(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %c = xphi.constant "1/5"
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.add %0, %c
  %2 = xphi.sigmoid %1
  %3 = xphi.mul %x, %2
  return %3 : !xphi.real
}

// Its logarithm has no end.
// CHECK-LABEL: func.func @logarithm
// CHECK-SAME: numbers = watched, watched = errors
func.func @logarithm(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.log %1
  return %2 : !xphi.real
}

// Nor has what is divided by it.
// CHECK-LABEL: func.func @divisor
// CHECK-SAME: numbers = watched, watched = errors
func.func @divisor(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.div %k, %1
  return %2 : !xphi.real
}

// A sum that differentiation made is measured against its largest term,
// CHECK-LABEL: func.func @slopes
// CHECK-SAME: numbers = f64, watched = limits, loose = true
func.func @slopes(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.logistic_pdf %0
  %3 = xphi.mul %x, %2
  %4 = xphi.add %1, %3 {slopes}
  return %4 : !xphi.real
}

// any other against itself,
// CHECK-LABEL: func.func @other
// CHECK-SAME: numbers = watched, watched = errors
func.func @other(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.logistic_pdf %0
  %3 = xphi.mul %x, %2
  %4 = xphi.add %1, %3
  return %4 : !xphi.real
}

// and so is one that the function itself has,
// CHECK-LABEL: func.func @value
// CHECK-SAME: numbers = watched, watched = errors
func.func @value(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.logistic_pdf %0
  %3 = xphi.mul %x, %2
  %4 = xphi.add %1, %3 {slopes, is_value}
  return %4 : !xphi.real
}

// and no function may be taken of it.
// CHECK-LABEL: func.func @of_slopes
// CHECK-SAME: numbers = watched, watched = errors
func.func @of_slopes(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.is_derivative, xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.sigmoid %0
  %2 = xphi.logistic_pdf %0
  %3 = xphi.mul %x, %2
  %4 = xphi.add %1, %3 {slopes}
  %5 = xphi.abs %4
  %6 = xphi.sqrt %5
  return %6 : !xphi.real
}

// x tanh(kx) is not negative, so the sum cannot cancel.
// CHECK-LABEL: func.func @same_sign
// CHECK-SAME: numbers = f64,
func.func @same_sign(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %1 = xphi.tanh %0
  %2 = xphi.mul %1, %x
  %3 = xphi.add %2, %k
  return %3 : !xphi.real
}

// x sin(x) may be.
// CHECK-LABEL: func.func @other_sign
// CHECK-SAME: numbers = watched,
func.func @other_sign(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %1 = xphi.sin %x
  %2 = xphi.mul %1, %x
  %3 = xphi.add %2, %k
  return %3 : !xphi.real
}

// 1.3 |x| + 0.2 cannot cancel, but for the sign between them.
// CHECK-LABEL: func.func @sum_of_positives
// CHECK-SAME: numbers = f64, watched = limits
func.func @sum_of_positives(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %c = xphi.constant "1/5"
  %0 = xphi.abs %x
  %1 = xphi.mul %0, %k
  %2 = xphi.add %1, %c
  %3 = xphi.tanh %2
  %4 = xphi.mul %3, %x
  return %4 : !xphi.real
}
// CHECK-LABEL: func.func @difference_of_positives
// CHECK-SAME: numbers = watched, watched = errors
func.func @difference_of_positives(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %c = xphi.constant "1/5"
  %0 = xphi.abs %x
  %1 = xphi.mul %0, %k
  %2 = xphi.sub %1, %c
  %3 = xphi.tanh %2
  %4 = xphi.mul %3, %x
  return %4 : !xphi.real
}

// A rounding may take kx + c across zero, and there is no sign of what may be on either side; kx keeps it.
// CHECK-LABEL: func.func @sign_of_sum
// CHECK-SAME: numbers = watched, watched = errors
func.func @sign_of_sum(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %c = xphi.constant "1/5"
  %0 = xphi.mul %x, %k
  %1 = xphi.add %0, %c
  %2 = xphi.sign %1
  %3 = xphi.tanh %x
  %4 = xphi.mul %2, %3
  return %4 : !xphi.real
}
// CHECK-LABEL: func.func @sign_of_product
// CHECK-NOT: watched = errors
// CHECK: return
func.func @sign_of_product(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %k = xphi.constant "13/10"
  %0 = xphi.mul %x, %k
  %2 = xphi.sign %0
  %3 = xphi.tanh %x
  %4 = xphi.mul %2, %3
  return %4 : !xphi.real
}
