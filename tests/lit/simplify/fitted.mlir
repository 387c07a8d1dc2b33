// RUN: xphi-opt --split-input-file --verify-diagnostics %s | FileCheck %s
// RUN: xphi-opt --split-input-file --verify-diagnostics --canonicalize --cse --xphi-simplify %s | FileCheck %s

// No pass looks into a fit: neither the part nor what it is made out of is folded into its users.
// CHECK-LABEL: func.func @folds
// CHECK: %[[U:.*]] = xphi.mul %arg0, %arg1
// CHECK: %[[PART:.*]] = xphi.sigmoid %[[U]]
// CHECK: %[[FIT:.*]] = xphi.fitted %[[PART]] of %[[U]] unless %arg1 is zero {fit = 2 : i32, least = 1.000000e-09 : f64, nearest, ties = #xphi<ties up>, ulps = 3.000000e+00 : f64}
// CHECK: %[[SUM:.*]] = xphi.add %[[FIT]], %[[PART]]
// CHECK: return %[[SUM]]
func.func @folds(%x: !xphi.real, %a: !xphi.real) -> !xphi.real {
  %0 = xphi.mul %x, %a
  %1 = xphi.sigmoid %0
  %2 = xphi.fitted %1 of %0 unless %a is zero {fit = 2 : i32, least = 1.0e-9 : f64, nearest, ties = #xphi<ties up>, ulps = 3.0 : f64}
  %3 = xphi.add %2, %1
  return %3 : !xphi.real
}

// Two parts are one only where all that is said of them is the same.
// CHECK-LABEL: func.func @others
// CHECK: xphi.fitted %{{.*}} of %arg0 {fit = 0 : i32
// CHECK: xphi.fitted %{{.*}} of %arg0 {fit = 1 : i32
func.func @others(%x: !xphi.real) -> !xphi.real {
  %0 = xphi.tanh %x
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties none>, ulps = 3.0 : f64}
  %2 = xphi.fitted %0 of %x {fit = 1 : i32, least = 0.0 : f64, ties = #xphi<ties none>, ulps = 3.0 : f64}
  %3 = xphi.mul %1, %2
  return %3 : !xphi.real
}

// -----

func.func @nothing_said(%x: !xphi.real) -> !xphi.real {
  %0 = xphi.tanh %x
  // expected-error @below {{'xphi.fitted' op requires attribute 'fit'}}
  %1 = xphi.fitted %0 of %x {least = 0.0 : f64, ties = #xphi<ties none>, ulps = 3.0 : f64}
  return %1 : !xphi.real
}

// -----

func.func @no_bound(%x: !xphi.real) -> !xphi.real {
  %0 = xphi.tanh %x
  // expected-error @below {{has bounds that are no finite numbers from 0 on}}
  %1 = xphi.fitted %0 of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties none>, ulps = -3.0 : f64}
  return %1 : !xphi.real
}

// -----

func.func @of_itself(%x: !xphi.real) -> !xphi.real {
  // expected-error @below {{stands for what it is made of}}
  %0 = xphi.fitted %x of %x {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties none>, ulps = 3.0 : f64}
  return %0 : !xphi.real
}

// -----

func.func @zero_argument(%x: !xphi.real, %a: !xphi.real) -> !xphi.real {
  %0 = xphi.tanh %x
  // expected-error @below {{is of an argument, which has no operand that may be zero}}
  %1 = xphi.fitted %0 of %x unless %a is zero {fit = 0 : i32, least = 0.0 : f64, ties = #xphi<ties none>, ulps = 3.0 : f64}
  return %1 : !xphi.real
}
