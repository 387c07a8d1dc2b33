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

Sign signOf(const FunctionFacts &facts, Sign argument) {
  switch (facts.sign) {
  case FunctionFacts::Sign::Any:
    return Sign::Any;
  case FunctionFacts::Sign::NotNegative:
    return Sign::NotNegative;
  case FunctionFacts::Sign::Positive:
    return Sign::Positive;
  case FunctionFacts::Sign::OfArgument:
    return facts.domain == FunctionFacts::Domain::NotNegative
               ? std::max(argument, Sign::NotNegative)
               : argument;
  }
  llvm_unreachable("every sign is handled");
}

Sign signOf(Value value, unsigned depth) {
  if (std::optional<double> constant = constantValue(value))
    return *constant > 0 ? Sign::Positive : *constant == 0 ? Sign::NotNegative : Sign::Any;
  Operation *op = value.getDefiningOp();
  if (!op || depth == deepest)
    return Sign::Any;
  auto of = [&](unsigned i) { return signOf(op->getOperand(i), depth + 1); };
  return llvm::TypeSwitch<Operation *, Sign>(op)
      .Case([&](FunctionOfOne function) { return signOf(function.facts(), of(0)); })
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
      .Case([&](FunctionOfOne function) {
        switch (function.facts().domain) {
        case FunctionFacts::Domain::Part:
          return false;
        case FunctionFacts::Domain::All:
          return of(0);
        case FunctionFacts::Domain::NotNegative:
          return of(0) && isNeverNegative(op->getOperand(0));
        case FunctionFacts::Domain::Positive:
          return of(0) && isPositive(0);
        }
        llvm_unreachable("every domain is handled");
      })
      .Case([&](SelectOp) { return of(1) && of(2); })
      .Case<AddOp, SubOp, MulOp, MinOp, MaxOp, LogAddExpOp>([&](auto) { return of(0) && of(1); })
      .Default([](Operation *) { return false; });
}

} // namespace

bool isNeverNegative(Value value) { return signOf(value, 0) != Sign::Any; }

bool isTotal(Value value) { return isTotal(value, 0); }

} // namespace xphi::compiler
