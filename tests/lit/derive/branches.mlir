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

// max(x, 0) has derivative 0 in its corner.
// CHECK-LABEL: func.func @relu
// CHECK: xphi.compare gt
func.func @relu(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.max %x, %zero
  return %0 : !xphi.real
}
