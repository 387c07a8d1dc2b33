// RUN: xphi-opt --split-input-file --xphi-lower-to-body='lanes=8 wide=false' %s | FileCheck %s

#pairs = #xphi.evaluation<numbers = pairs, watched = nothing>
#four = #xphi.promise<ulps = 4.0 : f64>

// What is the same is evaluated once, in the rare branch, too, whatever is in between.
// CHECK-LABEL: func.func private @backward.rare(
// CHECK-SAME: -> (vector<4xf32>, vector<4xf32>)
// CHECK-LABEL: func.func @backward(
// CHECK-SAME: -> (vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: %[[BRANCH:.*]]:2 = scf.if
// CHECK: return %[[FIRST:.*]], %{{.*}}, %[[FIRST]] :
func.func @backward.x(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #pairs, xphi.kernel = "backward", xphi.promise = #four}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %y
  return %1 : !xphi.real
}
func.func @backward.y(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #pairs, xphi.kernel = "backward", xphi.promise = #four}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.sub %0, %y
  return %1 : !xphi.real
}
func.func @backward.z(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #pairs, xphi.kernel = "backward", xphi.promise = #four}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %y
  return %1 : !xphi.real
}

// -----

#pairs = #xphi.evaluation<numbers = pairs, watched = nothing>
#four = #xphi.promise<ulps = 4.0 : f64>
#three = #xphi.promise<ulps = 3.0 : f64>

// Another promise is another function.
// CHECK-LABEL: func.func private @backward.rare(
// CHECK-SAME: -> (vector<4xf32>, vector<4xf32>)
func.func @backward.x(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #pairs, xphi.kernel = "backward", xphi.promise = #four}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %y
  return %1 : !xphi.real
}
func.func @backward.y(%x: !xphi.real {xphi.input = "x"}, %y: !xphi.real {xphi.input = "y"}) -> (!xphi.real {xphi.evaluation = #pairs, xphi.kernel = "backward", xphi.promise = #three}) {
  %0 = xphi.mul %x, %x
  %1 = xphi.add %0, %y
  return %1 : !xphi.real
}
