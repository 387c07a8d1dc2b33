// What f64 makes of a function at every float, by its form alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each value is known by where its magnitude lies, what signs it has, and how far f64 may be off: a
// relative error, and an absolute one beside it, which a sum that cancels has, and what ends below
// the normal numbers. An exponential of kx + c, say, takes the absolute error of kx + c for a
// relative one, and that stays small where the exponential is a number at all.
#ifndef XPHI_COMPILER_ANALYSIS_CONDITIONING_H
#define XPHI_COMPILER_ANALYSIS_CONDITIONING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>

namespace xphi::compiler {

/// What is known of a value. Its error in f64 is at most `relative`·2^-53 of its magnitude, or,
/// where it is `ofTerms`, of the largest term that it is a sum of, and `absolute` beside that.
struct Known {
  double relative = 0, absolute = 0;
  double least = 0, most = 0;            ///< of the exponent of 2, where the value is not zero
  bool positive = true, negative = true; ///< what it may be
  bool ofTerms = false;

  bool isExact() const { return relative == 0 && absolute == 0; }
};

struct Conditioning {
  /// Empty only if f64 does at every float: no sum cancels that is not a derivative's own, nothing
  /// magnifies an error too much, no decision hangs on a rounding, nothing overflows before the
  /// end, and infinities go through as they are. Then the result is off by less than 2^-30 of
  /// itself, or of its largest term, and rounds to one that is off by half an ulp of f32 and a
  /// little. Else what is first in the way, in words.
  std::string obstacle;
  /// Whether the result may be off by more than 2^-37 of itself all the same.
  bool isLoose = false;
  /// By value; not there where something was in the way.
  llvm::DenseMap<mlir::Value, Known> known;
};

Conditioning conditioningOf(mlir::func::FuncOp function);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_ANALYSIS_CONDITIONING_H
