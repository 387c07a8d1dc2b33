// Sums, products and quotients in pairs of f32: what a fit is of, where that is no input itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_PAIRARITHMETIC_H
#define XPHI_COMPILER_LOWERING_PAIRARITHMETIC_H

#include "dialect/XphiDialect.h"
#include "lowering/Numbers.h"

#include <optional>

namespace xphi::compiler {

/// A number as a float and what it lacks: at most half a unit in its last place.
struct NumberPair {
  Number high, low;
};

/// What PairArithmetic knows: sums, products, quotients, constants, the smaller or larger of two
/// arguments or constants.
bool isPairOperation(mlir::Operation *op);

/// On a function that has a form of pairs with 16 lanes only, where it may take that.
inline constexpr llvm::StringLiteral tabledName = "tabled";

/// Whether the value is arithmetic, of a few operations, of arguments and what is made of
/// parameters.
bool isPair(mlir::Value value);
/// Whether the function has a form in f32 for an argument that is a pair, and this is one.
bool takesPair(mlir::Operation *op);
/// What a power takes as a pair: its base, but for the sign where it is a magnitude. Null where it
/// takes a float.
mlir::Value baseInPairs(PowOp power);

/// Whether the value is the sum, difference or product of two arguments: a pair holds it exactly.
bool isExactPair(mlir::Value value);
/// Whether an operand is, and the other an argument or a constant, if it is not.
bool comparesPairs(CompareOp compare);

/// Twice the digits of a float (Dekker, A Floating-Point Technique for Extending the Available
/// Precision, 1971). The sum and the product of two arguments are exact; of more the relative error
/// is some 2^-44.
class PairArithmetic {
public:
  /// No product or quotient smaller than this has all its digits.
  static constexpr double least = 0x1p-80;

  struct Pair {
    Number high;
    std::optional<Number> low; ///< nothing where it is exact
    bool isLoose = false;      ///< low may be two units in the last place of high
    bool isExact = false;      ///< with low
    bool isSum = false;        ///< where that cancels low may be an eighth of high
  };

  /// `leafOf` gives what stands for an argument, or is made of parameters alone. Smaller results
  /// than `smallest` are in doubt, unless they are zero because an operand is; 0 where only
  /// absolute errors count.
  PairArithmetic(const Numbers &numbers, llvm::function_ref<Pair(mlir::Value)> leafOf,
                 double smallest)
      : numbers(numbers), leafOf(leafOf), smallest(smallest) {}

  /// Of pair operations of arguments.
  NumberPair evaluate(mlir::Value value);
  /// The same, without a second float where one does.
  Pair of(mlir::Value value);
  /// The same, where what the float lacks may be two units in its last place.
  NumberPair evaluateLoosely(mlir::Value value);
  /// 1 over a divisor, which is computed once where that is a parameter.
  Pair reciprocal(Pair divisor);

  /// Lanes in which a pair has too few digits, but for what overflows: that is no finite number.
  std::optional<Mask> doubtful;

private:
  Pair ofOperation(mlir::Value value);
  Pair sum(Pair a, Pair b);
  Pair product(Pair a, Pair b);
  Pair quotient(Pair a, Pair b);
  Pair extreme(Pair a, Pair b, bool isSmaller, bool isOfCall);
  static Pair normalised(Pair pair);
  void doubtSmall(Number result, Mask isZero);
  void doubt(Mask lanes);

  const Numbers &numbers;
  llvm::function_ref<Pair(mlir::Value)> leafOf;
  const double smallest;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_PAIRARITHMETIC_H
