// RUN: xphi-opt --xphi-simplify %s | FileCheck %s

// Constants move outwards, meet, and cancel.
// CHECK-LABEL: func.func @constants_meet
// CHECK-NEXT: return %arg0
func.func @constants_meet(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %half = xphi.constant "1/2"
  %two = xphi.constant "2"
  %0 = xphi.mul %half, %x
  %1 = xphi.mul %two, %0
  return %1 : !xphi.real
}

// Numbers are exact: one tenth times three tenths is three hundredths.
// CHECK-LABEL: func.func @decimals_are_exact
// CHECK: xphi.constant "3/100"
func.func @decimals_are_exact(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %a = xphi.constant "0.1"
  %b = xphi.constant "0.3"
  %0 = xphi.mul %a, %x
  %1 = xphi.mul %b, %0
  return %1 : !xphi.real
}

// CHECK-LABEL: func.func @signs_move_out
// CHECK-NEXT: %[[P:.*]] = xphi.mul
// CHECK-NEXT: xphi.sub %{{.*}}, %[[P]]
func.func @signs_move_out(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"})
    -> !xphi.real {
  %0 = xphi.neg %x
  %1 = xphi.mul %a, %0
  %2 = xphi.add %x, %1
  return %2 : !xphi.real
}

// CHECK-LABEL: func.func @common_factor
// CHECK: %[[SUM:.*]] = xphi.add
// CHECK-NEXT: xphi.mul %[[SUM]], %{{.*}}
// CHECK-NEXT: return
func.func @common_factor(%x: !xphi.real {xphi.input = "x"}, %a: !xphi.real {xphi.parameter = "a"},
                         %b: !xphi.real {xphi.parameter = "b"}) -> !xphi.real {
  %e = xphi.exp %x
  %0 = xphi.mul %a, %e
  %1 = xphi.mul %b, %e
  %2 = xphi.add %0, %1
  return %2 : !xphi.real
}

// 0 x is not 0 where x is no number.
// CHECK-LABEL: func.func @zero_times_x_stays
// CHECK: xphi.mul
func.func @zero_times_x_stays(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.mul %x, %zero
  return %0 : !xphi.real
}

// What cancels exactly is gone: the derivative of x/(1 + |x|) is 1/(1 + |x|)^2.
// CHECK-LABEL: func.func @terms_cancel
// CHECK-NEXT: return %arg0
func.func @terms_cancel(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.sign %x
  %1 = xphi.mul %x, %0
  %2 = xphi.abs %x
  %3 = xphi.add %x, %2
  %4 = xphi.sub %3, %1
  return %4 : !xphi.real
}
