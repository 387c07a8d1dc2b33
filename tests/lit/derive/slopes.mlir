// RUN: xphi-opt --xphi-derive %s | FileCheck %s

// The sum of the product rule is marked, the function's own is not.
// CHECK-LABEL: func.func @product
// CHECK: xphi.add %{{.*}}, %arg0
// CHECK-NOT: slopes
// CHECK: xphi.add {{.*}} {slopes}
func.func @product(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.exp %x
  %1 = xphi.add %0, %x
  %2 = xphi.sin %x
  %3 = xphi.mul %2, %1
  return %3 : !xphi.real
}

// The slope in one factor alone is the other, sum or not.
// CHECK-LABEL: func.func @factor
// CHECK-NOT: slopes
func.func @factor(%a: !xphi.real {xphi.input = "a"}, %x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %0 = xphi.exp %x
  %1 = xphi.sub %0, %x
  %2 = xphi.mul %a, %1
  return %2 : !xphi.real
}
