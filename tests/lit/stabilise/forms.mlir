// RUN: xphi-opt --xphi-simplify --xphi-stabilise=last=false --xphi-simplify --xphi-stabilise --xphi-simplify %s | FileCheck %s

// x/2 (1 + erf(x/sqrt(2))), to be evaluated as one function.
// CHECK-LABEL: func.func @gelu
// CHECK-NEXT: xphi.gelu %arg0
// CHECK-NEXT: return
func.func @gelu(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %half = xphi.constant "1/2"
  %one = xphi.constant "1"
  %two = xphi.constant "2"
  %root = xphi.sqrt %two
  %u = xphi.div %x, %root
  %e = xphi.erf %u
  %0 = xphi.add %one, %e
  %1 = xphi.mul %half, %x
  %2 = xphi.mul %1, %0
  return %2 : !xphi.real
}

// The derivative's parts share the density and are evaluated as one.
// CHECK-LABEL: func.func @gelu_derivative
// CHECK-NEXT: xphi.gelu_slope %arg0
// CHECK-NEXT: return
func.func @gelu_derivative(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.normal_cdf %x
  %1 = xphi.normal_pdf %x
  %2 = xphi.mul %x, %1
  %3 = xphi.add %0, %2
  return %3 : !xphi.real
}

// CHECK-LABEL: func.func @mish_derivative
// CHECK-NEXT: xphi.mish_slope %arg0
// CHECK-NEXT: return
func.func @mish_derivative(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.softplus %x
  %1 = xphi.tanh %0
  %2 = xphi.sech2 %0
  %3 = xphi.sigmoid %x
  %4 = xphi.mul %2, %3
  %5 = xphi.mul %x, %4
  %6 = xphi.add %1, %5
  return %6 : !xphi.real
}

// CHECK-LABEL: func.func @exp_minus_one
// CHECK: xphi.expm1 %arg0
// CHECK-NOT: xphi.exp %
func.func @exp_minus_one(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %0 = xphi.exp %x
  %1 = xphi.sub %0, %one
  return %1 : !xphi.real
}

// x tanh(log(1 + exp(x))), as Mish is often written.
// CHECK-LABEL: func.func @mish
// CHECK-NEXT: %[[GATE:.*]] = xphi.tanh_softplus %arg0
// CHECK-NEXT: xphi.mul
func.func @mish(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %0 = xphi.exp %x
  %1 = xphi.add %one, %0
  %2 = xphi.log %1
  %3 = xphi.tanh %2
  %4 = xphi.mul %x, %3
  return %4 : !xphi.real
}

// x / (1 + exp(-x))
// CHECK-LABEL: func.func @silu
// CHECK-NEXT: %[[GATE:.*]] = xphi.sigmoid %arg0
// CHECK-NEXT: xphi.mul
func.func @silu(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %0 = xphi.neg %x
  %1 = xphi.exp %0
  %2 = xphi.add %one, %1
  %3 = xphi.div %x, %2
  return %3 : !xphi.real
}

// CHECK-LABEL: func.func @one_minus_tanh_squared
// CHECK-NEXT: xphi.sech2 %arg0
func.func @one_minus_tanh_squared(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %0 = xphi.tanh %x
  %1 = xphi.mul %0, %0
  %2 = xphi.sub %one, %1
  return %2 : !xphi.real
}

// x + sqrt(x^2 + b) cancels for x < 0: there it is b / (sqrt(x^2 + b) - x).
// CHECK-LABEL: func.func @squareplus
// CHECK: xphi.compare ge
// CHECK: %[[D:.*]] = xphi.sub %{{.*}}, %arg0
// CHECK: xphi.div %arg1, %[[D]]
// CHECK: xphi.select
func.func @squareplus(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.parameter = "b"})
    -> !xphi.real {
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %b
  %2 = xphi.sqrt %1
  %3 = xphi.add %x, %2
  return %3 : !xphi.real
}

// (exp(x) - exp(-x)) / (exp(x) + exp(-x))
// CHECK-LABEL: func.func @tanh_by_exponentials
// CHECK-NEXT: xphi.tanh %arg0
func.func @tanh_by_exponentials(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %n = xphi.neg %x
  %0 = xphi.exp %x
  %1 = xphi.exp %n
  %2 = xphi.sub %0, %1
  %3 = xphi.add %0, %1
  %4 = xphi.div %2, %3
  return %4 : !xphi.real
}

// 0.7 is not 1/sqrt(2): the function is another one, and stays what it is.
// CHECK-LABEL: func.func @not_quite_gelu
// CHECK: xphi.normal_cdf
// CHECK-NOT: return %arg0
func.func @not_quite_gelu(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %one = xphi.constant "1"
  %c = xphi.constant "0.7"
  %u = xphi.mul %x, %c
  %e = xphi.erf %u
  %0 = xphi.add %one, %e
  return %0 : !xphi.real
}
