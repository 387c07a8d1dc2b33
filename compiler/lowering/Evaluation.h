// A function of reals, evaluated in one type of number.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef XPHI_COMPILER_LOWERING_EVALUATION_H
#define XPHI_COMPILER_LOWERING_EVALUATION_H

#include "approx/Fit.h"
#include "dialect/XphiDialect.h"
#include "lowering/Numbers.h"
#include "lowering/UniformValues.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

#include <optional>

namespace xphi::compiler {

struct FastFunction;

/// On an elementary function: the largest argument of its f32 form.
inline constexpr llvm::StringLiteral domainName = "domain";
/// On a function whose terms cancel near an argument of magnitude 1: the least result in f32 there.
inline constexpr llvm::StringLiteral apartName = "apart";
/// On a sum in f32: what it is off by is a part of its largest term, which may cancel.
inline constexpr llvm::StringLiteral termsName = "terms";
/// On a product or quotient: its f32 form must be a normal number, or zero as a factor is; on a
/// sum: it must be finite.
inline constexpr llvm::StringLiteral normalName = "normal";
/// On the last product or quotient of a slope: an incoming gradient is multiplied with its first
/// operand, before the second comes in.
inline constexpr llvm::StringLiteral lateName = "late";
/// On a product or quotient: its f32 form must be finite.
inline constexpr llvm::StringLiteral finiteName = "finite";
/// On a sum in f32 that must be finite: both terms must be at least 0 (1) or at most 0 (−1); or it
/// is finite anyhow (0).
inline constexpr llvm::StringLiteral signName = "sign";
/// On a sum in f32 that must be finite, with a fused product: it must be a normal number, too, or a
/// factor of the product zero.
inline constexpr llvm::StringLiteral wholeName = "whole";

/// The product that is rounded together with this sum or difference, as fma; null if there is none.
MulOp fusedProduct(mlir::Operation &sum);

/// What this product or quotient takes as a pair of floats, beside a fit in f32: the sum of two
/// arguments, or what is made of parameters. The fit's error, a rounding of that and the product's
/// own would be more than is promised.
mlir::Value exactFactor(mlir::Operation &product);

/// A factor that is the same for all elements, beside one whose magnitude is known: it alone tells
/// whether the product is a normal number.
struct UniformFactor {
  mlir::Value value;
  double least, most; ///< magnitudes of its own that leave the product normal
};
std::optional<UniformFactor> uniformFactor(mlir::Operation &product);

/// By what floats lack, where these are equal.
Mask comparePairs(Predicate predicate, NumberPair a, NumberPair b);
/// Of two floats, or of one with a constant, which need not be one.
Mask compareFloats(CompareOp op, Number left, Number right);

struct OrderedQuotient;

class Evaluation {
public:
  /// `arguments` are what stands for the function's. In f32, `fits` are those of the program, which
  /// stand for fitted parts.
  Evaluation(mlir::func::FuncOp function, const Numbers &numbers, mlir::ValueRange arguments,
             llvm::ArrayRef<Fit> fits = {});

  /// `after` hears of each operation when its value is there.
  Number run(llvm::function_ref<void(mlir::Operation &)> after = {});
  /// The second result, after run(); null if there is none.
  mlir::Value condition();

  /// The lanes in which something leaves its domain or is not normal; null if nothing can.
  std::optional<Mask> outside;
  /// Of the function's arguments those that are finite in all other lanes.
  llvm::SmallVector<mlir::Value> bounded;

  /// Of a value or a condition that has been evaluated.
  Number of(mlir::Value value) const { return numbers.wrap(values.lookup(value)); }
  Mask maskOf(mlir::Value value) const { return {&numbers, values.lookup(value)}; }

  const Numbers &numbers;

private:
  mlir::Value evaluate(mlir::Operation &op);
  Number fitted(FittedOp op);
  Number fittedOfPair(FittedOp op, const Fit &fit);
  Number product(mlir::Operation &op);
  Number quotient(Number a, Number b, mlir::Value divisor);
  Number quotientInOrder(mlir::Operation &op, const OrderedQuotient &quotient);
  Number productWithPair(mlir::Operation &op, mlir::Value pair);
  Number sum(mlir::Operation &op);
  Number uniform(mlir::Operation &op);
  Number power(PowOp op);
  PairArithmetic::Pair leaf(mlir::Value value);
  void guardSum(mlir::Operation &op, Number term, Number sum);
  void guardWhole(mlir::Operation &op, Number sum);
  Number extreme(Mask wins, mlir::Operation &op);
  Mask compare(CompareOp op);
  Mask compareExactly(CompareOp op);
  Number elementaryFunction(mlir::Operation &op);
  Number functionOfPair(mlir::Operation &op);
  void leaveApart(const FastFunction &fast, Number x, Number result);
  void leaveOutside(Mask lanes);
  void leaveOutside(mlir::Operation &op, Mask lanes);
  void boundTerms(mlir::Operation &op);

  mlir::func::FuncOp function;
  llvm::ArrayRef<Fit> fits;
  mlir::IRMapping values;
  struct Doubt {
    mlir::Operation *choice; ///< the select that takes the value or does not
    bool isTaken;            ///< where its condition holds
    Mask lanes;
  };
  llvm::SmallVector<Doubt> doubts;
};

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_EVALUATION_H
