// RUN: xphi-opt --xphi-keep=what=y %s | FileCheck %s --check-prefix=OUTPUT
// RUN: xphi-opt --xphi-keep=what=mask %s | FileCheck %s --check-prefix=MASK
// RUN: not xphi-opt --xphi-keep=what=nothing %s 2>&1 | FileCheck %s --check-prefix=NOTHING

// relu' asks whether y > 0, or for one bit. Without anything it is not known.
// OUTPUT-LABEL: func.func @gradient(%arg0: !xphi.real {xphi.input = "y"})
// OUTPUT: xphi.compare gt, %arg0
// MASK-LABEL: func.func @forward
// MASK-SAME: -> (!xphi.real, i1)
// MASK-LABEL: func.func @gradient(%arg0: i1 {xphi.input = "mask"})
// MASK: xphi.select %arg0
// NOTHING: the gradient cannot be computed from `nothing`
func.func @forward(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.select %0, %x, %zero
  return %1 : !xphi.real
}
func.func @gradient(%x: !xphi.real {xphi.input = "x"}) -> !xphi.real {
  %zero = xphi.constant "0"
  %one = xphi.constant "1"
  %0 = xphi.compare gt, %x, %zero
  %1 = xphi.select %0, %one, %zero
  return %1 : !xphi.real
}
