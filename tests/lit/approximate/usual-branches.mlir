// RUN: xphi-opt --xphi-approximate --xphi-lower-to-body='lanes=8' %s | FileCheck %s
// RUN: xphi-opt --xphi-approximate %s | FileCheck %s --check-prefix=CHOSEN

// Of what a parameter chooses f32 has the one value alone: the other, which has no form in f32, is not looked at. Where
// the parameter chooses otherwise all lanes go to f64, which has both.
// CHOSEN-LABEL: func.func @rising
// CHOSEN-SAME: numbers = guarded
// CHECK-LABEL: func.func private @rising.rare
// CHECK: arith.select
// CHECK-LABEL: func.func @rising(
// CHECK: %[[USUAL:.*]] = arith.cmpf ogt, %{{.*}}, %{{.*}} : vector<8xf32>
// CHECK: arith.xori %[[USUAL]]
// CHECK: scf.if
func.func @rising(%x: !xphi.real {xphi.input = "x"},
                  %a: !xphi.real {xphi.parameter = "a", xphi.default = 1.0 : f64})
    -> (!xphi.real {xphi.usual_branches, xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %zero = xphi.constant "0"
  %0 = xphi.exp %x
  %1 = xphi.asin %x
  %2 = xphi.compare gt, %a, %zero
  %3 = xphi.select %2, %0, %1
  return %3 : !xphi.real
}

// Without the mark f64 has all of it, and is watched.
// CHOSEN-LABEL: func.func @both
// CHOSEN-SAME: numbers = watched
func.func @both(%x: !xphi.real {xphi.input = "x"},
                %a: !xphi.real {xphi.parameter = "a", xphi.default = 1.0 : f64})
    -> (!xphi.real {xphi.promise = #xphi.promise<ulps = 4.0 : f64>}) {
  %zero = xphi.constant "0"
  %0 = xphi.exp %x
  %1 = xphi.asin %x
  %2 = xphi.compare gt, %a, %zero
  %3 = xphi.select %2, %0, %1
  return %3 : !xphi.real
}
