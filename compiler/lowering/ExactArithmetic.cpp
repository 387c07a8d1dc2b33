// Values, and bounds on what they have lost.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ExactArithmetic.h"

#include "dialect/Algebra.h"
#include "lowering/Storage.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;

namespace xphi::compiler {
namespace {

// Of numerators and denominators: their products with elements of 11 bits are exact.
constexpr long largest = 1 << 12;
// From here on what a product or a sum loses is a normal number, under flush-to-zero as well.
constexpr double hasResidue = 0x1p-75;
constexpr double leastNormal = std::numeric_limits<float>::min();
constexpr double room = 1.01; // for the roundings of the bounds

struct Fraction {
  long numerator, denominator;
};

bool isFloat(const Rational &value) {
  return value.isDouble() && double(float(value.toDouble())) == value.toDouble();
}

/// A constant that is no float but a short fraction.
std::optional<Fraction> shortFraction(const Rational &value) {
  const fmpz *denominator = fmpq_denref(value.get());
  if (isFloat(value) || fmpz_cmp_si(denominator, largest) > 0)
    return std::nullopt;
  const long divisor = fmpz_get_si(denominator);
  const std::optional<long> numerator = (value * Rational(divisor)).integer(largest);
  return numerator ? std::optional<Fraction>({*numerator, divisor}) : std::nullopt;
}

long denominatorOf(const Rational &value) {
  const std::optional<Fraction> fraction = shortFraction(value);
  return fraction ? fraction->denominator : 1;
}

/// The factor that a constant divisor is.
std::optional<Rational> inverse(Value divisor) {
  const std::optional<Rational> value = rationalValue(divisor);
  if (!value || value->isZero())
    return std::nullopt;
  return Rational(1) / *value;
}

/// 2 or 3.
std::optional<long> smallPower(PowOp op) {
  const std::optional<Rational> power = rationalValue(op.getOperand(1));
  const std::optional<long> exponent = power ? power->integer(3) : std::nullopt;
  return exponent && *exponent >= 2 ? exponent : std::nullopt;
}

using Denominators = llvm::DenseMap<Value, long>; ///< of all numbers, positive

/// Nothing for a function that is more than this knows.
std::optional<Denominators> denominatorsOf(func::FuncOp function) {
  Denominators known;
  for (BlockArgument argument : function.getArguments()) {
    if (argument.getType().isInteger(1))
      return std::nullopt;
    known[argument] = 1;
  }
  for (Operation &op : function.front().without_terminator()) {
    Value value = op.getResult(0);
    const auto of = [&](unsigned i) { return known.lookup(op.getOperand(i)); };
    long denominator = 0;
    if (const std::optional<Rational> constant = rationalValue(value))
      denominator = denominatorOf(*constant);
    else if (constantValue(value))
      denominator = 1;
    else if (isa<AddOp, SubOp, MinOp, MaxOp, CompareOp>(op))
      denominator = std::lcm(of(0), of(1));
    else if (isa<SelectOp>(op))
      denominator = std::lcm(of(1), of(2));
    else if (isa<MulOp>(op))
      denominator = of(0) * of(1);
    else if (isa<NegOp, AbsOp>(op))
      denominator = of(0);
    else if (isa<AndOp, OrOp, NotOp>(op))
      denominator = 1;
    else if (isa<DivOp>(op) && inverse(op.getOperand(1)))
      denominator = of(0) * denominatorOf(*inverse(op.getOperand(1)));
    else if (auto power = dyn_cast<PowOp>(op); power && smallPower(power))
      denominator = smallPower(power) == 2 ? of(0) * of(0) : of(0) * of(0) * of(0);
    if (denominator == 0 || denominator > largest)
      return std::nullopt;
    known[value] = denominator;
  }
  return known;
}

struct Term {
  Number number;
  std::optional<Number> lost; ///< at most this much; nothing: exact
};

/// The code, as it grows.
class Code {
public:
  Code(const Numbers &f32, const Denominators &denominators) : n(f32), denominators(denominators) {}

  void add(Value value, Term term) {
    terms.try_emplace(value, term.number.value, term.lost ? term.lost->value : Value());
  }
  void add(Operation &op);
  SettledTies result(Value value, char output) const;

private:
  Number constant(double value) const { return n.constant(value); }
  Term termOf(Value value) const {
    const auto [number, lost] = terms.lookup(value);
    return {n.wrap(number), lost ? std::optional(n.wrap(lost)) : std::nullopt};
  }
  /// Over this denominator, a multiple of its own.
  Term over(Value value, long denominator) const {
    const long factor = denominator / denominators.lookup(value);
    return factor == 1 ? termOf(value) : product(termOf(value), {constant(double(factor)), {}});
  }
  Term constantTerm(const Rational &value) const {
    if (const std::optional<Fraction> fraction = shortFraction(value))
      return {constant(double(fraction->numerator)), {}};
    return constantTerm(value.toDouble(), isFloat(value));
  }
  Term constantTerm(double value, bool isExact) const {
    Term term{constant(value), {}};
    if (!isExact)
      term.lost = constant(std::fabs(value) * 0x1p-23 + leastNormal);
    return term;
  }
  Number zeroWhere(Mask holds) const { return select(holds, constant(0), constant(leastNormal)); }
  Mask isLarge(Number a) const { return constant(hasResidue) <= abs(a) | a == 0.0; }
  static void addTo(Term &term, std::optional<Number> lost) {
    if (lost)
      term.lost = term.lost ? *term.lost + *lost : *lost;
  }

  Term product(Term a, Term b) const {
    Term result{a.number * b.number, {}};
    Mask isKnown =
        (constant(hasResidue) <= abs(result.number)) | (a.number == 0.0) | (b.number == 0.0);
    result.lost = abs(fma(a.number, b.number, -result.number)) + zeroWhere(isKnown);
    if (a.lost)
      addTo(result, abs(b.number) * *a.lost);
    if (b.lost)
      addTo(result, abs(a.number) * *b.lost);
    if (a.lost && b.lost)
      addTo(result, *a.lost * *b.lost);
    return result;
  }
  // What Knuth's sum of two numbers has lost is exact.
  Term sum(Term a, Term b) const {
    Term result{a.number + b.number, {}};
    Number other = result.number - a.number;
    Number lost = (a.number - (result.number - other)) + (b.number - other);
    result.lost = abs(lost) + zeroWhere(isLarge(a.number) & isLarge(b.number));
    addTo(result, a.lost);
    addTo(result, b.lost);
    return result;
  }
  Term negated(Term a) const { return {-a.number, a.lost}; }
  static std::optional<Number> larger(std::optional<Number> a, std::optional<Number> b) {
    if (!a || !b)
      return a ? a : b;
    return select(*a < *b, *b, *a);
  }
  Term chosen(Mask condition, Term a, Term b) const {
    Term result{select(condition, a.number, b.number), {}};
    if (a.lost || b.lost)
      result.lost = select(condition, a.lost.value_or(constant(0)), b.lost.value_or(constant(0)));
    return result;
  }

  Term term(Operation &op) const;
  void addCondition(Operation &op);

  const Numbers &n;
  const Denominators &denominators;
  llvm::DenseMap<Value, std::pair<Value, Value>> terms;
  llvm::DenseMap<Value, std::pair<Value, Value>> conditions; ///< and where they are in doubt
};

Term Code::term(Operation &op) const {
  const Value result = op.getResult(0);
  if (const std::optional<Rational> value = rationalValue(result))
    return constantTerm(*value);
  if (const std::optional<double> value = constantValue(result))
    return constantTerm(*value, false);
  const auto own = [&](unsigned i) { return termOf(op.getOperand(i)); };
  const auto common = [&](unsigned i) {
    return over(op.getOperand(i), denominators.lookup(result));
  };
  const auto extreme = [&](bool least) {
    Term a = common(0), b = common(1);
    Mask first = least ? a.number < b.number : b.number < a.number;
    return Term{select(first, a.number, b.number), larger(a.lost, b.lost)};
  };
  return llvm::TypeSwitch<Operation *, Term>(&op)
      .Case([&](AddOp) { return sum(common(0), common(1)); })
      .Case([&](SubOp) { return sum(common(0), negated(common(1))); })
      .Case([&](MulOp) { return product(own(0), own(1)); })
      .Case([&](DivOp) { return product(own(0), constantTerm(*inverse(op.getOperand(1)))); })
      .Case([&](PowOp power) {
        Term square = product(own(0), own(0));
        return smallPower(power) == 2 ? square : product(square, own(0));
      })
      .Case([&](NegOp) { return negated(own(0)); })
      .Case([&](AbsOp) { return Term{abs(own(0).number), own(0).lost}; })
      .Case([&](MinOp) { return extreme(true); })
      .Case([&](MaxOp) { return extreme(false); })
      .Case([&](SelectOp select) {
        const auto [condition, doubt] = conditions.lookup(select.getCondition());
        Term choice = chosen({&n, condition}, common(1), common(2));
        if (doubt)
          addTo(choice, xphi::compiler::select({&n, doubt},
                                               constant(std::numeric_limits<double>::infinity()),
                                               constant(0)));
        return choice;
      });
}

void Code::addCondition(Operation &op) {
  Mask holds{&n, {}};
  std::optional<Mask> doubt;
  const auto of = [&](unsigned i) { return conditions.lookup(op.getOperand(i)).first; };
  if (auto compare = dyn_cast<CompareOp>(op)) {
    const long denominator =
        std::lcm(denominators.lookup(compare.getLhs()), denominators.lookup(compare.getRhs()));
    Term a = over(compare.getLhs(), denominator), b = over(compare.getRhs(), denominator);
    constexpr arith::CmpFPredicate predicates[] = {
        arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE, arith::CmpFPredicate::OGT,
        arith::CmpFPredicate::OGE, arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE};
    holds.value =
        arith::CmpFOp::create(n.builder, n.location, predicates[unsigned(compare.getPredicate())],
                              a.number.value, b.number.value);
    Term error{constant(0), a.lost};
    addTo(error, b.lost);
    if (error.lost)
      doubt = ~(abs(a.number - b.number) > *error.lost) & ~(*error.lost == 0.0);
  } else {
    holds.value = isa<NotOp>(op)   ? (~Mask{&n, of(0)}).value
                  : isa<AndOp>(op) ? (Mask{&n, of(0)} & Mask{&n, of(1)}).value
                                   : (Mask{&n, of(0)} | Mask{&n, of(1)}).value;
    for (Value operand : op.getOperands())
      if (Value own = conditions.lookup(operand).second)
        doubt = doubt ? *doubt | Mask{&n, own} : Mask{&n, own};
  }
  conditions.try_emplace(op.getResult(0), holds.value, doubt ? doubt->value : Value());
}

void Code::add(Operation &op) {
  if (op.getResult(0).getType().isInteger(1))
    addCondition(op);
  else
    add(op.getResult(0), term(op));
}

SettledTies Code::result(Value value, char output) const {
  Term last = termOf(value);
  Number quotient = last.number, lost = last.lost.value_or(constant(0));
  if (const long denominator = denominators.lookup(value); denominator != 1) {
    Number divisor = constant(double(denominator));
    quotient = last.number / divisor;
    Number left = abs(fma(-quotient, divisor, last.number)) + zeroWhere(isLarge(last.number));
    lost = (left + lost) / divisor;
  }
  Mask isInexact = ~(lost == 0.0);
  return {quotient, isInexact & isNearTie(quotient, output, room * lost, constant(1))};
}

} // namespace

SettledTies settleTies(func::FuncOp function, Number value, Mask ties, ArrayRef<Value> arguments,
                       char output) {
  const std::optional<Denominators> denominators = denominatorsOf(function);
  if (!denominators)
    return {value, ties};
  const Numbers &f32 = *value.numbers;
  OpBuilder &builder = f32.builder;
  auto branch = scf::IfOp::create(builder, f32.location,
                                  TypeRange{f32.type(), ties.value.getType()}, any(ties),
                                  /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  Code code(f32, *denominators);
  for (auto [argument, number] : llvm::zip(function.front().getArguments(), arguments))
    code.add(argument, {f32.wrap(number), {}});
  for (Operation &op : function.front().without_terminator())
    code.add(op);
  const auto [settled, open] = code.result(function.front().getTerminator()->getOperand(0), output);
  scf::YieldOp::create(builder, f32.location,
                       ValueRange{select(ties, settled, value).value, (ties & open).value});
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, f32.location, ValueRange{value.value, ties.value});
  return {f32.wrap(branch.getResult(0)), {&f32, branch.getResult(1)}};
}

} // namespace xphi::compiler
