// What is promised of a function, and whether f32 keeps it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/ErrorEstimate.h"
#include "dialect/Attributes.h"

using namespace mlir;

namespace xphi::compiler {

double slackOf(func::FuncOp function) {
  FloatAttr slack = promised(function).getSlack();
  return slack ? slack.getValueAsDouble() : 0;
}

double promisedUlps(func::FuncOp function) {
  return promised(function).getUlps().getValueAsDouble();
}

bool isPromised(func::FuncOp function, const ErrorEstimate &estimate) {
  if (promised(function).getExact())
    return estimate.isNearest;
  return estimate.ulp && *estimate.ulp <= estimate.enough;
}

bool isPromisedInF32(func::FuncOp function) {
  return isPromised(function, estimateInF32(function));
}

} // namespace xphi::compiler
