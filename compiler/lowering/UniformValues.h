// What is made of parameters alone: the same for all elements, evaluated in f64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_UNIFORMVALUES_H
#define XPHI_COMPILER_LOWERING_UNIFORMVALUES_H

#include "lowering/PairArithmetic.h"

namespace xphi::compiler {

/// On an operation of parameters and constants.
inline constexpr llvm::StringLiteral uniformName = "uniform";

/// Whether the value is a parameter, or one that f64 evaluates to nearly all its digits out of
/// parameters and constants.
bool isUniformValue(mlir::Value value);

/// Whether the value is an argument, or marked: in f32 there is no operation behind it.
bool isLeaf(mlir::Value value);

/// Evaluates what is marked. It does not depend on the element, so it is taken out of loops.
class UniformValues {
public:
  /// `numberOf` gives what stands for an argument, in f32.
  UniformValues(const Numbers &f32, llvm::function_ref<Number(mlir::Value)> numberOf)
      : f32(f32), f64(f32.builder, f32.location, f32.builder.getF64Type(), f32.lanes),
        numberOf(numberOf) {}

  /// To the digits of two floats.
  NumberPair pair(mlir::Value value);
  /// Whether a float is no normal number nor zero, so that digits are missing.
  Mask lacksDigits(mlir::Value value);

private:
  Number of(mlir::Value value);

  const Numbers &f32;
  const Numbers f64;
  llvm::function_ref<Number(mlir::Value)> numberOf;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_UNIFORMVALUES_H
