// A function of reals in pairs of doubles, with a bound on the error of each lane.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For arrays of f64. An elementary function in f64 is off by more than is promised of a double, and
// what is made of one by more than that. In pairs it is 2^-66, so there is room for what functions
// make of the errors of their arguments, and for terms that cancel to a part of ten thousand. As in
// f64 (lowering/ErrorBounds.h) every value has a bound beside it, and the lanes where that is too
// large are left to wide numbers.
#ifndef XPHI_COMPILER_LOWERING_DOUBLEPAIREVALUATION_H
#define XPHI_COMPILER_LOWERING_DOUBLEPAIREVALUATION_H

#include "lowering/PairArithmetic.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace xphi::compiler {

struct BoundedPair {
  NumberPair value;
  Number error; ///< absolute, at most; infinite or NaN where nothing is known
  /// The lanes in which there is no number, and `value` is NaN; none.
  std::optional<Mask> noNumber;

  /// Where it is a double, exactly, or known to be no number.
  Mask isExact() const;
  /// Where the nearest double is not known to be within so many ulp of what is true.
  Mask isFurther(double ulps) const;
  /// Where it is not known to be the nearest to what is true.
  Mask mayMisround() const;
};

/// The first result. Nothing where an operation has no such form. `arguments` are f64, and exact.
std::optional<BoundedPair> evaluateInDoublePairs(mlir::func::FuncOp function, const Numbers &f64,
                                                 mlir::ValueRange arguments);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_DOUBLEPAIREVALUATION_H
