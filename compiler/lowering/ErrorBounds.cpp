// The bound that each operation adds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ErrorBounds.h"

#include "dialect/Constants.h"
#include "lowering/Elementary.h"
#include "lowering/Evaluation.h"
#include "lowering/SlopeBounds.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double rounding = 0x1p-53;      // of each operation, relative
constexpr double ofElementary = 0x1p-44;  // of each elementary function, relative
constexpr double underflow = 0x1p-1022;   // of each product, absolute
constexpr double leastNormal = 0x1p-1022; // below, no exponent is read off the bits
constexpr double hasResidue = 0x1p-900;   // from here on, what a product loses is a normal number
constexpr double smallArgument = 0x1p-10; // an error for which a slope is a slope: e^2^-10 is 1.001
constexpr double room = 1.01;             // for that, and for the roundings of the bounds

Number larger(Number a, Number b) { return select(a < b, b, a); }

} // namespace

ErrorBounds::ErrorBounds(const Evaluation &values, const KnownErrors &known, Rounding rounding)
    : values(values), numbers(values.numbers), known(known), counted(rounding) {}

Number ErrorBounds::valueOf(Value value) const { return values.of(value); }

ErrorBounds::Bound ErrorBounds::boundOf(Value value) const {
  if (const auto found = known.find(value); found != known.end()) {
    const auto [relative, absolute] = found->second;
    if (relative == 0 && absolute == 0)
      return std::nullopt;
    return fma(abs(valueOf(value)), constant(room * rounding * relative),
               constant(absolute + underflow));
  }
  Value bound = bounds.lookup(value);
  return bound ? Bound(numbers.wrap(bound)) : std::nullopt;
}

std::optional<Mask> ErrorBounds::doubtOf(Value condition) const {
  Value doubt = doubts.lookup(condition);
  return doubt ? std::optional<Mask>({&numbers, doubt}) : std::nullopt;
}

Number ErrorBounds::infiniteUnless(Mask holds, Number bound) const {
  return select(holds, bound, constant(infinity));
}

void ErrorBounds::add(Operation &op) {
  Value result = op.getResult(0);
  if (result.getType().isInteger(1))
    return addDoubt(op);
  if (known.contains(result))
    return;
  Bound made;
  if (std::optional<double> value = constantValue(result)) {
    if (std::isfinite(*value) && !isExactDouble(result))
      made = constant(std::fabs(*value) * rounding + underflow);
  } else {
    made = bound(op);
  }
  bounds[result] = made ? made->value : Value();
}

Mask ErrorBounds::tooLarge(Value result, double ulps) const {
  // Two ulp are at least 2^-23 of a normal number; below, one ulp is 2^-149. What is so large that
  // f64 may have ended on the way is not trusted.
  Number size = abs(valueOf(result)), error = boundOf(result).value_or(constant(0));
  Mask small = error <= larger(ulps * 0x1p-24 * size, constant(0.5 * ulps * 0x1p-149));
  return ~(small & (size <= constant(0x1p1000)));
}

Mask ErrorBounds::tooLargeForDouble(Value result, double ulps) const {
  Number size = abs(valueOf(result)), error = boundOf(result).value_or(constant(0));
  Mask inRange = (constant(0x1p-1000) <= size) & (size <= constant(0x1p1000));
  return ~((error == 0.0) | (inRange & (error <= ulps * 0x1p-53 * size)));
}

//===- Conditions
//--------------------------------------------------------------------------------===//

void ErrorBounds::addDoubt(Operation &op) {
  std::optional<Mask> doubt;
  auto also = [&](std::optional<Mask> mask) {
    if (mask)
      doubt = doubt ? *doubt | *mask : *mask;
  };
  if (auto compare = dyn_cast<CompareOp>(op)) {
    Bound a = boundOf(compare.getLhs()), b = boundOf(compare.getRhs());
    if (a || b) {
      Number error = !a ? *b : !b ? *a : *a + *b;
      also(~(abs(valueOf(compare.getLhs()) - valueOf(compare.getRhs())) > error));
    }
  } else {
    for (Value operand : op.getOperands())
      also(doubtOf(operand));
  }
  doubts[op.getResult(0)] = doubt ? doubt->value : Value();
}

ErrorBounds::Bound ErrorBounds::ofSelect(Operation &op) {
  Mask condition{&numbers, values.maskOf(op.getOperand(0)).value};
  Bound a = boundOf(op.getOperand(1)), b = boundOf(op.getOperand(2)), result;
  if (a || b)
    result = select(condition, a.value_or(constant(0)), b.value_or(constant(0)));
  if (std::optional<Mask> doubt = doubtOf(op.getOperand(0)))
    result = infiniteUnless(~*doubt, result.value_or(constant(0)));
  return result;
}

//===- Arithmetic
//--------------------------------------------------------------------------------===//

ErrorBounds::Bound ErrorBounds::bound(Operation &op) {
  return llvm::TypeSwitch<Operation *, Bound>(&op)
      .Case<AddOp, SubOp>([&](auto) { return ofSum(op); })
      .Case([&](MulOp) { return ofProduct(op); })
      .Case([&](DivOp) { return ofQuotient(op); })
      .Case([&](PowOp) { return ofPower(op); })
      .Case([&](SelectOp) { return ofSelect(op); })
      .Case([&](FittedOp part) { return boundOf(part.getExact()); })
      .Case<NegOp, AbsOp>([&](auto) { return boundOf(op.getOperand(0)); })
      .Case<MinOp, MaxOp>([&](auto) -> Bound {
        Bound a = boundOf(op.getOperand(0)), b = boundOf(op.getOperand(1));
        if (!a || !b)
          return a ? a : b;
        return larger(*a, *b);
      })
      .Case<SignOp, StepOp>([&](auto) { return ofJump(op); })
      .Case<FloorOp, CeilOp, RoundOp>([&](auto) { return ofRounding(op); })
      .Case<SqrtOp, RsqrtOp, CbrtOp>([&](auto) { return ofRoot(op); })
      .Case([&](LogAddExpOp) { return ofLogAddExp(op); })
      .Default([&](Operation *) { return ofFunction(op); });
}

// What was lost: Knuth's sum of two numbers, which is exact, and what lies between that and the
// result, which may have been rounded together with a product.
Number ErrorBounds::roundingOfSum(Operation &op) const {
  Number a = valueOf(op.getOperand(0)), b = valueOf(op.getOperand(1));
  if (isa<SubOp>(op))
    b = -b;
  Number sum = a + b, other = sum - a;
  Number lost = (a - (sum - other)) + (b - other);
  return abs(lost) + abs(valueOf(op.getResult(0)) - sum);
}

// Of what is 0 by underflow a bound may have underflowed as well.
Mask ErrorBounds::isExactZero(Number value, Bound bound) const {
  return bound ? (value == 0.0) & (*bound == 0.0) : value == 0.0;
}

Number ErrorBounds::roundingOfProduct(Number a, Number b, Number product, Mask isZero) const {
  Mask isKnown = (constant(hasResidue) <= abs(product)) | isZero;
  Number lost = abs(fma(a, b, -product));
  return lost + select(isKnown, constant(0), constant(underflow));
}

// The sum, or the product and the sum that are rounded together: then what the product itself was
// bounded by is a little more than needed.
ErrorBounds::Bound ErrorBounds::ofSum(Operation &op) {
  Number error =
      counted == Rounding::Own ? roundingOfSum(op) : rounding * abs(valueOf(op.getResult(0)));
  for (Value operand : op.getOperands())
    if (Bound term = boundOf(operand))
      error = error + *term;
  return error;
}

ErrorBounds::Bound ErrorBounds::ofProduct(Operation &op) {
  Value left = op.getOperand(0), right = op.getOperand(1), result = op.getResult(0);
  Bound a = boundOf(left), b = boundOf(right);
  Number error =
      counted == Rounding::Own
          ? roundingOfProduct(valueOf(left), valueOf(right), valueOf(result),
                              isExactZero(valueOf(left), a) | isExactZero(valueOf(right), b))
          : fma(abs(valueOf(result)), constant(rounding), constant(underflow));
  if (a)
    error = fma(abs(valueOf(right)), *a, error);
  if (b)
    error = fma(abs(valueOf(left)), *b, error);
  if (a && b)
    error = fma(*a, *b, error);
  return error;
}

ErrorBounds::Bound ErrorBounds::ofQuotient(Operation &op) {
  Number quotient = abs(valueOf(op.getResult(0))), size = abs(valueOf(op.getOperand(1)));
  Number error = fma(quotient, constant(rounding), constant(underflow));
  Bound a = boundOf(op.getOperand(0)), b = boundOf(op.getOperand(1));
  if (counted == Rounding::Own) {
    Number dividend = valueOf(op.getOperand(0));
    Mask isKnown = (constant(hasResidue) <= quotient & constant(hasResidue) <= abs(dividend)) |
                   isExactZero(dividend, a);
    Number left = fma(-valueOf(op.getResult(0)), valueOf(op.getOperand(1)), dividend);
    error = room * (abs(left) / size) + select(isKnown, constant(0), constant(underflow));
  }
  if (a)
    error = error + 2.0 * (*a / size);
  if (b)
    error = infiniteUnless(2.0 * *b <= size, error + 2.0 * (quotient * (*b / size)));
  return error;
}

//===- Jumps and roots
//---------------------------------------------------------------------------===//

ErrorBounds::Bound ErrorBounds::ofJump(Operation &op) {
  Bound error = boundOf(op.getOperand(0));
  if (!error)
    return std::nullopt;
  return infiniteUnless(abs(valueOf(op.getOperand(0))) > *error, constant(0));
}

ErrorBounds::Bound ErrorBounds::ofRounding(Operation &op) {
  Bound error = boundOf(op.getOperand(0));
  if (!error)
    return std::nullopt;
  Number x = valueOf(op.getOperand(0));
  Number jump = isa<RoundOp>(op) ? numbers.make<math::FloorOp>(x.value) + constant(0.5)
                                 : numbers.make<math::RoundEvenOp>(x.value);
  return infiniteUnless(abs(x - jump) > *error, constant(0));
}

ErrorBounds::Bound ErrorBounds::ofRoot(Operation &op) {
  Number y = abs(valueOf(op.getResult(0)));
  const double own = isa<CbrtOp>(op) ? ofElementary : 2 * rounding;
  Number error = fma(y, constant(own), constant(underflow));
  Number x = abs(valueOf(op.getOperand(0)));
  if (isa<CbrtOp>(op))
    error = infiniteUnless((constant(leastNormal) <= x) | (x == 0.0), error);
  Bound inner = boundOf(op.getOperand(0));
  if (!inner)
    return error;
  // y·e/x is twice, or three times, what the error makes of the root, for a small one.
  return infiniteUnless(4.0 * *inner <= x, error + y * (*inner / x));
}

// Zero where one sum or product gave the number itself.
ErrorBounds::Bound ErrorBounds::ofIntegralPart(Value part) {
  Operation *op = part.getDefiningOp();
  Bound bound = boundOf(part);
  if (!bound || !op || op->getNumOperands() != 2 || boundOf(op->getOperand(0)) ||
      boundOf(op->getOperand(1)))
    return bound;
  Number a = valueOf(op->getOperand(0)), b = valueOf(op->getOperand(1));
  if (isa<AddOp, SubOp>(op))
    return roundingOfSum(*op);
  if (isa<MulOp>(op))
    return roundingOfProduct(a, b, valueOf(part), (a == 0.0) | (b == 0.0));
  return bound;
}

// a^b, as exp(b·log a) or by multiplication.
ErrorBounds::Bound ErrorBounds::ofPower(Operation &op) {
  Value base = op.getOperand(0), exponent = op.getOperand(1);
  Number a = abs(valueOf(base)), b = valueOf(exponent), y = abs(valueOf(op.getResult(0)));
  Bound ofBase = boundOf(base), ofExponent = boundOf(exponent);
  std::optional<double> power = constantValue(exponent);
  if (power && *power == 0)
    return std::nullopt;
  if (power && std::fabs(*power) <= 64 && *power == std::floor(*power)) {
    Number error = fma(y, constant((std::fabs(*power) + 2) * rounding), constant(underflow));
    if (counted == Rounding::Own && *power == 2)
      error = roundingOfProduct(a, a, y, a == 0.0);
    if (ofBase) {
      Number relative = std::fabs(*power) * (*ofBase / a);
      error = infiniteUnless(relative <= constant(0x1p-7), fma(room * y, relative, error));
    }
    return infiniteUnless(y <= constant(0x1p1000), error);
  }
  const Mask hasLogarithm = ((constant(leastNormal) <= a) & (a <= constant(0x1p499))) | (a == 0.0);
  // b·log a is at most 745 in magnitude where the power is in range: that multiplies the error of
  // the logarithm, and of b.
  Number relative = constant(1024 * ofElementary);
  // A base that may be another altogether, as one that has underflowed, tells nothing of its
  // logarithm, however little that is multiplied by.
  Mask isKnown = hasLogarithm;
  if (ofBase) {
    Number part = *ofBase / a;
    relative = relative + abs(b) * part;
    isKnown = isKnown & (part <= constant(0x1p-7));
  }
  if (ofExponent)
    relative = relative + 745.0 * *ofExponent;
  Number error = infiniteUnless((relative <= constant(smallArgument)) & isKnown,
                                fma(room * y, relative, constant(0x1p-1020)));
  if (Bound ofPart = ofIntegralPart(integralPart(exponent).value)) {
    // Of a negative base there is a number for an integer alone, whose parity is the sign.
    Mask isCertain = ~(valueOf(base) < 0.0) | (*ofPart == 0.0);
    error = infiniteUnless(isCertain, error);
  }
  return infiniteUnless(y <= constant(0x1p1000), error);
}

// Neither slope is more than one; what is added to the larger of both may cancel with it.
ErrorBounds::Bound ErrorBounds::ofLogAddExp(Operation &op) {
  Number size = abs(valueOf(op.getOperand(0))) + abs(valueOf(op.getOperand(1)));
  Number error = fma(1.0 + size, constant(ofElementary), constant(underflow));
  for (Value operand : op.getOperands())
    if (Bound term = boundOf(operand))
      error = error + *term;
  return error;
}

//===- Elementary functions
//----------------------------------------------------------------------===//

ErrorBounds::Bound ErrorBounds::ofFunction(Operation &op) {
  Number x = valueOf(op.getOperand(0)), y = valueOf(op.getResult(0));
  Bound inner = boundOf(op.getOperand(0));
  std::optional<SlopeBound> slope = slopeBound(op, x, abs(y), inner.value_or(constant(0)));
  if (!slope)
    return constant(infinity);
  Number error = fma(abs(y), constant(ofElementary), constant(slope->least));
  if (slope->more)
    error = error + *slope->more;
  if (inner)
    error = fma(room * slope->bound, *inner, error);
  return slope->holds ? infiniteUnless(*slope->holds, error) : error;
}

} // namespace xphi::compiler
