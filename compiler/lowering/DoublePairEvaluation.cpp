// One pass over the operations, in their order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/DoublePairEvaluation.h"

#include "dialect/Constants.h"
#include "dialect/ExactForm.h"
#include "lowering/DoublePairElementary.h"
#include "lowering/SlopeBounds.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = 0x1p1000;    // beyond, something may have ended on the way
constexpr double underflow = 0x1p-1000; // of a product that is too small for what it lacks
constexpr double room = 1.02; // for the roundings of the bounds, and for slopes beside the argument
constexpr double smallError = 0x1p-10; // for which a slope is a slope: e^2^-10 is 1.001

/// `value` within `error`; without one it is exact.
struct Term {
  NumberPair value;
  std::optional<Number> error;
  bool isDouble = false; ///< the low part is 0
};

class PairCode {
public:
  PairCode(func::FuncOp function, const Numbers &f64, ValueRange arguments)
      : function(function), n(f64) {
    for (auto [argument, value] : llvm::zip(function.getArguments(), arguments))
      terms.try_emplace(argument, Term{pairs::ofDouble(n.wrap(value)), std::nullopt, true});
  }

  std::optional<BoundedPair> emit(Value wanted) {
    for (Operation &op : function.front().without_terminator()) {
      Value result = op.getResult(0);
      if (result.getType().isInteger(1)) {
        if (!addCondition(op))
          return std::nullopt;
        continue;
      }
      if (const std::optional<Mask> none = noNumberOf(op))
        noNumbers[result] = none->value;
      if (std::optional<Term> made = term(op)) {
        terms.try_emplace(result, *made);
      } else {
        return std::nullopt;
      }
    }
    const Term &result = of(wanted);
    BoundedPair pair{result.value, room * result.error.value_or(constant(0)), noNumber(wanted)};
    if (pair.noNumber)
      pair.value.high = select(*pair.noNumber, constant(std::nan("")), pair.value.high);
    return pair;
  }

private:
  const Term &of(Value value) const { return terms.find(value)->second; }
  Number constant(double value) const { return n.constant(value); }
  Number infiniteUnless(Mask holds, Number error) const {
    return select(holds, error, constant(infinity));
  }
  static std::optional<Number> added(std::optional<Number> a, std::optional<Number> b) {
    return a && b ? *a + *b : a ? a : b;
  }

  //===- Numbers
  //---------------------------------------------------------------------------------===//

  std::optional<Term> term(Operation &op) {
    if (std::optional<double> number = constantValue(op.getResult(0)))
      return ofConstant(op.getResult(0), *number);
    auto operand = [&](unsigned i) -> const Term & { return of(op.getOperand(i)); };
    using Result = std::optional<Term>;
    return llvm::TypeSwitch<Operation *, Result>(&op)
        .Case([&](NegOp) { return negated(operand(0)); })
        .Case([&](AbsOp) {
          const Term &a = operand(0);
          return Term{pairs::absolute(a.value), a.error, a.isDouble};
        })
        .Case([&](AddOp) { return sumOf(operand(0), operand(1)); })
        .Case([&](SubOp) { return sumOf(operand(0), negated(operand(1))); })
        .Case([&](MulOp) { return product(operand(0), operand(1)); })
        .Case([&](DivOp) { return quotient(operand(0), operand(1)); })
        .Case([&](PowOp pow) { return power(pow); })
        .Case([&](LogAddExpOp) { return logAddExp(operand(0), operand(1)); })
        .Case([&](MinOp) { return extreme(operand(0), operand(1), true); })
        .Case([&](MaxOp) { return extreme(operand(0), operand(1), false); })
        .Case([&](SelectOp) { return chosen(op); })
        .Case<SignOp, StepOp>([&](auto) { return jump(op, operand(0)); })
        .Case<FloorOp, CeilOp, RoundOp>([&](auto) { return rounded(op, operand(0)); })
        .Case([&](SqrtOp) { return rootOf(operand(0)); })
        .Case([&](RsqrtOp) { return quotient(one(), rootOf(operand(0))); })
        .Default([&](Operation *) { return elementary(op, operand(0)); });
  }

  Term ofConstant(Value value, double number) {
    if (!std::isfinite(number) || isExactDouble(value))
      return {pairs::ofDouble(constant(number)), std::nullopt, true};
    const double rest = restOf(*longConstant(value), number);
    return {{constant(number), constant(rest)},
            constant(std::ldexp(std::fabs(number), -104) + underflow)};
  }

  /// What a double lacks of a longer number.
  static double restOf(const LongConstant &digits, double number) {
    // From the top, 32 bits at a time, whose differences with the double are exact.
    double rest = digits.negative ? number : -number;
    const int words = int(digits.mantissa.size());
    for (int i = 0; i < 8 && i < 2 * words; ++i) {
      const uint64_t word = digits.mantissa[size_t(words - 1 - i / 2)],
                     half = i % 2 ? word & 0xffff'ffff : word >> 32;
      rest += std::ldexp(double(half), int(digits.exponent) - 32 * (i + 1));
    }
    return digits.negative ? -rest : rest;
  }

  static Term negated(const Term &a) { return {pairs::negate(a.value), a.error, a.isDouble}; }

  /// A zero with the sign that doubles give; where these give another number all of it cancels.
  static NumberPair withZeroOf(Number ofDoubles, NumberPair value) {
    return {select(value.high == 0.0, ofDoubles, value.high), value.low};
  }

  Term sumOf(const Term &a, const Term &b) {
    if (a.isDouble && b.isDouble) {
      const NumberPair sum = pairs::exactSum(a.value.high, b.value.high);
      return {sum,
              added(added(infiniteUnless(abs(sum.high) <= constant(largest), constant(0)), a.error),
                    b.error)};
    }
    const NumberPair value = withZeroOf(a.value.high + b.value.high, pairs::add(a.value, b.value));
    return {value, added(added(pairs::rounding * abs(value.high), a.error), b.error)};
  }

  /// That of a product or quotient which is `value`, where that is not 0 as a factor is.
  Number ownError(NumberPair value, Mask isZero, bool isExact) const {
    const Number size = abs(value.high);
    const Mask isKnown = (constant(pairs::hasRest) <= size) | isZero;
    const Number lost = select(isKnown, constant(0), constant(underflow));
    if (!isExact)
      return fma(size, constant(pairs::rounding), lost);
    return infiniteUnless(size <= constant(largest), lost);
  }

  Mask isZero(const Term &a) const {
    const Mask zero = a.value.high == 0.0;
    return a.error ? zero & (*a.error == 0.0) : zero;
  }

  Term product(const Term &a, const Term &b) {
    const bool isExact = a.isDouble && b.isDouble;
    const NumberPair value =
        isExact ? pairs::exactProduct(a.value.high, b.value.high)
                : withZeroOf(a.value.high * b.value.high, pairs::multiply(a.value, b.value));
    Number error = ownError(value, isZero(a) | isZero(b), isExact);
    const Number sizeOfA = abs(a.value.high), sizeOfB = abs(b.value.high);
    if (a.error)
      error = fma(sizeOfB, *a.error, error);
    if (b.error)
      error = fma(sizeOfA, *b.error, error);
    if (a.error && b.error)
      error = fma(*a.error, *b.error, error);
    return {value, error};
  }

  Term quotient(const Term &a, const Term &b) {
    const NumberPair value =
        withZeroOf(a.value.high / b.value.high, pairs::divide(a.value, b.value));
    const Number size = abs(value.high), divisor = abs(b.value.high);
    Number error = ownError(value, isZero(a), false);
    if (a.error)
      error = error + 2.0 * (*a.error / divisor);
    if (b.error)
      error =
          infiniteUnless(2.0 * *b.error <= divisor, error + 2.0 * (size * (*b.error / divisor)));
    return {value, infiniteUnless(constant(underflow) <= divisor, error)};
  }

  static Mask isLess(NumberPair a, NumberPair b) {
    return (a.high < b.high) | ((a.high == b.high) & (a.low < b.low));
  }

  // What is no number has a bound that is none.
  Term extreme(const Term &a, const Term &b, bool isSmaller) {
    const Mask isFirst = isSmaller ? isLess(a.value, b.value) : isLess(b.value, a.value);
    return {pairs::choose(isFirst, a.value, b.value), added(a.error, b.error),
            a.isDouble && b.isDouble};
  }

  Term chosen(Operation &op) {
    const Mask condition = maskOf(op.getOperand(0));
    const Term &a = of(op.getOperand(1)), &b = of(op.getOperand(2));
    std::optional<Number> error;
    if (a.error || b.error)
      error = select(condition, a.error.value_or(constant(0)), b.error.value_or(constant(0)));
    if (std::optional<Mask> doubt = doubtOf(op.getOperand(0)))
      error = infiniteUnless(~*doubt, error.value_or(constant(0)));
    return {pairs::choose(condition, a.value, b.value), error, a.isDouble && b.isDouble};
  }

  Term jump(Operation &op, const Term &a) {
    const Number zero = constant(0), one = constant(1), x = a.value.high,
                 value = isa<StepOp>(op) ? select(x < 0.0, zero, select(isNan(x), x, one))
                                         : select(x > 0.0, one, select(x < 0.0, constant(-1), x));
    if (!a.error)
      return {pairs::ofDouble(value), std::nullopt, true};
    return {pairs::ofDouble(value),
            infiniteUnless((abs(x) > *a.error) | (*a.error == 0.0), constant(0)), true};
  }

  // Of a pair that is an integer and less the integer is one too large, and so on. The middle
  // between two is left to others where something is lacking.
  Term rounded(Operation &op, const Term &a) {
    const auto [x, low] = a.value;
    const Number down = n.make<math::FloorOp>(x.value), up = n.make<math::CeilOp>(x.value);
    Number value = isa<RoundOp>(op)   ? n.make<math::RoundEvenOp>(x.value)
                   : isa<FloorOp>(op) ? down
                                      : up;
    if (a.isDouble && !a.error)
      return {pairs::ofDouble(value), std::nullopt, true};
    const Number middle = down + constant(0.5),
                 away = isa<RoundOp>(op)
                            ? abs((x - middle) + low)
                            : select(x - down < 0.5, abs((x - down) + low), abs((x - up) + low));
    if (isa<FloorOp>(op))
      value = select((x == down) & (low < 0.0), down - 1.0, value);
    else if (isa<CeilOp>(op))
      value = select((x == up) & (low > 0.0), 1.0 + up, value);
    const Number error = a.error.value_or(constant(0));
    Mask holds = away > error;
    if (!isa<RoundOp>(op))
      holds = holds | (error == 0.0);
    return {pairs::ofDouble(value), infiniteUnless(holds, constant(0)), true};
  }

  //===- Functions
  //-------------------------------------------------------------------------------===//

  Number errorOf(const pairs::FunctionValue &function) const {
    Number error = function.part * abs(function.value.high);
    if (function.error)
      error = error + *function.error;
    return function.holds ? infiniteUnless(*function.holds, error) : error;
  }

  // Twice what the argument's error makes, if that is little.
  Term rootOf(const Term &a) {
    const NumberPair value = pairs::root(a.value);
    const Number x = abs(a.value.high), size = abs(value.high);
    Number error = infiniteUnless((constant(pairs::hasRest) <= a.value.high) | isZero(a),
                                  pairs::rounding * size);
    if (a.error)
      error = select(*a.error == 0.0, error,
                     infiniteUnless(4.0 * *a.error <= x, error + size * (*a.error / x)));
    return {value, error};
  }

  std::optional<Term> elementary(Operation &op, const Term &a) {
    const std::optional<pairs::FunctionValue> function = pairs::elementary(&op, a.value);
    if (!function)
      return std::nullopt;
    // What is so small that it lacks digits is told from zero only.
    const Mask isKnown = (constant(pairs::hasRest) <= abs(function->value.high)) | isZero(a);
    Number error = errorOf(*function) + select(isKnown, constant(0), constant(underflow));
    if (a.error) {
      const std::optional<Number> made = errorMade(op, a, abs(function->value.high));
      if (!made)
        return std::nullopt;
      error = error + *made;
    }
    return Term{function->value, error};
  }

  /// What the argument's error makes of the result, whose magnitude is `size`.
  std::optional<Number> errorMade(Operation &op, const Term &a, Number size) {
    const Number x = abs(a.value.high);
    if (isa<CbrtOp>(op)) // three times what it makes, if that is little
      return select(*a.error == 0.0, constant(0),
                    infiniteUnless(4.0 * *a.error <= x, size * (*a.error / x)));
    const std::optional<SlopeBound> slope = slopeBound(op, a.value.high, size, *a.error);
    if (!slope)
      return std::nullopt;
    const Number made = room * slope->bound * *a.error;
    return slope->holds ? infiniteUnless(*slope->holds | (*a.error == 0.0), made) : made;
  }

  // Neither slope is more than one; what is added to the larger of both may cancel with it.
  Term logAddExp(const Term &a, const Term &b) {
    const pairs::FunctionValue function = pairs::logAddExp(a.value, b.value);
    const Number terms = abs(a.value.high) + abs(b.value.high);
    return {function.value,
            *added(added(fma(terms, constant(pairs::ofElementary), errorOf(function)), a.error),
                   b.error)};
  }

  std::optional<Term> power(PowOp op) {
    const Term &base = of(op.getLhs()), &exponent = of(op.getRhs());
    const std::optional<double> constant = constantValue(op.getRhs());
    constexpr double mostFactors = 64;
    if (constant && std::fabs(*constant) <= mostFactors && *constant == std::floor(*constant) &&
        *constant != 0)
      return integerPower(base, int(*constant));
    if (constant && (std::fabs(*constant) == 0.5 || *constant == 1.5))
      return halfPower(base, *constant);
    return powerByLogarithm(base, exponent, constant);
  }

  Term halfPower(const Term &base, double exponent) {
    const Term root = rootOf(base);
    return exponent == 0.5 ? root : exponent == 1.5 ? product(base, root) : quotient(one(), root);
  }

  Term one() const { return {pairs::ofDouble(constant(1)), std::nullopt, true}; }

  // By squares.
  Term integerPower(const Term &base, int exponent) {
    std::optional<Term> result;
    Term square = base;
    for (unsigned left = unsigned(std::abs(exponent));; square = product(square, square)) {
      if (left & 1)
        result = result ? product(*result, square) : square;
      if (!(left >>= 1))
        break;
    }
    return exponent < 0 ? quotient(one(), *result) : *result;
  }

  // Of a negative base for whole constants only; of 0 it is 0, for a positive constant.
  Term powerByLogarithm(const Term &base, const Term &exponent, std::optional<double> constantOf) {
    const bool isWhole = constantOf && *constantOf == std::floor(*constantOf),
               isOdd = isWhole && std::fmod(*constantOf, 2) != 0;
    const NumberPair size = isWhole ? pairs::absolute(base.value) : base.value;
    const pairs::FunctionValue logarithm = pairs::log(size);
    Number error = errorOf(logarithm);
    if (base.error)
      error =
          infiniteUnless(4.0 * *base.error <= size.high, error + 2.0 * (*base.error / size.high));
    const Term argument = product({logarithm.value, error}, exponent);
    const pairs::FunctionValue function = pairs::exp(argument.value);
    Number made =
        infiniteUnless(*argument.error <= constant(smallError),
                       fma(room * function.value.high, *argument.error, errorOf(function)));
    NumberPair value = function.value;
    if (isOdd)
      value = pairs::withSign(value, base.value.high);
    if (constantOf && *constantOf > 0) {
      const Mask zero = isZero(base);
      const NumberPair none = pairs::ofDouble(constant(0));
      value = pairs::choose(zero, isOdd ? base.value : none, value);
      made = select(zero, constant(0), made);
    }
    return {value, made};
  }

  //===- What is no number
  //-----------------------------------------------------------------------===//

  std::optional<Mask> noNumber(Value value) const {
    Value lanes = noNumbers.lookup(value);
    return lanes ? std::optional<Mask>({&n, lanes}) : std::nullopt;
  }

  /// Where an argument is certainly below the domain, or no number itself.
  std::optional<Mask> noNumberOf(Operation &op) const {
    if (constantValue(op.getResult(0)))
      return std::nullopt;
    if (isa<SelectOp>(op)) {
      const std::optional<Mask> first = noNumber(op.getOperand(1)),
                                second = noNumber(op.getOperand(2));
      if (!first && !second)
        return std::nullopt;
      const Mask condition = maskOf(op.getOperand(0)), nowhere = isNan(constant(0));
      const Mask chosen =
          (condition & first.value_or(nowhere)) | (~condition & second.value_or(nowhere));
      const std::optional<Mask> doubt = doubtOf(op.getOperand(0));
      return doubt ? chosen & ~*doubt : chosen;
    }
    std::optional<Mask> none;
    for (Value operand : op.getOperands().take_front(isa<PowOp>(op) ? 1 : 2))
      if (const std::optional<Mask> each = noNumber(operand))
        joinTo(none, *each);
    if (const std::optional<Number> inside = distanceFromEnd(op)) {
      const Number error = of(op.getOperand(0)).error.value_or(constant(0));
      joinTo(none, *inside < -(room * error));
    }
    return none;
  }

  /// How far inside of the function's domain the argument is; less than 0 outside.
  std::optional<Number> distanceFromEnd(Operation &op) const {
    const NumberPair x = of(op.getOperand(0)).value;
    if (isa<SqrtOp, RsqrtOp, LogOp, Log2Op>(op))
      return x.high;
    if (isa<Log1pOp>(op))
      return pairs::plus(1, x).high;
    if (isa<AcoshOp>(op))
      return pairs::plus(-1, x).high;
    if (isa<AtanhOp, AsinOp, AcosOp>(op))
      return pairs::plus(1, pairs::negate(pairs::absolute(x))).high;
    const auto exponent = isa<PowOp>(op) ? constantValue(op.getOperand(1)) : std::nullopt;
    if (exponent && *exponent != std::floor(*exponent))
      return x.high;
    return std::nullopt;
  }

  //===- Conditions
  //------------------------------------------------------------------------------===//

  Mask maskOf(Value condition) const { return {&n, conditions.lookup(condition)}; }
  std::optional<Mask> doubtOf(Value condition) const {
    Value doubt = doubts.lookup(condition);
    return doubt ? std::optional<Mask>({&n, doubt}) : std::nullopt;
  }

  bool addCondition(Operation &op) {
    Value result = op.getResult(0);
    std::optional<Mask> mask, doubt;
    if (auto compare = dyn_cast<CompareOp>(op)) {
      const Term &a = of(compare.getLhs()), &b = of(compare.getRhs());
      mask = compared(compare.getPredicate(), a.value, b.value);
      if (std::optional<Number> error = added(a.error, b.error)) {
        const NumberPair difference = pairs::subtract(a.value, b.value);
        doubt = ~((abs(difference.high) > room * *error) | (*error == 0.0));
      }
    } else {
      for (Value operand : op.getOperands())
        if (std::optional<Mask> each = doubtOf(operand))
          doubt = doubt ? *doubt | *each : *each;
      if (isa<AndOp>(op))
        mask = maskOf(op.getOperand(0)) & maskOf(op.getOperand(1));
      else if (isa<OrOp>(op))
        mask = maskOf(op.getOperand(0)) | maskOf(op.getOperand(1));
      else if (isa<NotOp>(op))
        mask = ~maskOf(op.getOperand(0));
      else
        return false;
    }
    conditions[result] = mask->value;
    doubts[result] = doubt ? doubt->value : Value();
    return true;
  }

  static Mask compared(Predicate predicate, NumberPair a, NumberPair b) {
    const Mask isEqual = (a.high == b.high) & (a.low == b.low);
    switch (predicate) {
    case Predicate::Less:
      return isLess(a, b);
    case Predicate::LessEqual:
      return isLess(a, b) | isEqual;
    case Predicate::Greater:
      return isLess(b, a);
    case Predicate::GreaterEqual:
      return isLess(b, a) | isEqual;
    case Predicate::Equal:
      return isEqual;
    case Predicate::NotEqual:
      return ~isEqual;
    }
    llvm_unreachable("every predicate has a case");
  }

  func::FuncOp function;
  const Numbers &n;
  llvm::DenseMap<Value, Term> terms;
  llvm::DenseMap<Value, Value> conditions, doubts, noNumbers;
};

/// Where a part of the result tells how near it is.
Mask isInRange(Number size) {
  const Numbers &n = *size.numbers;
  constexpr double least = 0x1p-900;
  return (n.constant(least) <= size) & (size <= n.constant(largest));
}

} // namespace

Mask BoundedPair::isExact() const {
  const Mask isDouble = (error == 0.0) & (value.low == 0.0);
  return noNumber ? isDouble | *noNumber : isDouble;
}

Mask BoundedPair::isFurther(double ulps) const {
  constexpr double ofRounding = 0.5; // an ulp is 2^-53 of a double, or up to twice that
  const Number size = abs(value.high);
  return ~(isExact() | (isInRange(size) & (error <= ((ulps - ofRounding) * 0x1p-53) * size)));
}

Mask BoundedPair::mayMisround() const {
  const Number size = abs(value.high), most = fma(size, size.numbers->constant(0x1p-104), error);
  const Mask isKnown = (value.high + (value.low + most) == value.high) &
                       (value.high + (value.low - most) == value.high);
  return ~(isExact() | (isInRange(size) & isKnown));
}

std::optional<BoundedPair> evaluateInDoublePairs(func::FuncOp whole, const Numbers &f64,
                                                 ValueRange arguments) {
  const ExactForm exact(whole);
  return PairCode(exact.function(), f64, arguments)
      .emit(exact.function().front().getTerminator()->getOperand(0));
}

} // namespace xphi::compiler
