// RUN: xphi-opt --xphi-lower-to-body='lanes=8' %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>
#guarded = #xphi.evaluation<numbers = guarded, watched = nothing>

// Below 0 a root is no number, and the rare branch would find that, too.
// CHECK-LABEL: func.func @over_root(
// CHECK: %[[ROOT:.*]] = math.sqrt %arg0
// CHECK: arith.divf %arg1, %[[ROOT]]
// CHECK: %[[BELOW:.*]] = arith.cmpf olt, %arg0,
// CHECK: %[[NOT:.*]] = arith.xori %[[BELOW]]
// CHECK: %[[LEFT:.*]] = arith.andi %{{.*}}, %[[NOT]]
// CHECK: arith.ori %[[LEFT]],
// CHECK: scf.if
func.func @over_root(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #four}) {
  %0 = xphi.sqrt %x
  %1 = xphi.div %y, %0 {normal}
  %2 = xphi.mul %1, %y
  return %2 : !xphi.real
}

// 1 - x^2 is rounded once, which does not change its sign.
// CHECK-LABEL: func.func @of_difference(
// CHECK: %[[SUM:.*]] = math.fma
// CHECK: math.sqrt %[[SUM]]
// CHECK: arith.cmpf olt, %[[SUM]],
// CHECK: scf.if
func.func @of_difference(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.sub %one, %0
  %2 = xphi.sqrt %1
  %3 = xphi.div %x, %2 {normal}
  %4 = xphi.mul %3, %x
  return %4 : !xphi.real
}

// A sum of three may have the wrong sign; a root that is not negative has no such lanes; what is chosen is not all of
// the result.
// CHECK-LABEL: func.func @of_three_terms(
// CHECK-NOT: cmpf olt
// CHECK: scf.if
func.func @of_three_terms(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.sub %one, %x
  %1 = xphi.sub %0, %y
  %2 = xphi.sqrt %1
  %3 = xphi.div %x, %2 {normal}
  %4 = xphi.mul %3, %x
  return %4 : !xphi.real
}
// CHECK-LABEL: func.func @of_squares(
// CHECK-NOT: cmpf olt
// CHECK: scf.if
func.func @of_squares(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #four}) {
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %one
  %2 = xphi.sqrt %1
  %3 = xphi.div %x, %2 {normal}
  %4 = xphi.mul %3, %x
  return %4 : !xphi.real
}
// CHECK-LABEL: func.func @chosen(
// CHECK-COUNT-1: cmpf olt
// CHECK-NOT: cmpf olt
// CHECK: scf.if
func.func @chosen(%x: !xphi.real {xphi.input = "x"})
    -> (!xphi.real {xphi.evaluation = #guarded, xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %0 = xphi.sqrt %x
  %1 = xphi.div %x, %0 {normal}
  %2 = xphi.mul %1, %x
  %3 = xphi.compare lt, %x, %zero
  %4 = xphi.select %3, %x, %2
  return %4 : !xphi.real
}
