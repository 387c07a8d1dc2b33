// RUN: xphi-opt --xphi-drop-custom-gradients %s | FileCheck %s

// The value stays, and the marks of corners that differentiation needed go.
// CHECK-LABEL: func.func @f
// CHECK-NEXT: %[[ROUNDED:.*]] = xphi.round %arg0
// CHECK-NEXT: %[[SIGN:.*]] = xphi.sign %[[ROUNDED]]{{$}}
// CHECK-NEXT: return %[[SIGN]]
// CHECK-NOT: xphi.custom_gradient
func.func @f(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.round %x
  %1 = xphi.custom_gradient %0 of %x by %x
  %2 = xphi.sign %1 {corner}
  return %2 : !xphi.real
}
