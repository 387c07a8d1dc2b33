// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body='lanes=8 wide=true' %s | FileCheck %s
// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body='lanes=8' %s | FileCheck %s --check-prefix=NARROW

// In f64 with a bound on the error beside it; the lanes whose bound is more than 2^-23 of the value go to wide numbers,
// one lane at a time.
// CHECK-LABEL: func.func @difference(
// CHECK: arith.subf {{.*}} : vector<8xf64>
// CHECK: arith.constant dense<1.1920928955078125E-7> : vector<8xf64>
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK: call @difference.wide8(
// CHECK-LABEL: func.func private @difference.wide8(
// CHECK: call @xphi_wide_lanes(
// CHECK-LABEL: func.func private @difference.wide_number(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr)
// CHECK: call @xphi_wide_sin(
// CHECK: call @xphi_wide_sub(

// NARROW-NOT: wide
func.func @difference(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %0 = xphi.sin %x
  %1 = xphi.sub %x, %0
  return %1 : !xphi.real
}
