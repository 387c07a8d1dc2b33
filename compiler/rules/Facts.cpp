// Signs and domains, from the operations a value is made of.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rules/Facts.h"

#include "dialect/Algebra.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Values are graphs, and a question asks others: beyond this depth nothing is known.
constexpr unsigned deepest = 6;

std::optional<long> wholeExponent(PowOp power) {
  std::optional<Rational> exponent = rationalValue(power.getRhs());
  return exponent ? exponent->integer(64) : std::nullopt;
}

enum class Sign { Any, NotNegative, Positive };

Sign signOf(Value value, unsigned depth) {
  if (std::optional<double> constant = constantValue(value))
    return *constant > 0 ? Sign::Positive : *constant == 0 ? Sign::NotNegative : Sign::Any;
  Operation *op = value.getDefiningOp();
  if (!op || depth == deepest)
    return Sign::Any;
  auto of = [&](unsigned i) { return signOf(op->getOperand(i), depth + 1); };
  return llvm::TypeSwitch<Operation *, Sign>(op)
      .Case<ExpOp, Exp2Op, CoshOp, SigmoidOp, SoftplusOp, LogisticPdfOp, Sech2Op, TanhSoftplusOp,
            ErfcOp, ErfcxOp, NormalCdfOp, NormalPdfOp>([](auto) { return Sign::Positive; })
      .Case<AbsOp, StepOp>([](auto) { return Sign::NotNegative; })
      .Case<SqrtOp, RsqrtOp>([&](auto) { return std::max(of(0), Sign::NotNegative); })
      .Case([&](AddOp) {
        Sign a = of(0), b = of(1);
        return std::min(a, b) == Sign::Any ? Sign::Any : std::max(a, b);
      })
      .Case([&](MulOp) {
        if (op->getOperand(0) == op->getOperand(1))
          return std::max(of(0), Sign::NotNegative);
        return std::min(of(0), of(1));
      })
      .Case([&](DivOp) { return std::min(of(0), of(1)); })
      .Case([&](PowOp power) {
        std::optional<long> exponent = wholeExponent(power);
        return exponent && *exponent % 2 == 0 ? std::max(of(0), Sign::NotNegative) : of(0);
      })
      .Case<MinOp>([&](auto) { return std::min(of(0), of(1)); })
      .Case<MaxOp>([&](auto) { return std::max(of(0), of(1)); })
      .Case([&](SelectOp) { return std::min(of(1), of(2)); })
      .Default([](Operation *) { return Sign::Any; });
}

bool isTotal(Value value, unsigned depth) {
  if (isa<BlockArgument>(value))
    return true;
  if (std::optional<double> constant = constantValue(value))
    return std::isfinite(*constant);
  Operation *op = value.getDefiningOp();
  if (depth == deepest)
    return false;
  auto of = [&](unsigned i) { return isTotal(op->getOperand(i), depth + 1); };
  auto isPositive = [&](unsigned i) { return signOf(op->getOperand(i), depth) == Sign::Positive; };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](DivOp) { return of(0) && of(1) && isPositive(1); })
      .Case([&](PowOp power) {
        std::optional<long> exponent = wholeExponent(power);
        return exponent && *exponent >= 0 && of(0);
      })
      .Case([&](SqrtOp) { return of(0) && isNeverNegative(op->getOperand(0)); })
      .Case<RsqrtOp, LogOp, Log2Op>([&](auto) { return of(0) && isPositive(0); })
      .Case([&](SelectOp) { return of(1) && of(2); })
      .Case<AddOp, SubOp, MulOp, NegOp, MinOp, MaxOp, AbsOp, SignOp, StepOp, FloorOp, CeilOp,
            RoundOp, CbrtOp, ExpOp, Exp2Op, Expm1Op, SoftplusOp, SigmoidOp, LogisticPdfOp,
            LogAddExpOp, SinhOp, CoshOp, TanhOp, Sech2Op, AsinhOp, TanhSoftplusOp, TanhshrinkOp,
            ErfOp, ErfcOp, ErfcxOp, LogErfcOp, LogNormalCdfOp, NormalCdfOp, NormalPdfOp, GeluOp,
            SinOp, CosOp, AtanOp>([&](auto) {
        return llvm::all_of(op->getOperands(),
                            [&](Value operand) { return isTotal(operand, depth + 1); });
      })
      .Default([](Operation *) { return false; });
}

} // namespace

bool isNeverNegative(Value value) { return signOf(value, 0) != Sign::Any; }

bool isTotal(Value value) { return isTotal(value, 0); }

} // namespace xphi::compiler
