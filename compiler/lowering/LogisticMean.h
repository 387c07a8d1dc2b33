// The mean of the logistic function between x − c and x, as it is written: by two softplus.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// (softplus(p·x) − softplus(p·(x − c)))/p cancels where both are large, and where p is small. But
// it is log((1 + e)/(q + e))/p with e = e^−px and q = e^−pc, and with 2^k close to that quotient
// k·ln 2/p and a series of atanh, whose argument has no more roundings than the promise bears. All
// but e is of parameters alone. Each operation goes one way while x rises: e falls, a numerator
// that is never below zero rises, its denominator falls.
#ifndef XPHI_COMPILER_LOWERING_LOGISTICMEAN_H
#define XPHI_COMPILER_LOWERING_LOGISTICMEAN_H

#include "lowering/Numbers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace xphi::compiler {

struct LogisticMean {
  enum class Kind {
    Plain,
    Mirrored, ///< a choice: from c/2 on c less the mean at c − x, which is the same number
    Slope,    ///< σ(p·x) − σ(p·(x − c)), whose terms are the same where p is small, and far out
    MinusSlope
  };

  mlir::Value x, factor; ///< an argument, and p, a parameter
  double width;          ///< c, a float above 0
  Kind kind = Kind::Plain;

  bool isSlope() const { return kind == Kind::Slope || kind == Kind::MinusSlope; }
  /// What it is taken to be off by, in ulp and in 2^-24 of itself, with p from `leastFactor` to
  /// `most` over c: more than was seen (LogisticMeanTest, and at every float of soft_clipping), but
  /// derived from nothing. Each kernel is checked at its own parameters.
  double ulps() const { return isSlope() ? 3.4 : 3.75; }
  double parts() const { return 2 * ulps(); }
  static constexpr double leastFactor = 0x1p-10, most = 64, leastWidth = 0x1p-4, mostWidth = 0x1p10;
  /// The largest argument of the exponential, and what results within it are between: with the
  /// least and most c and p e^−80/1024 and c, e^−60·2^-14 and 1.
  double domain() const { return isSlope() ? 60 : 80; }
  double least() const { return isSlope() ? 1e-31 : 1.2e-38; }
  double largest() const { return isSlope() ? 1 : width; }
  double cost() const { return isSlope() ? 32 : 52; } ///< in instructions
};

/// What the operation is, in a function whose result of f32 is not to be the nearest: a quotient,
/// or the choice. In f32 nothing is needed then of what leads to it.
std::optional<LogisticMean> logisticMean(mlir::Operation &op);
bool hasLogisticMean(mlir::func::FuncOp function);

/// `outside` becomes true in lanes in which the value means nothing.
Number evaluateMean(const LogisticMean &mean, Number x, Number factor,
                    std::optional<Mask> &outside);

} // namespace xphi::compiler

#endif // XPHI_COMPILER_LOWERING_LOGISTICMEAN_H
