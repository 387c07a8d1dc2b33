// Pairs, and beside those of sums what they may be off by.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/PairEvaluation.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "lowering/Doubts.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedParts.h"
#include "lowering/PairElementary.h"
#include "lowering/PairErrors.h"
#include "lowering/PairFunction.h"
#include "lowering/Storage.h"
#include "lowering/UniformValues.h"
#include "lowering/UsualBranches.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/TypeSwitch.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Below, what a product loses may be no float, and a result that is none of few bits is not told
// from that.
constexpr float leastFactor = 0x1p-70f, leastResult = 0x1p-90f;
constexpr double lostBelow = 0x1p-146; // by a few products that are smaller than normal numbers

/// high + rest, within |bound| units of what is allowed of the result, and a part of itself.
struct Term {
  Number high;
  std::optional<Number> rest, bound;
  bool hasSign = false; ///< the bound may be negative
  bool isLoose = false; ///< a sum: where it cancels, high may be 0 and rest all of it

  std::optional<Number> magnitudeOfBound() const {
    return bound && hasSign ? std::optional(abs(*bound)) : bound;
  }
};

class PairCode {
public:
  PairCode(func::FuncOp function, const std::vector<Fit> &fits, const Numbers &numbers,
           ArrayRef<Value> arguments)
      : function(function), fits(fits), n(numbers), errors(*PairErrors::of(function)),
        allowed(allowedPairError(function) - errors.ofResult().relative) {
    for (auto [argument, value] : llvm::zip(function.front().getArguments(), arguments))
      if (argument.getType().isInteger(1))
        masks[argument] = value;
      else
        terms.try_emplace(argument, Term{n.wrap(value), {}, {}});
  }

  FittedValue emit(char output) {
    for (Operation &op : function.front().without_terminator())
      if (errors.isNeeded(&op)) {
        if (op.getResult(0).getType().isInteger(1))
          masks[op.getResult(0)] = condition(op).value;
        else
          terms.try_emplace(op.getResult(0), term(op));
      }
    return rounded(of(function.front().getTerminator()->getOperand(0)), output);
  }

private:
  const Term &of(Value value) const { return terms.find(value)->second; }
  Mask maskOf(Value value) const { return {&n, masks.lookup(value)}; }
  Number constant(double value) const { return n.constant(value); }
  void leaveOutside(Mask lanes) { outside = outside ? *outside | lanes : lanes; }

  FittedValue rounded(const Term &term, char output) {
    // Within its domain it is a number, and none so small.
    Operation *last = function.front().getTerminator()->getOperand(0).getDefiningOp();
    const bool isForm =
        last && isa<ExpOp, SigmoidOp, LogisticPdfOp, Sech2Op>(last) && last->hasAttr(domainName);
    Number value = term.rest ? term.high + *term.rest : term.high, size = abs(value);
    if (term.rest && !errors.hasSums() && hasForms) // of a zero, too
      value = copysign(value, term.high);
    const std::optional<Number> bound = term.magnitudeOfBound();
    if (isNarrow(output) && isOfOneInput(function)) { // it is to be the nearest
      constexpr double rounding = 0x1p-24;
      Number width = (errors.ofResult().relative + rounding) * size;
      if (bound)
        width = fma(*bound, constant(allowed), width);
      leaveOutside(isNearTie(value, output, width, constant(1)));
    } else if (!bound && !isNarrow(output) && last && errors.isLastProduct(*last) &&
               n.lanes == VectorClasses::lanes) {
      // Of a normal number what the cross terms lose below them is half a unit.
      leaveOutside(isTinyOrNaN(value));
      return {value, *outside};
    } else if (bound) {
      leaveOutside(promised(function).getLibrary() ? ~(*bound <= size) : isLost(size, *bound));
    } else if (!isForm) { // what overflows on the way, or is no number
      leaveOutside(isNan(value));
    }
    if (!isNarrow(output) && !isForm) // of less than a unit of the least element that is no loss
      leaveOutside(isSmall(value, leastResult));
    return {value, outside.value_or(isNan(value))};
  }

  /// Not within its bound, or infinite: a sum that overflowed may be halved after that, or be the
  /// largest float but for its second one. Of functions of the library the sum is the last.
  Mask isLost(Number size, Number bound) {
    OpBuilder &b = n.builder;
    constexpr int32_t infinity = 0x7f800000; // beyond are NaN and, without a sign, numbers below 0
    Value room = arith::BitcastOp::create(b, n.location, n.bitsType(), (size - bound).value);
    return {&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::uge, room,
                                      n.bitsConstant(infinity))};
  }

  /// Classes of numbers that one instruction of AVX-512 asks for at once.
  struct VectorClasses {
    static constexpr unsigned lanes = 16;
    enum : int32_t { quietNaN = 0x01, denormal = 0x20, signallingNaN = 0x80 };
  };
  Mask isTinyOrNaN(Number value) {
    using Classes = VectorClasses;
    OpBuilder &b = n.builder;
    Value classes = arith::ConstantOp::create(
        b, n.location,
        b.getI32IntegerAttr(Classes::quietNaN | Classes::denormal | Classes::signallingNaN));
    const auto mask = VectorType::get(Classes::lanes, b.getI1Type());
    return {&n, LLVM::CallIntrinsicOp::create(b, n.location, mask,
                                              b.getStringAttr("llvm.x86.avx512.fpclass.ps.512"),
                                              ValueRange{value.value, classes})
                    .getResult(0)};
  }

  // But not zero.
  Mask isSmall(Number value, float least) {
    OpBuilder &b = n.builder;
    Value bits = arith::BitcastOp::create(b, n.location, n.bitsType(), abs(value).value),
          below = arith::SubIOp::create(b, n.location, bits, n.bitsConstant(1));
    return {&n, arith::CmpIOp::create(b, n.location, arith::CmpIPredicate::ult, below,
                                      n.bitsConstant(std::bit_cast<int32_t>(least) - 1))};
  }

  /// A sum with a number beside which nothing counts that is so small.
  static bool isBesideConstant(Operation &op) {
    constexpr double least = 0x1p-30;
    return isa<AddOp, SubOp>(op) && llvm::any_of(op.getOperands(), [](Value each) {
             return std::fabs(constantValue(each).value_or(0)) >= least;
           });
  }

  /// Whether it is multiplied by what may be large, or divides.
  static bool isFactor(Value value) {
    return llvm::any_of(value.getUsers(), [&](Operation *user) {
      if (isa<SqrtOp>(user))
        return true;
      if (isa<MulOp, DivOp>(user)) {
        constexpr double mild = 4;
        const std::optional<double> other =
            constantValue(user->getOperand(user->getOperand(0) == value));
        if (!other || std::fabs(*other) > mild ||
            (isa<DivOp>(user) && std::fabs(*other) * mild < 1))
          return true;
      }
      return isa<NegOp, AbsOp, SelectOp, AddOp, SubOp, MulOp, DivOp>(user) &&
             !isBesideConstant(*user) && isFactor(user->getResult(0));
    });
  }

  Term term(Operation &op) {
    Value result = op.getResult(0);
    if (std::optional<double> number = constantValue(result)) {
      const double high = float(*number), rest = *number - high;
      return {constant(high),
              errors[result].hasRest ? std::optional(constant(rest)) : std::nullopt,
              {}};
    }
    if (op.hasAttr(uniformName)) {
      const PairArithmetic::Pair pair = leaf(result);
      return {pair.high, pair.low, {}};
    }
    if (auto part = dyn_cast<FittedOp>(op))
      return fitted(part);
    if (op.hasAttr(domainName))
      return elementary(op, *formInPairs(&op));
    auto operand = [&](unsigned i) -> const Term & { return of(op.getOperand(i)); };
    if (const std::optional<ExactScale> scale = exactScale(op))
      return scaled(op, of(scale->value), scale->factor);
    return llvm::TypeSwitch<Operation *, Term>(&op)
        .Case([&](NegOp) { return negated(operand(0)); })
        .Case([&](AbsOp) { return magnitude(operand(0)); })
        .Case([&](AddOp) { return sum(op, operand(0), operand(1)); })
        .Case([&](SubOp) { return sum(op, operand(0), negated(operand(1))); })
        .Case([&](MulOp) {
          return isSquareAlone(op) ? operand(0) : product(op, operand(0), operand(1));
        })
        .Case([&](DivOp) { return quotient(op, operand(0), operand(1)); })
        .Case([&](SqrtOp) { return root(operand(0)); })
        .Case([&](MinOp) { return extreme(operand(0).high, operand(1).high, true); })
        .Case([&](MaxOp) { return extreme(operand(0).high, operand(1).high, false); })
        .Case([&](SelectOp) {
          const Mask condition = maskOf(op.getOperand(0));
          const unsigned alone = usualOperand(op);
          if (!alone)
            return chosen(condition, operand(1), operand(2));
          leaveOutside(alone == 1 ? ~condition : condition);
          return operand(alone);
        });
  }

  PairArithmetic::Pair leaf(Value value) {
    if (isa<BlockArgument>(value))
      return {of(value).high, std::nullopt};
    auto numberOf = [&](Value argument) { return of(argument).high; };
    UniformValues values(n, numberOf);
    leaveOutside(values.lacksDigits(value));
    const NumberPair pair = values.pair(value);
    return {pair.high, pair.low};
  }

  // An argument that is smaller than a product tells apart is one of these, and is no zero.
  Term fitted(FittedOp op) {
    const Fit &fit = fits[op.getFit()];
    PairArithmetic::Pair x{n.constant(0), std::nullopt};
    const float normal =
        fit.order > 0 && isFactor(op.getResult()) ? std::max(fit.firstNormal, leastFactor) : 0;
    if (isa<BlockArgument>(op.getVariable())) {
      x = leaf(op.getVariable());
      if (normal > 0)
        leaveOutside(isSmall(x.high, normal));
    } else {
      auto leafOf = [&](Value value) { return leaf(value); };
      const double smallest = fit.order > 0 ? std::max(PairArithmetic::least, double(normal)) : 0;
      PairArithmetic arithmetic(n, leafOf, smallest);
      const NumberPair pair = arithmetic.evaluate(op.getVariable());
      x = {pair.high, pair.low};
      if (arithmetic.doubtful)
        leaveOutside(*arithmetic.doubtful);
      if (normal > 0 && !isa<MulOp, DivOp>(op.getVariable().getDefiningOp()))
        leaveOutside(isSmall(x.high, normal));
      if (op.getNonzero())
        leaveOutside(of(op.getNonzero()).high == 0.0);
    }
    const FittedTerm result = evaluateTerm(fit, x, allowed);
    if (result.outside)
      leaveOutside(*result.outside);
    return {result.value.high, result.value.low, result.error, true};
  }

  // Of inputs and parameters, or of a term and what that is off by.
  Term elementary(Operation &op, const FormInPairs &form) {
    hasForms = true;
    Value argument = op.getOperand(0);
    NumberPair x{constant(0), constant(0)};
    std::optional<Number> error;
    if (takesPair(&op)) {
      auto leafOf = [&](Value value) { return leaf(value); };
      PairArithmetic arithmetic(n, leafOf,
                                isa<Expm1Op, TanhOp, SinOp>(op) ? PairArithmetic::least : 0);
      x = isa<SinOp, CosOp>(op) ? arithmetic.evaluateLoosely(argument)
                                : arithmetic.evaluate(argument);
      if (arithmetic.doubtful)
        leaveOutside(*arithmetic.doubtful);
    } else {
      const Term term = normalised(of(argument));
      x = {term.high, term.rest.value_or(constant(0))};
      error = term.magnitudeOfBound();
      if (const double part = errors[argument].relative;
          part > 0 && !isLeaf(argument) && errors[op.getResult(0)].isComputed)
        error = plus((part / allowed) * abs(term.high), error);
      if (term.bound) // so little that the slope tells
        leaveOutside(~(*error <= constant(0x1p-8 / allowed)));
    }
    leaveOutside(~(abs(x.high) <= constant(form.domain)));
    if (errors.isFloatEnough(&op))
      return {elementaryInFloat(&op, x), {}, {}};
    const NumberPair y = elementaryInPairs(&op, x);
    if (form.apart > 0 && squareAlone(&op)) {
      Number least = fma(form.apart * form.apart * x.high, x.high, constant(leastFactor));
      leaveOutside((y.high < least) & ~(x.high == 0.0));
    } else if (form.apart > 0) {
      leaveOutside(abs(y.high) < form.apart * abs(x.high));
    }
    constexpr double room = 1.02; // for slopes beside the argument
    std::optional<Number> bound;
    if (error)
      bound = (form.steepness * room) * *error * y.high;
    else if (errors[op.getResult(0)].isComputed)
      bound = boundOfOne(form, abs(y.high));
    return {y.high, y.low, bound, true};
  }

  Number boundOfOne(const FormInPairs &form, Number size) {
    constexpr double unit = 0x1p-24;
    const Number ofOne = constant(form.ofOne * unit / allowed),
                 ofResult = (form.parts * unit / allowed) * size, either = fma(ofOne, size, ofOne);
    return select(ofResult < either, ofResult, either);
  }

  // Of a result that is no normal number nothing is taken.
  Term scaled(Operation &op, const Term &a, double factor) {
    if (std::fabs(factor) < 1 && isFactor(op.getResult(0)))
      leaveOutside((abs(a.high) < double(leastFactor)) & ~(a.high == 0.0));
    auto times = [&](std::optional<Number> number) {
      return number ? std::optional(factor * *number) : std::nullopt;
    };
    return {factor * a.high, times(a.rest), times(a.bound), a.hasSign, a.isLoose};
  }

  static Term negated(const Term &a) {
    return {-a.high, a.rest ? std::optional(-*a.rest) : std::nullopt, a.bound, a.hasSign,
            a.isLoose};
  }

  // Dekker's sum. Where rest is the larger of the two and they do not cancel, for which it would be
  // exact, the sum is no smaller than half of rest: what is lost is 2^-23 of it, and of the terms
  // that rest is 2^-22 of less than the bound has.
  static Term normalised(const Term &a) {
    if (!a.isLoose)
      return a;
    Number high = a.high + *a.rest;
    return {high, *a.rest - (high - a.high), a.bound, a.hasSign};
  }

  Term magnitude(const Term &loose) {
    const Term a = normalised(loose);
    return {abs(a.high), a.rest ? std::optional(withSignOf(a.high, *a.rest)) : std::nullopt,
            a.bound, a.hasSign};
  }

  // NaN stays NaN.
  static Term extreme(Number a, Number b, bool isSmaller) {
    Mask wins = isSmaller ? b < a : b > a;
    return {select(wins | isNan(b), b, a), {}, {}};
  }

  Term chosen(Mask condition, const Term &a, const Term &b) {
    auto choose = [&](std::optional<Number> first,
                      std::optional<Number> second) -> std::optional<Number> {
      if (!first && !second)
        return std::nullopt;
      return select(condition, first.value_or(constant(0)), second.value_or(constant(0)));
    };
    return {select(condition, a.high, b.high), choose(a.rest, b.rest), choose(a.bound, b.bound),
            a.hasSign || b.hasSign, a.isLoose || b.isLoose};
  }

  Term sum(Operation &op, const Term &first, const Term &second) {
    const Term a = normalised(first), b = normalised(second);
    if (!errors[op.getResult(0)].isComputed)
      return sumOf(a, b);
    Term result = errors.isLast(op) ? lastSum(op, a, b) : sumOf(a, b);
    result.bound = boundOfSum(op, a, b);
    result.isLoose = result.rest.has_value();
    return result;
  }

  // Knuth's.
  static Term sumOf(const Term &a, const Term &b) {
    Number high = a.high + b.high, other = high - a.high;
    return {high, plus((a.high - (high - other)) + (b.high - other), a.rest, b.rest), {}};
  }

  // Its own rounding is a part of the result.
  Term lastSum(Operation &op, const Term &a, const Term &b) {
    MulOp product = PairErrors::addedProduct(op);
    if (!product)
      return {a.high + b.high, plus(a.rest, b.rest), {}};
    const bool isRight = op.getOperand(1) == product.getResult();
    const Term &other = isRight ? a : b, right = normalised(of(product.getRhs()));
    Term left = normalised(of(product.getLhs()));
    if (isRight && isa<SubOp>(op))
      left = negated(left);
    std::optional<Number> rest = other.rest;
    for (auto [x, y] : {std::pair(left.rest, right.high), std::pair(right.rest, left.high)})
      if (x)
        rest = rest ? fma(*x, y, *rest) : *x * y;
    return {fma(left.high, right.high, other.high), rest, {}};
  }

  static std::optional<Number> plus(std::optional<Number> sum, std::optional<Number> more) {
    return sum && more ? *sum + *more : sum ? sum : more;
  }
  static std::optional<Number> plus(Number sum, std::optional<Number> a, std::optional<Number> b) {
    return plus(plus(sum, a), b);
  }

  std::optional<Number> boundOfSum(Operation &op, const Term &a, const Term &b) {
    std::optional<Number> bound;
    for (const Term *term : {&a, &b})
      bound = plus(bound, term->magnitudeOfBound());
    for (auto [term, part] : llvm::zip(std::array{&a, &b}, errors.partsOfTerms(op)))
      if (part > 0) {
        Number share = constant(part / allowed), size = abs(term->high);
        bound = bound ? fma(size, share, *bound) : size * share;
      }
    return isFactor(op.getResult(0)) ? plus(bound, constant(lostBelow / allowed)) : bound;
  }

  Term product(Operation &op, const Term &first, const Term &second) {
    const Term a = normalised(first), b = normalised(second);
    if (errors.isLastProduct(op))
      return lastProduct(op, a, b);
    Number high = a.high * b.high, rest = fma(a.high, b.high, -high);
    if (a.rest)
      rest = fma(*a.rest, b.high, rest);
    if (b.rest)
      rest = fma(a.high, *b.rest, rest);
    if (isFactor(op.getResult(0)))
      leaveOutside(isTiny(op, a, b, high));
    return {high, rest, boundOfProduct(a, b), true};
  }

  /// And not because a factor is zero.
  Mask isTiny(Operation &product, const Term &a, const Term &b, Number high) {
    Mask tiny = (isAboveZero(product.getResult(0)) ? high : abs(high)) < double(leastFactor);
    for (auto [factor, term] : llvm::zip(product.getOperands(), std::array{&a, &b}))
      if (!isAboveZero(factor))
        tiny = tiny & ~(term->high == 0.0);
    return tiny;
  }

  // The sign of a zero is that of the factor which may be one.
  Term lastProduct(Operation &op, const Term &a, const Term &b) {
    std::optional<Number> cross;
    for (auto [x, y] : {std::pair(a.rest, b.high), std::pair(b.rest, a.high)})
      if (x)
        cross = cross ? fma(*x, y, *cross) : *x * y;
    if (!cross)
      return {a.high * b.high, {}, boundOfProduct(a, b), true};
    Number value = fma(a.high, b.high, *cross);
    if (!isAboveZero(op.getResult(0)))
      value = copysign(value, isAboveZero(op.getOperand(0)) ? b.high : a.high);
    return {value, {}, boundOfProduct(a, b), true};
  }

  std::optional<Number> boundOfProduct(const Term &a, const Term &b) {
    if (!a.bound || !b.bound)
      return a.bound   ? std::optional(*a.bound * b.high)
             : b.bound ? std::optional(*b.bound * a.high)
                       : std::nullopt;
    Number first = *a.magnitudeOfBound(), second = *b.magnitudeOfBound();
    return fma(first, fma(second, constant(allowed), abs(b.high)), second * abs(a.high));
  }

  /// Whether it is made of parameters alone, or is one that does not differ by element.
  bool isOfCall(Value value) {
    if (Operation *op = value.getDefiningOp())
      return op->hasAttr(uniformName);
    return isUniformValue(value) &&
           !function.getArgAttr(cast<BlockArgument>(value).getArgNumber(), channelName);
  }

  Term quotient(Operation &op, const Term &first, const Term &b) {
    const Term a = normalised(first); // the divisor is no sum that cancels
    if (isOfCall(op.getOperand(1))) {
      auto numberOf = [&](Value argument) { return of(argument).high; };
      UniformValues values(n, numberOf);
      leaveOutside(values.reciprocalLacksDigits(op.getOperand(1)));
      const NumberPair reciprocal = values.reciprocal(op.getOperand(1));
      return product(op, a, {reciprocal.high, reciprocal.low, {}});
    }
    constexpr double leastDivisor = 0x1p-20, mostDivisor = 0x1p60;
    Number size = abs(b.high), reciprocal = 1.0 / b.high, high = a.high * reciprocal,
           rest = fma(-high, b.high, a.high);
    leaveOutside(~((constant(leastDivisor) <= size) & (size <= constant(mostDivisor))));
    if (a.rest)
      rest = rest + *a.rest;
    if (b.rest)
      rest = fma(-high, *b.rest, rest);
    leaveOutside((abs(high) < double(leastFactor)) & ~(a.high == 0.0));
    return {high, rest * reciprocal, a.bound ? std::optional(*a.bound * reciprocal) : std::nullopt,
            true};
  }

  // By one step of Newton's; of zero, which is no sum, the root is zero.
  Term root(const Term &a) {
    leaveOutside(isSmall(a.high, leastFactor));
    Number high = sqrt(a.high), rest = fma(-high, high, a.high);
    rest = (a.rest ? rest + *a.rest : rest) * (0.5 / high);
    return {high, select(a.high == 0.0, constant(0), rest), {}};
  }

  Mask compared(CompareOp compare) {
    auto leafOf = [&](Value value) { return leaf(value); };
    PairArithmetic arithmetic(n, leafOf, PairArithmetic::least);
    const NumberPair a = arithmetic.evaluate(compare.getLhs()),
                     b = arithmetic.evaluate(compare.getRhs());
    if (arithmetic.doubtful)
      leaveOutside(*arithmetic.doubtful);
    for (auto [value, high] :
         {std::pair(compare.getLhs(), a.high), std::pair(compare.getRhs(), b.high)})
      if (isExactPair(value)) // what an infinite one lacks is no number
        leaveOutside(~(abs(high) <= n.constant(std::numeric_limits<float>::max())));
    return comparePairs(compare.getPredicate(), a, b);
  }

  Mask condition(Operation &op) {
    return llvm::TypeSwitch<Operation *, Mask>(&op)
        .Case([&](CompareOp compare) {
          if (comparesPairs(compare))
            return compared(compare);
          return compareFloats(compare, of(compare.getLhs()).high, of(compare.getRhs()).high);
        })
        .Case([&](AndOp) { return maskOf(op.getOperand(0)) & maskOf(op.getOperand(1)); })
        .Case([&](OrOp) { return maskOf(op.getOperand(0)) | maskOf(op.getOperand(1)); })
        .Case([&](NotOp) { return ~maskOf(op.getOperand(0)); });
  }

  func::FuncOp function;
  const std::vector<Fit> &fits;
  const Numbers &n;
  const PairErrors errors;
  const double allowed;
  llvm::DenseMap<Value, Term> terms;
  llvm::DenseMap<Value, Value> masks;
  std::optional<Mask> outside;
  bool hasForms = false;
};

} // namespace

std::optional<FittedValue> evaluateInPairs(func::FuncOp function, const std::vector<Fit> &fits,
                                           const Numbers &f32, ArrayRef<Value> arguments,
                                           char output) {
  if (evaluationOf(function).getNumbers() != EvaluatedIn::Pairs)
    return evaluateNearest(function, fits, f32, arguments);
  return PairCode(function, fits, f32, arguments).emit(output);
}

} // namespace xphi::compiler
