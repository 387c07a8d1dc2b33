// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body='lanes=8' %s | FileCheck %s

// Of two divisions, and of two roots, of which each lane needs one, the operands are chosen.
// CHECK-LABEL: func.func @either(
// CHECK: %[[BELOW:.*]] = arith.cmpf olt, %arg0
// CHECK-NOT: math.sqrt
// CHECK: arith.select %[[BELOW]]
// CHECK: math.sqrt
// CHECK-NOT: math.sqrt
// CHECK: arith.select %[[BELOW]]
// CHECK: arith.divf
// CHECK-NOT: {{math.sqrt|arith.divf}}
// CHECK: scf.if
func.func @either(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %zero = xphi.constant "0"
  %two = xphi.constant "2"
  %three = xphi.constant "3"
  %c = xphi.compare lt, %x, %zero
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %two
  %2 = xphi.add %0, %three
  %3 = xphi.sqrt %1
  %4 = xphi.sqrt %2
  %5 = xphi.div %two, %3
  %6 = xphi.div %three, %4
  %7 = xphi.select %c, %5, %6
  return %7 : !xphi.real
}

// One is needed on both sides: it stays what it is.
// CHECK-LABEL: func.func @both(
// CHECK: arith.divf
// CHECK: arith.divf
// CHECK: scf.if
func.func @both(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %zero = xphi.constant "0"
  %two = xphi.constant "2"
  %three = xphi.constant "3"
  %c = xphi.compare lt, %x, %zero
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %two
  %2 = xphi.add %0, %three
  %3 = xphi.div %two, %1
  %4 = xphi.div %three, %2
  %5 = xphi.select %c, %3, %4
  %6 = xphi.add %5, %3
  return %6 : !xphi.real
}

// One is made of the other: in a lane of the one there is none of the other.
// CHECK-LABEL: func.func @after(
// CHECK: arith.divf
// CHECK: arith.divf
// CHECK: arith.select
func.func @after(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %two = xphi.constant "2"
  %three = xphi.constant "3"
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %two
  %2 = xphi.div %two, %1
  %3 = xphi.compare lt, %2, %two
  %4 = xphi.add %0, %three
  %5 = xphi.div %three, %4
  %6 = xphi.select %3, %2, %5
  return %6 : !xphi.real
}

// Where several might be one, those are that have most in common: the logistic functions of u and
// -u one divisor, and one exponential, although they are of a pair of floats.
// CHECK-LABEL: func.func @paired(
// CHECK: %[[BELOW:.*]] = arith.cmpf olt, %arg0
// CHECK-COUNT-2: arith.shli
// CHECK-NOT: arith.shli
// CHECK: arith.select %[[BELOW]]
// CHECK-NEXT: arith.divf
// CHECK-NEXT: arith.select %[[BELOW]]
// CHECK-NEXT: arith.divf
// CHECK-NOT: arith.divf
// CHECK: scf.if
func.func @paired(%x: !xphi.real {xphi.input = "x"},
                  %a: !xphi.real {xphi.default = 2.0 : f64, xphi.parameter = "a"})
    -> (!xphi.real {xphi.evaluation = #xphi.evaluation<numbers = guarded, watched = nothing>,
                    xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %c = xphi.compare lt, %x, %zero
  %0 = xphi.add %x, %one
  %u = xphi.mul %a, %0
  %1 = xphi.sub %x, %one
  %v = xphi.mul %a, %1
  %2 = xphi.neg %u
  %3 = xphi.neg %v
  %4 = xphi.sigmoid %u {domain = 80.0 : f32}
  %5 = xphi.sigmoid %v {domain = 80.0 : f32}
  %6 = xphi.add %4, %5
  %7 = xphi.sigmoid %3 {domain = 80.0 : f32}
  %8 = xphi.sigmoid %2 {domain = 80.0 : f32}
  %9 = xphi.add %7, %8
  %10 = xphi.select %c, %6, %9
  return %10 : !xphi.real
}
