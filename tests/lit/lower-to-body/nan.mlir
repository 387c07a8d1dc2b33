// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>

// max keeps NaN by the order of its select; nothing else is needed.
// CHECK-LABEL: func.func @relu
// CHECK: arith.cmpf ogt, %{{.*}}, %arg0
// CHECK-NOT: uno
// CHECK: return
func.func @relu(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %0 = xphi.max %x, %zero
  return %0 : !xphi.real
}

// A function that only compares its input would lose NaN: it is put back.
// CHECK-LABEL: func.func @heaviside
// CHECK: %[[NAN:.*]] = arith.cmpf uno, %arg0, %arg0
// CHECK: arith.select %[[NAN]], %arg0
func.func @heaviside(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #four}) {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.select %0, %one, %zero
  return %1 : !xphi.real
}
