// RUN: xphi-opt --split-input-file --verify-diagnostics --xphi-approximate %s

// What must be said is asked for.
// expected-error @below {{nothing is promised of it}}
func.func @nothing(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  return %x : !xphi.real
}

// -----

// What is said stands where no pass drops it,
// expected-error @below {{`xphi.promise` may get lost}}
func.func @discardable(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real
    attributes {xphi.promise = #xphi.promise<ulps = 4.0 : f64>} {
  return %x : !xphi.real
}

// -----

func.func @of_an_operation(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  // expected-error @below {{`xphi.normal` may get lost}}
  %0 = xphi.mul %x, %x {xphi.normal}
  return %0 : !xphi.real
}

// -----

// and under a name that is read.
// expected-error @below {{of a result `xphi.evaluate = "f32"` says nothing}}
func.func @misspelt(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.evaluate = "f32"}) {
  return %x : !xphi.real
}

// -----

// expected-error @below {{of a result `xphi.promise = 4.000000e+00 : f64` says nothing}}
func.func @other_kind(%x: !xphi.real {xphi.input = "x"}) -> (!xphi.real {xphi.promise = 4.0 : f64}) {
  return %x : !xphi.real
}

// -----

// expected-error @below {{of an argument `xphi.name = "x"` says nothing}}
func.func @argument(%x: !xphi.real {xphi.name = "x"}) -> !xphi.real {
  return %x : !xphi.real
}
