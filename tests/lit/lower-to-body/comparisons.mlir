// RUN: xphi-opt --xphi-lower-to-body=lanes=8 %s | FileCheck %s

#four = #xphi.promise<ulps = 4.0 : f64>
#in_f32 = #xphi.evaluation<numbers = f32, watched = nothing>

// A comparison of a product in f32 looks at what rounding it lost, where the rounded product is equal. (A kernel's check
// would send one that does not to f64.)

// CHECK-LABEL: func.func @less(
// CHECK-SAME: %[[X:[^:]*]]: vector<8xf32>, %[[B:[^:]*]]: vector<8xf32>, %[[C:[^:]*]]: vector<8xf32>)
// CHECK: %[[HIGH:.*]] = arith.mulf %[[X]], %[[B]]
// CHECK: %[[LOW:.*]] = math.fma %[[X]], %[[B]]
// CHECK: %[[EQUAL:.*]] = arith.cmpf oeq, %[[HIGH]], %[[C]]
// CHECK-DAG: %[[BELOW:.*]] = arith.cmpf olt, %[[HIGH]], %[[C]]
// CHECK-DAG: %[[REST:.*]] = arith.cmpf olt, %[[LOW]],
// CHECK: %[[DECIDES:.*]] = arith.andi %[[EQUAL]], %[[REST]]
// CHECK: arith.ori %[[BELOW]], %[[DECIDES]]
func.func @less(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.input = "b"},
                %c: !xphi.real {xphi.input = "c"}) -> (!xphi.real {xphi.evaluation = #in_f32, xphi.promise = #four}) {
  %0 = xphi.mul %x, %b
  %1 = xphi.compare lt, %0, %c
  %2 = xphi.select %1, %x, %b
  return %2 : !xphi.real
}

// CHECK-LABEL: func.func @not_less(
// CHECK-SAME: %[[X:[^:]*]]: vector<8xf32>, %[[B:[^:]*]]: vector<8xf32>, %[[C:[^:]*]]: vector<8xf32>)
// CHECK: %[[OPPOSITE:.*]] = arith.negf %[[B]]
// CHECK: %[[HIGH:.*]] = arith.addf %[[X]], %[[OPPOSITE]]
// CHECK: %[[EQUAL:.*]] = arith.cmpf oeq, %[[C]], %[[HIGH]]
// CHECK-DAG: %[[ABOVE:.*]] = arith.cmpf ogt, %[[C]], %[[HIGH]]
// CHECK-DAG: %[[REST:.*]] = arith.cmpf ole,
// CHECK: %[[DECIDES:.*]] = arith.andi %[[EQUAL]], %[[REST]]
// CHECK: arith.ori %[[ABOVE]], %[[DECIDES]]
func.func @not_less(%x: !xphi.real {xphi.input = "x"}, %b: !xphi.real {xphi.input = "b"},
                    %c: !xphi.real {xphi.input = "c"}) -> (!xphi.real {xphi.evaluation = #in_f32, xphi.promise = #four}) {
  %0 = xphi.sub %x, %b
  %1 = xphi.compare ge, %c, %0
  %2 = xphi.select %1, %x, %b
  return %2 : !xphi.real
}
