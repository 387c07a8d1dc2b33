// The code of a function, run here element by element, and beside it what the truth may be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The truth is a double and how far off it may be. Where that leaves two elements, which is next to
// the middle between them, arithmetic is done once more in fractions, and all else by Arb.
#include "passes/TriedElements.h"

#include "abi/ElementTypes.h"
#include "abi/ElementValues.h"
#include "approx/FittedValue.h"
#include "approx/TaylorModel.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/Comparison.h"
#include "dialect/Constants.h"
#include "dialect/XphiDialect.h"
#include "dsl/Frontend.h"
#include "import/RaiseToText.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedParts.h"
#include "lowering/PairArithmetic.h"
#include "lowering/SpecialInputs.h"
#include "lowering/ValuesAtInfinity.h"
#include "passes/Reciprocals.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double unitOfDouble = 0x1p-53, unitOfFloat = 0x1p-24;

float mostOf(func::FuncOp function) {
  auto most = function.getArgAttrOfType<FloatAttr>(0, mostName);
  return most ? float(most.getValueAsDouble()) : HUGE_VALF;
}

/// What a value is: a number or whether a condition holds.
struct Both {
  float number = 0; ///< as the code has it
  double truth = 0, error = 0;
  bool holds = false, trulyHolds = false;
};

class Trial {
public:
  Trial(func::FuncOp function, ArrayRef<Fit> fits, const FitLimits::Elements &elements)
      : function(function), fits(fits), elements(elements),
        needed(fits.empty() ? llvm::DenseSet<Operation *>() : neededBesideFits(function)),
        x(function.getArgument(0)), most(mostOf(function)) {
    isKnown = function.getNumArguments() == 1 && !x.getType().isInteger(1) && plan();
  }

  bool canRun() const { return isKnown; }

  /// What the code is right for, but for some inputs in between.
  struct Right {
    float from = 0, to = HUGE_VALF; ///< magnitudes, beside 0
    llvm::SmallVector<float> exceptions;
  };

  /// Whether an element that is left to the exact evaluation may be in the middle between two, so
  /// that all digits of constants count there.
  bool leavesTies() {
    const std::uint64_t patterns = std::uint64_t(1) << (8 * sizeOf(elements.input));
    for (std::uint64_t pattern = 0; pattern < patterns; ++pattern) {
      const auto input = float(valueOf(pattern, elements.input));
      if (std::isfinite(input) && std::fabs(input) <= most &&
          (!isInF32(input) || !isRight(input)) && isTie(input))
        return true;
    }
    return false;
  }

  /// Nothing if that is too little, or not known.
  std::optional<Right> run() {
    Right right;
    llvm::SmallVector<float> smallOnes;
    const std::uint64_t patterns = std::uint64_t(1) << (8 * sizeOf(elements.input));
    for (std::uint64_t pattern = 0; pattern < patterns; ++pattern) {
      const auto input = float(valueOf(pattern, elements.input));
      const float size = std::fabs(input);
      if (!std::isfinite(input) || size > most || isRight(input))
        continue;
      constexpr float small = 0x1p-12f, large = 0x1p12f;
      if (input != 0 && size < small)
        smallOnes.push_back(input);
      else if (size > large)
        right.to = std::min(right.to, std::nextafter(size, 0.0f));
      else
        right.exceptions.push_back(input);
      constexpr std::size_t most = 3; // as each costs a comparison
      if (right.exceptions.size() > most || asked > mostAsked)
        return std::nullopt;
    }
    if (smallOnes.size() == 1)
      right.exceptions.append(smallOnes);
    else
      for (const float each : smallOnes)
        right.from = std::max(right.from, std::nextafter(std::fabs(each), 1.0f));
    if (right.to == HUGE_VALF && !std::isfinite(most) && !isRightAtInfinity())
      right.to = largest;
    return right;
  }

private:
  // ---- the code

  /// One operation, or a fit in its place.
  struct Step {
    Operation *op;
    unsigned result, operands[3];
    std::optional<Both> constant;
    const Fit *fit;
    float first; ///< of a fit: smaller inputs are left out
    MulOp fused; ///< of a sum
    unsigned factors[3];
  };

  /// Of values by number: arguments first.
  bool plan() {
    unsigned count = 0;
    places[x] = count++;
    for (Operation &op : function.front().without_terminator()) {
      if (!fits.empty() && !needed.contains(&op))
        continue;
      places[op.getResult(0)] = count++;
      if (!add(op))
        return false;
    }
    values.resize(count);
    last = places.lookup(function.front().getTerminator()->getOperand(0));
    return true;
  }

  bool add(Operation &op) {
    Step step{&op, places.lookup(op.getResult(0)), {}, {}, nullptr, 0, {}, {}};
    if (const std::optional<double> constant = constantValue(op.getResult(0))) {
      step.constant =
          Both{float(*constant), *constant,
               isExactDouble(op.getResult(0)) ? 0 : unitOfDouble * std::fabs(*constant)};
    } else {
      if (auto part = dyn_cast<FittedOp>(op)) {
        const Fit &fit = fits[part.getFit()];
        step.fit = &fit;
        step.first = firstTaken(part, fit);
        if (part.getVariable() != x)
          return false;
      } else if (!isKnownOperation(op)) {
        return false;
      } else {
        for (auto [i, operand] : llvm::enumerate(op.getOperands()))
          step.operands[i] = places.lookup(operand);
        if (isa<AddOp, SubOp>(op) && (step.fused = fusedProduct(op))) {
          const bool isRight = op.getOperand(1) == step.fused.getResult();
          step.factors[0] = places.lookup(step.fused.getLhs());
          step.factors[1] = places.lookup(step.fused.getRhs());
          step.factors[2] = step.operands[!isRight];
        }
      }
    }
    steps.push_back(step);
    return true;
  }

  static bool isKnownOperation(Operation &op) {
    if (auto compare = dyn_cast<CompareOp>(op))
      return !comparesPairs(compare);
    return isa<AddOp, SubOp, MulOp, DivOp, NegOp, AbsOp, MinOp, MaxOp, SelectOp, AndOp, OrOp,
               NotOp>(op);
  }

  // ---- at one element

  /// False where the code leaves this element to the exact evaluation.
  bool isInF32(float input) {
    values[0] = {input, double(input)};
    for (const Step &step : steps) {
      Both &result = values[step.result];
      if (step.constant) {
        result = *step.constant;
      } else if (step.fit) {
        if (isLeftOut(step, input))
          return false;
        const Fit &accurate = step.fit->accurate ? *step.fit->accurate : *step.fit;
        const std::optional<float> truth = fittedValue(accurate, input);
        if (!truth)
          return false;
        const double ulps = std::max(accurate.ulps, accurate.ulpsAtZero) + 1;
        result = {*fittedValue(*step.fit, input), double(*truth),
                  ulps * unitOfFloat * std::fabs(double(*truth)) + 0x1p-149};
      } else if (!evaluate(step, result)) {
        return false;
      }
    }
    return true;
  }

  static bool isLeftOut(const Step &step, float input) {
    const float size = std::fabs(input);
    return !fittedValue(*step.fit, input) || (input != 0 && size < step.first) ||
           llvm::is_contained(step.fit->exceptions, size);
  }

  static double roundingOf(double value) { return unitOfDouble * std::fabs(value) + 0x1p-1074; }

  bool evaluate(const Step &step, Both &result) {
    const Both &a = values[step.operands[0]], &b = values[step.operands[1]],
               &c = values[step.operands[2]];
    result.error = 0;
    const auto product = [](const Both &a, const Both &b) {
      const double truth = a.truth * b.truth;
      return Both{a.number * b.number, truth,
                  a.error * std::fabs(b.truth) + b.error * std::fabs(a.truth) + a.error * b.error +
                      roundingOf(truth)};
    };
    return llvm::TypeSwitch<Operation *, bool>(step.op)
        .Case<AddOp, SubOp>([&](Operation *op) {
          const bool subtract = isa<SubOp>(op);
          result = {subtract ? a.number - b.number : a.number + b.number,
                    subtract ? a.truth - b.truth : a.truth + b.truth, a.error + b.error};
          result.error += roundingOf(result.truth);
          if (MulOp fused = step.fused) {
            const Both &p = values[step.factors[0]], &q = values[step.factors[1]],
                       &sum = values[step.factors[2]];
            const bool isRight = op->getOperand(1) == fused.getResult();
            result.number = std::fma(subtract && isRight ? -p.number : p.number, q.number,
                                     subtract && !isRight ? -sum.number : sum.number);
          }
          if (op->hasAttr(wholeName) &&
              std::fabs(result.number) < std::numeric_limits<float>::min() &&
              values[step.factors[0]].number != 0 && values[step.factors[1]].number != 0)
            return false;
          return !op->hasAttr(normalName) || std::fabs(result.number) <= largest;
        })
        .Case([&](MulOp op) {
          result = product(a, b);
          return isNormal(op, result.number, a.number == 0 || b.number == 0);
        })
        .Case([&](DivOp op) {
          const double size = std::fabs(b.truth) - b.error, truth = a.truth / b.truth;
          result = {a.number / b.number, truth,
                    size > 0 ? (a.error + std::fabs(truth) * b.error) / size + roundingOf(truth)
                             : HUGE_VAL};
          return isNormal(op, result.number, a.number == 0);
        })
        .Case([&](NegOp) {
          result = {-a.number, -a.truth, a.error};
          return true;
        })
        .Case([&](AbsOp) {
          result = {std::fabs(a.number), std::fabs(a.truth), a.error};
          return true;
        })
        .Case([&](MinOp) {
          const bool second = b.number < a.number, truly = isLess(b, a);
          choose(result, !second, !truly, a, b);
          return true;
        })
        .Case([&](MaxOp) {
          const bool second = b.number > a.number, truly = isLess(a, b);
          choose(result, !second, !truly, a, b);
          return true;
        })
        .Case([&](SelectOp) {
          choose(result, a.holds, a.trulyHolds, b, c);
          return true;
        })
        .Case([&](CompareOp op) {
          compare(op.getPredicate(), a, b, result);
          return true;
        })
        .Case([&](AndOp) {
          result = condition(a.holds && b.holds, a.trulyHolds && b.trulyHolds);
          return true;
        })
        .Case([&](OrOp) {
          result = condition(a.holds || b.holds, a.trulyHolds || b.trulyHolds);
          return true;
        })
        .Case([&](NotOp) {
          result = condition(!a.holds, !a.trulyHolds);
          return true;
        });
  }

  static Both condition(bool holds, bool truly) { return {0, 0, 0, holds, truly}; }

  static void choose(Both &result, bool holds, bool truly, const Both &a, const Both &b) {
    const Both &true_ = truly ? a : b;
    result = {(holds ? a : b).number, true_.truth, true_.error, false, false};
  }

  /// As what the code does with `normalName` (lowering/Evaluation.cpp).
  static bool isNormal(Operation *op, float result, bool isZero) {
    const float size = std::fabs(result);
    return !op->hasAttr(normalName) ||
           (std::numeric_limits<float>::min() <= size && size <= largest) ||
           (isZero && result == 0);
  }

  bool isLess(const Both &a, const Both &b) {
    const double distance = b.truth - a.truth;
    if (std::fabs(distance) <= a.error + b.error && a.error + b.error > 0)
      isUndecided = true;
    return distance > 0;
  }

  void compare(Predicate predicate, const Both &a, const Both &b, Both &result) {
    (void)isLess(a, b);
    result =
        condition(compares(predicate, a.number, b.number), compares(predicate, a.truth, b.truth));
  }

  // ---- against the truth

public:
  /// Where there is a limit it is known to be one number.
  bool isRightAtInfinity() {
    if (limitedInputs(function).empty())
      return true;
    const std::optional<ValuesAtInfinity> limits = valuesAtInfinity(function);
    if (!limits || limits->factor)
      return false;
    for (const bool isNegative : {false, true}) {
      if (!isInF32(isNegative ? -HUGE_VALF : HUGE_VALF))
        continue;
      const float limit = isNegative ? limits->negative : limits->positive;
      if (values[last].number != limit || std::signbit(values[last].number) != std::signbit(limit))
        return false;
    }
    return true;
  }

private:
  bool isRight(float input) {
    isUndecided = false;
    if (!isInF32(input))
      return true;
    const Both &result = values[last];
    if (isUndecided || !std::isfinite(result.error) || !std::isfinite(result.truth))
      return false;
    const ElementType type = elements.output;
    const std::uint64_t below = nearestElement(result.truth - result.error, type),
                        above = nearestElement(result.truth + result.error, type);
    std::optional<std::uint64_t> truth = below;
    if (valueOf(below, type) != valueOf(above, type))
      truth = between(valueOf(below, type), valueOf(above, type), input);
    if (!truth)
      return false;
    if (valueOf(nearestElement(double(result.number), type), type) != valueOf(*truth, type))
      return false;
    if (!elements.isFactor)
      return true;
    // An ulp is more than 2^-(fraction + 1) of a number; the product is rounded, too.
    const double part = std::ldexp(1.0, -fractionBits(type) - 9) - 2 * unitOfFloat;
    if (std::fabs(double(result.number) - result.truth) + result.error <=
        part * std::fabs(result.truth))
      return true;
    const std::optional<Rational> exact = exactly(input);
    if (!exact || !std::isfinite(result.number))
      return false;
    const double error = (Rational::ofDouble(double(result.number)) - *exact).toDouble();
    return std::fabs(error) <= part * std::fabs(exact->toDouble());
  }

  /// True where that is not known.
  bool isTie(float input) {
    const std::optional<Rational> exact = isInF32(input) ? exactly(input) : std::nullopt;
    if (!exact)
      return true;
    const double value = exact->toDouble(),
                 nearest = valueOf(nearestElement(value, elements.output), elements.output),
                 half = 0.5 * ulpOf(value, elements.output);
    return llvm::any_of(
        ArrayRef<double>{nearest - half, nearest + half, nearest - half / 2},
        [&](double middle) { return (*exact - Rational::ofDouble(middle)).isZero(); });
  }

  /// The nearest of two elements; nothing if that is not known.
  std::optional<std::uint64_t> between(double below, double above, float input) {
    if (!std::isfinite(below) || !std::isfinite(above))
      return std::nullopt;
    const double middle = 0.5 * (below + above);
    if (const std::optional<Rational> exact = exactly(input)) {
      const Rational distance = *exact - Rational::ofDouble(middle);
      return nearestElement(distance.isZero()       ? middle
                            : distance.isNegative() ? below
                                                    : above,
                            elements.output);
    }
    if (!smooth || ++asked > mostAsked)
      return std::nullopt;
    const std::optional<reference::ArbBall> truth = smooth->value(double(input));
    if (!truth || std::fabs(truth->nearest() - middle) <= 0x1p-50 * std::fabs(middle))
      return std::nullopt;
    return nearestElement(truth->nearest() < middle ? below : above, elements.output);
  }

  /// Of arithmetic; conditions are decided.
  std::optional<Rational> exactly(float input) {
    llvm::DenseMap<unsigned, Rational> numbers;
    numbers[0] = Rational::ofDouble(double(input));
    for (const Step &step : steps) {
      if (step.fit)
        return std::nullopt;
      const unsigned place = step.result;
      if (step.op->getResult(0).getType().isInteger(1))
        continue;
      if (step.constant) {
        const std::optional<Rational> constant = rationalValue(step.op->getResult(0));
        if (!constant)
          return std::nullopt;
        numbers[place] = *constant;
        continue;
      }
      const auto of = [&](unsigned i) { return numbers.lookup(step.operands[i]); };
      const auto isFirst = [&] { // of two that are not told apart either is right
        return values[place].truth == values[step.operands[0]].truth;
      };
      if (isa<DivOp>(step.op) && of(1).isZero())
        return std::nullopt;
      numbers[place] =
          llvm::TypeSwitch<Operation *, Rational>(step.op)
              .Case([&](AddOp) { return of(0) + of(1); })
              .Case([&](SubOp) { return of(0) - of(1); })
              .Case([&](MulOp) { return of(0) * of(1); })
              .Case([&](DivOp) { return of(0) / of(1); })
              .Case([&](NegOp) { return -of(0); })
              .Case([&](AbsOp) { return of(0).isNegative() ? -of(0) : of(0); })
              .Case<MinOp, MaxOp>([&](Operation *) { return isFirst() ? of(0) : of(1); })
              .Case([&](SelectOp) { return values[step.operands[0]].trulyHolds ? of(1) : of(2); });
    }
    return numbers.lookup(last);
  }

public:
  /// The function as a text, for Arb.
  void makeText() {
    auto name = function.getArgAttrOfType<StringAttr>(0, inputName);
    const dsl::ParseResult parsed =
        dsl::analyse({"<part>", "def part(" + name.str() + ") =\n" + raiseToText(function) + "\n"});
    if (parsed)
      smooth.emplace(parsed.program, parsed.program->entry());
  }

private:
  static constexpr float largest = std::numeric_limits<float>::max();

  func::FuncOp function;
  const ArrayRef<Fit> fits;
  const FitLimits::Elements elements;
  const llvm::DenseSet<Operation *> needed;
  const BlockArgument x;
  const float most; ///< of magnitudes that are put in
  bool isKnown = false, isUndecided = false;
  llvm::DenseMap<Value, unsigned> places;
  std::vector<Step> steps;
  std::vector<Both> values;
  std::optional<SmoothFunction> smooth;
  unsigned last = 0, asked = 0;
  static constexpr unsigned mostAsked = 2000;
};

} // namespace

static std::optional<Trial::Right> triedFor(func::FuncOp function, const std::vector<Fit> &fits,
                                            const FitLimits::Elements &elements) {
  EvaluationAttr evaluation = evaluationOf(function);
  FloatAttr estimate = evaluation.getUlps();
  if (!estimate || estimate.getValueAsDouble() == 0 || !evaluation.isInF32() ||
      formatOf(elements.output) != ElementFormat::Ieee)
    return std::nullopt;
  Trial trial(function, fits, elements);
  if (!trial.canRun())
    return std::nullopt;
  if (!fits.empty())
    trial.makeText();
  return trial.run();
}

/// With reciprocals, which take a fraction of the time, where these do for the same elements. The
/// exact evaluation of others has all but the last of some hundred digits of them.
static Trial::Right tryReciprocals(func::FuncOp function, Trial::Right right,
                                   const std::vector<Fit> &fits,
                                   const FitLimits::Elements &elements) {
  OwningOpRef<func::FuncOp> copy = function.clone();
  if (!takeReciprocals(*copy))
    return right;
  const std::optional<Trial::Right> other = triedFor(*copy, fits, elements);
  if (!other || other->from > right.from || other->to < right.to ||
      other->exceptions.size() > right.exceptions.size() ||
      Trial(*copy, fits, elements).leavesTies())
    return right;
  takeReciprocals(function);
  return *other;
}

void markInfinities(func::FuncOp function, const std::vector<Fit> &fits) {
  EvaluationAttr evaluation = evaluationOf(function);
  if (!evaluation.isInF32() || limitedInputs(function).empty())
    return;
  Trial trial(function, fits, {ElementType::F32, ElementType::F32, false});
  if (trial.canRun() && (std::isfinite(mostOf(function)) || trial.isRightAtInfinity()))
    say(function, evaluationName, evaluation.withInfinities());
}

void markTried(func::FuncOp function, std::vector<Fit> &fits, const FitLimits::Elements &elements) {
  if (isNearestFit(function))
    return;
  std::optional<Trial::Right> right = triedFor(function, fits, elements);
  if (!right) {
    for (auto part : function.getOps<FittedOp>())
      if (Fit &fit = fits[part.getFit()]; fit.accurate) {
        const std::shared_ptr<const Fit> accurate = fit.accurate;
        fit = *accurate;
      }
    return;
  }
  right = tryReciprocals(function, *right, fits, elements);
  llvm::SmallVector<float> numbers = {right->from, right->to};
  numbers.append(right->exceptions);
  say(function, evaluationName, evaluationOf(function).triedFor(numbers));
}

} // namespace xphi::compiler
