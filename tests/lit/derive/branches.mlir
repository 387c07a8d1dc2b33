// RUN: xphi-opt --xphi-derive --xphi-simplify %s | FileCheck %s

// A select's derivative selects between the branches' derivatives, so that what the other branch
// would have given (here 1/0) is not part of it.
// CHECK-LABEL: func.func @log_or_line
// CHECK: %[[COND:.*]] = xphi.compare gt
// CHECK: %[[SLOPE:.*]] = xphi.div %{{.*}}, %{{.*}}
// CHECK: xphi.select %[[COND]], %[[SLOPE]], %{{.*}}
func.func @log_or_line(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.log %x
  %2 = xphi.select %0, %1, %x
  return %2 : !xphi.real
}

// What does not depend on the input has derivative zero, parameters included.
// CHECK-LABEL: func.func @constant
// CHECK: %[[ZERO:.*]] = xphi.constant "0"
// CHECK: return %[[ZERO]]
func.func @constant(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"})
    -> !xphi.real {
  %0 = xphi.exp %a
  return %0 : !xphi.real
}

// max(x, 0) has half a slope in its corner.
// CHECK-LABEL: func.func @rectified
// CHECK-DAG: %[[HALF:.*]] = xphi.constant "1/2"
// CHECK-DAG: %[[ABOVE:.*]] = xphi.compare gt, %[[X:.*]], %[[ZERO:.*]]
// CHECK-DAG: %[[SIDE:.*]] = xphi.select %[[ABOVE]], %{{.*}}, %[[ZERO]]
// CHECK-DAG: %[[TIE:.*]] = xphi.compare eq, %[[X]], %[[ZERO]]
// CHECK: xphi.select %[[TIE]], %[[HALF]], %[[SIDE]]
func.func @rectified(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.max %x, %zero
  return %0 : !xphi.real
}

// sign(x) log1p(|x|): on both sides of 0 the signs are 1 together, and so they are at 0.
// CHECK-LABEL: func.func @symlog
// CHECK-NOT: xphi.sign
// CHECK: return
func.func @symlog(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.sign %x
  %1 = xphi.abs %x
  %2 = xphi.log1p %1
  %3 = xphi.mul %0, %2
  return %3 : !xphi.real
}
