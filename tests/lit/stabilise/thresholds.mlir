// RUN: xphi-opt --xphi-stabilise %s | FileCheck %s

// What is compared with a constant, and made of one value and constants, is that value compared.
// CHECK-LABEL: func.func @line
// CHECK: %[[BOUND:.*]] = xphi.constant "-1"
// CHECK: xphi.compare gt, %arg0, %[[BOUND]]
func.func @line(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %two = xphi.constant "2"
  %0 = xphi.add %x, %one
  %1 = xphi.div %0, %two
  %2 = xphi.compare gt, %1, %zero
  %3 = xphi.select %2, %x, %y
  return %3 : !xphi.real
}

// A negative factor turns it round, and a bound that is passed counts no more.
// CHECK-LABEL: func.func @turned
// CHECK: %[[BOUND:.*]] = xphi.constant "1/3"
// CHECK: xphi.compare ge, %arg0, %[[BOUND]]
func.func @turned(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %two = xphi.constant "2"
  %three = xphi.constant "3"
  %one = xphi.constant "1"
  %0 = xphi.mul %x, %three
  %1 = xphi.sub %two, %0
  %2 = xphi.max %1, %zero
  %3 = xphi.compare le, %2, %one
  %4 = xphi.select %3, %x, %y
  return %4 : !xphi.real
}

// What decides by its own bound stays.
// CHECK-LABEL: func.func @decided
// CHECK: %[[CUT:.*]] = xphi.max %arg0
// CHECK: xphi.compare lt, %[[CUT]]
func.func @decided(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %two = xphi.constant "2"
  %one = xphi.constant "1"
  %0 = xphi.max %x, %two
  %1 = xphi.compare lt, %0, %one
  %2 = xphi.select %1, %x, %y
  return %2 : !xphi.real
}

// A number that no float is, but whose nearest double is one, would compare with that as equal.
// CHECK-LABEL: func.func @near_a_float
// CHECK: %[[SUM:.*]] = xphi.add
// CHECK: xphi.compare gt, %[[SUM]]
func.func @near_a_float(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> !xphi.real {
  %tiny = xphi.constant "1/100000000000000000000000000"
  %one = xphi.constant "1"
  %0 = xphi.add %x, %tiny
  %1 = xphi.compare gt, %0, %one
  %2 = xphi.select %1, %x, %y
  return %2 : !xphi.real
}
