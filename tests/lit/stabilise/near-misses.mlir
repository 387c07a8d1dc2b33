// RUN: xphi-opt --xphi-simplify --xphi-stabilise=last=false --xphi-simplify --xphi-stabilise --xphi-simplify %s | FileCheck %s

// What looks like a rule's left side and is another function stays.

// CHECK-LABEL: func.func @not_quite_one
// CHECK: %[[E:.*]] = xphi.exp %arg0
// CHECK-NEXT: xphi.sub %{{.*}}, %[[E]]
// CHECK-NEXT: return
func.func @not_quite_one(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %c = xphi.constant "9007199254740993/9007199254740992"
  %e = xphi.exp %x
  %0 = xphi.sub %c, %e
  return %0 : !xphi.real
}

// Eight digits are not the root of ½: the factor stays.
// CHECK-LABEL: func.func @rounded_root
// CHECK-DAG: xphi.constant "70710678/100000000"
// CHECK: xphi.normal_cdf
func.func @rounded_root(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %c = xphi.constant "70710678/100000000"
  %one = xphi.constant "1"
  %u = xphi.mul %x, %c
  %e = xphi.erf %u
  %0 = xphi.add %one, %e
  return %0 : !xphi.real
}

// Sixteen are meant to be.
// CHECK-LABEL: func.func @sixteen_digits
// CHECK-NEXT: %[[TWO:.*]] = xphi.constant "2"
// CHECK-NEXT: %[[PHI:.*]] = xphi.normal_cdf %arg0
// CHECK-NEXT: xphi.mul %[[PHI]], %[[TWO]]
func.func @sixteen_digits(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %c = xphi.constant "7071067811865475/10000000000000000"
  %one = xphi.constant "1"
  %u = xphi.mul %x, %c
  %e = xphi.erf %u
  %0 = xphi.add %one, %e
  return %0 : !xphi.real
}

// CHECK-LABEL: func.func @root_of_anything
// CHECK: %[[R:.*]] = xphi.sqrt %arg0
// CHECK-NEXT: xphi.mul %[[R]], %[[R]]
func.func @root_of_anything(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %r = xphi.sqrt %x
  %0 = xphi.mul %r, %r
  return %0 : !xphi.real
}

// CHECK-LABEL: func.func @root_of_a_square
// CHECK-NOT: xphi.sqrt
// CHECK: return
func.func @root_of_a_square(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %s = xphi.mul %x, %x
  %w = xphi.add %s, %one
  %r = xphi.sqrt %w
  %0 = xphi.mul %r, %r
  return %0 : !xphi.real
}

// CHECK-LABEL: func.func @logarithm_taken_off
// CHECK: %[[L:.*]] = xphi.log %arg0
// CHECK: xphi.sub %{{.*}}, %[[L]]
func.func @logarithm_taken_off(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %l = xphi.log %x
  %s = xphi.add %x, %l
  %0 = xphi.sub %s, %l
  return %0 : !xphi.real
}

// CHECK-LABEL: func.func @sine_taken_off
// CHECK-NEXT: return %arg0
func.func @sine_taken_off(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %l = xphi.sin %x
  %s = xphi.add %x, %l
  %0 = xphi.sub %s, %l
  return %0 : !xphi.real
}

// 1 − 2 tanh(x) does not cancel where tanh(x) is 1.
// CHECK-LABEL: func.func @another_multiple
// CHECK: xphi.tanh %arg0
// CHECK: xphi.sub
func.func @another_multiple(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %two = xphi.constant "2"
  %t = xphi.tanh %x
  %u = xphi.mul %t, %two
  %0 = xphi.sub %one, %u
  return %0 : !xphi.real
}

// CHECK-LABEL: func.func @another_factor
// CHECK: xphi.tanh %arg0
// CHECK: xphi.sub
func.func @another_factor(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %t = xphi.tanh %x
  %u = xphi.mul %t, %y
  %0 = xphi.sub %x, %u
  return %0 : !xphi.real
}

// Both 1 − b and b + expm1 are as the author grouped them.
// CHECK-LABEL: func.func @grouped
// CHECK: xphi.exp %arg0
func.func @grouped(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.input = "b"}) -> !xphi.real {
  %one = xphi.constant "1"
  %e = xphi.exp %x
  %r = xphi.sub %b, %one
  %0 = xphi.add %e, %r
  return %0 : !xphi.real
}

// Of different arguments: both stay.
// CHECK-LABEL: func.func @cosh_minus_another_sinh
// CHECK-DAG: xphi.cosh
// CHECK-DAG: xphi.sinh
// CHECK: xphi.sub
func.func @cosh_minus_another_sinh(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %two = xphi.constant "2"
  %u = xphi.mul %x, %two
  %c = xphi.cosh %x
  %s = xphi.sinh %u
  %0 = xphi.sub %c, %s
  return %0 : !xphi.real
}
