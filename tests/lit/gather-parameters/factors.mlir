// RUN: xphi-opt --xphi-gather-parameters %s | FileCheck %s

// What depends on x alone comes first, then one factor.
// CHECK-LABEL: func.func @product
// CHECK: %[[S:.*]] = xphi.sigmoid %arg0
// CHECK-DAG: %[[V:.*]] = xphi.mul %arg0, %[[S]]
// CHECK-DAG: %[[U:.*]] = xphi.div %arg1, %arg2 {uniform}
// CHECK: %[[R:.*]] = xphi.mul %[[V]], %[[U]]
// CHECK: return %[[R]]
func.func @product(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"},
                   %b: !xphi.real {xphi.parameter = "b"}) -> !xphi.real {
  %0 = xphi.mul %x, %a
  %1 = xphi.sigmoid %x
  %2 = xphi.mul %0, %1
  %3 = xphi.div %2, %b
  return %3 : !xphi.real
}

// A common factor of two terms is one of their sum.
// CHECK-LABEL: func.func @sum
// CHECK: %[[R:.*]] = xphi.add %{{.*}}, %{{.*}} {slopes}
// CHECK: xphi.mul %[[R]], %arg1
func.func @sum(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"}) -> !xphi.real {
  %0 = xphi.sigmoid %x
  %1 = xphi.mul %a, %0
  %2 = xphi.mul %x, %a
  %3 = xphi.tanh %x
  %4 = xphi.mul %2, %3
  %5 = xphi.add %1, %4 {slopes}
  return %5 : !xphi.real
}

// So is one within a product of parameters, where the rest of that is a factor of what is there already.
// CHECK-LABEL: func.func @within
// CHECK-DAG: %[[P:.*]] = xphi.mul %arg2, %arg1 {uniform}
// CHECK-DAG: %[[V:.*]] = xphi.mul %arg0, %[[P]]
// CHECK-DAG: %[[S:.*]] = xphi.sigmoid %[[V]]
// CHECK-DAG: %[[D:.*]] = xphi.logistic_pdf %[[V]]
// CHECK: %[[T:.*]] = xphi.mul %[[V]], %[[D]]
// CHECK: %[[R:.*]] = xphi.add %[[S]], %[[T]] {slopes}
// CHECK: xphi.mul %[[R]], %arg1
func.func @within(%x: !xphi.real {xphi.input = "x"}, %c: !xphi.real {xphi.parameter = "c"},
                  %b: !xphi.real {xphi.parameter = "b"}) -> !xphi.real {
  %0 = xphi.mul %c, %x
  %1 = xphi.mul %b, %0
  %2 = xphi.sigmoid %1
  %3 = xphi.logistic_pdf %1
  %4 = xphi.mul %2, %c
  %5 = xphi.mul %0, %3
  %6 = xphi.mul %b, %c
  %7 = xphi.mul %5, %6
  %8 = xphi.add %4, %7 {slopes}
  return %8 : !xphi.real
}

// An input is taken out where each term is a multiple of it, and one of these has another factor.
// CHECK-LABEL: func.func @input
// CHECK: %[[S:.*]] = xphi.tanh
// CHECK: %[[T:.*]] = xphi.mul %[[S]], %arg1
// CHECK: %[[R:.*]] = xphi.sub %arg2, %[[T]]
// CHECK: xphi.mul %arg0, %[[R]]
func.func @input(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"},
                 %b: !xphi.real {xphi.parameter = "b"}) -> !xphi.real {
  %0 = xphi.mul %a, %x
  %1 = xphi.tanh %0
  %2 = xphi.mul %1, %0
  %3 = xphi.mul %x, %b
  %4 = xphi.sub %3, %2
  return %4 : !xphi.real
}

// The product that a function is of stays; what is exact in f32 needs no f64, and a sum whose terms were rounded would lose
// digits in it.
// CHECK-LABEL: func.func @left
// CHECK: xphi.mul %arg1, %arg0
// CHECK: xphi.neg %arg1
// CHECK-NOT: uniform
// CHECK: xphi.mul %arg1, %arg2 {uniform}
// CHECK: xphi.sub %{{.*}}, %arg1{{$}}
func.func @left(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"},
                %b: !xphi.real {xphi.parameter = "b"}) -> !xphi.real {
  %0 = xphi.mul %a, %x
  %1 = xphi.tanh %0
  %2 = xphi.neg %a
  %3 = xphi.max %1, %2
  %4 = xphi.mul %a, %b
  %5 = xphi.sub %4, %a
  %6 = xphi.add %3, %5
  return %6 : !xphi.real
}
