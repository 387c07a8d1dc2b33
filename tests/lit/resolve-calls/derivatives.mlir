// RUN: xphi-opt --xphi-resolve-calls --xphi-simplify %s | FileCheck %s
// RUN: xphi-opt --xphi-resolve-calls --xphi-derive --xphi-drop-custom-gradients --xphi-simplify %s \
// RUN:   | FileCheck %s --check-prefix=SLOPE

// A function marked `xphi.derive` stands for its derivative in that argument.
// CHECK-LABEL: func.func @slope
// CHECK: xphi.cos
func.func private @inner(%x: !xphi.real, %a: !xphi.real) -> (!xphi.real {xphi.derive = 1 : i32}) {
  %0 = xphi.sin %a
  %1 = xphi.mul %0, %x
  return %1 : !xphi.real
}
func.func @slope(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = func.call @inner(%x, %x) : (!xphi.real, !xphi.real) -> !xphi.real
  return %0 : !xphi.real
}

// A custom gradient replaces the derivative of its value, and the chain rule goes on around it.
// SLOPE-LABEL: func.func @straight_through
// SLOPE-NOT: xphi.round
// SLOPE: %[[TWO:.*]] = xphi.constant "2"
// SLOPE: return %[[TWO]]
func.func @straight_through(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %two = xphi.constant "2"
  %0 = xphi.mul %x, %two
  %1 = xphi.round %0
  %2 = xphi.custom_gradient %1 of %0 by %one
  return %2 : !xphi.real
}
