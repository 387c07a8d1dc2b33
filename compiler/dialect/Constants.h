// The number that a constant expression stands for, computed with Arb's balls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constant expressions are folded here and nowhere else. What is finite never comes from doubles or
// from libm, whose last digits differ between machines; only a function of an infinity does.
#ifndef XPHI_COMPILER_DIALECT_CONSTANTS_H
#define XPHI_COMPILER_DIALECT_CONSTANTS_H

#include "wide/Wide.h"

#include "mlir/IR/Value.h"

#include <array>
#include <cstdint>
#include <optional>

namespace xphi::compiler {

/// The double nearest to a constant expression: numbers, arithmetic, and elementary functions of
/// constants. An expression that is infinite or no number gives that.
std::optional<double> constantValue(mlir::Value value);

/// A number as wide numbers are: ±mantissa/2^mantissaBits · 2^exponent, where the top bit of the
/// last word is set.
struct LongConstant {
  std::array<uint64_t, wide::mantissaWords> mantissa{};
  int64_t exponent = 0;
  bool negative = false;
};

/// The same expression, rounded to so many bits; nothing for what is zero, infinite or no number.
std::optional<LongConstant> longConstant(mlir::Value value);

/// Whether the constant is a double exactly; false for what is no constant.
bool isExactDouble(mlir::Value value);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_DIALECT_CONSTANTS_H
