// The error, magnitude and exactness of each operation's result in f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/ErrorEstimate.h"

#include "analysis/DecidedInF32.h"
#include "analysis/Domains.h"
#include "analysis/Estimate.h"
#include "analysis/KnownBounds.h"
#include "analysis/Signs.h"
#include "analysis/TermsOfResult.h"
#include "analysis/Users.h"
#include "analysis/UsualValues.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/ExactForm.h"
#include "import/RaiseToText.h"
#include "lowering/Elementary.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedParts.h"
#include "lowering/LogisticMean.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/PairArithmetic.h"
#include "lowering/Power.h"
#include "lowering/PowerQuotient.h"
#include "lowering/UniformValues.h"
#include "lowering/UsualBranches.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr double leastNormal = std::numeric_limits<float>::min();
/// A parameter over itself: 1 in f64, too, or no number.
bool isOne(Value value) {
  auto quotient = value.getDefiningOp<DivOp>();
  return quotient && quotient->hasAttr(uniformName) && quotient.getLhs() == quotient.getRhs();
}
bool isSign(Value value) { return isa_and_nonnull<SignOp, StepOp>(value.getDefiningOp()); }

// Each guard costs some five operations, and f64 three to five times what is guarded.
constexpr size_t mostGuarded = 5;

// Data stays inside of this, mostly.
constexpr double leastDomain = 4, mostApart = 0.05;

class Estimator {
public:
  Estimator(func::FuncOp function, bool isMeasured, bool signs, std::optional<double> within,
            bool isFine)
      : function(function), slack(slackOf(function)), measured(isMeasured || slack != 0),
        isScaled(said(function, derivativeName)), signs(signs), within(within), isFine(isFine),
        domains(function), needed(neededBesideFits(function)) {}

  ErrorEstimate run() {
    std::optional<Estimate> estimate = ofResult();
    ErrorEstimate result;
    if (estimate)
      result.ulp = estimate->ulp;
    result.isNearest = estimate && estimate->isNearest();
    result.obstacle = std::move(obstacle);
    result.enough = promisedUlps(function);
    if (slack != 0)
      result.enough = std::max(result.enough, slack / 2); // errors are counted in parts of 2^-23
    result.guarded = std::move(guarded);
    result.sums = std::move(sums);
    result.ofSigns = std::move(ofSigns);
    result.whole = std::move(whole);
    result.limits = std::move(limits);
    result.late = std::move(late);
    result.hasFreeQuotients = hasFreeQuotients;
    result.within = within;
    llvm::copy_if(needed, std::back_inserter(result.fine),
                  [&](Operation *op) { return isFine && fineFunction(op); });
    return result;
  }

  bool mayLeaveRange = false; ///< an intermediate, so that f32 would do but for that

private:
  bool guard(Operation &op) {
    if (guarded.size() == mostGuarded)
      return false;
    guarded.push_back(&op);
    return true;
  }

  std::optional<Estimate> ofResult() {
    for (BlockArgument argument : function.getArguments()) {
      const unsigned i = argument.getArgNumber();
      const auto most = function.getArgAttrOfType<FloatAttr>(i, mostName); // of a y
      const bool isGradient = bool(function.getArgAttr(i, cotangentName));
      estimates[argument].most = isGradient ? largestFloat
                                 : most     ? most.getValueAsDouble()
                                            : within.value_or(largestFloat);
      estimates[argument].nonzero = std::numeric_limits<float>::denorm_min();
    }
    // Where the fast path is taken, every argument of a fast function is in its domain.
    for (Operation &op : function.front().without_terminator())
      if (auto fast = formOf(op);
          fast && isa<BlockArgument>(op.getOperand(0)) && needed.contains(&op)) {
        double &most = estimates[op.getOperand(0)].most;
        most = std::min(most, fast->domain);
      }
    for (Operation &op : function.front().without_terminator()) {
      if (!needed.contains(&op))
        continue;
      if (op.getResultTypes().front().isInteger(1)) {
        if (!areExact(op))
          return inTheWay(op, "a rounding may decide ", "");
        continue;
      }
      std::optional<Estimate> estimate = this->estimate(op);
      if (!estimate)
        return std::nullopt;
      estimates[op.getResult(0)] = *estimate;
    }
    return estimates[function.front().getTerminator()->getOperand(0)];
  }

  std::nullopt_t outOfRange(Operation &op, const char *how) {
    mayLeaveRange = true;
    return inTheWay(op, "", how);
  }

  std::nullopt_t inTheWay(Operation &op, const char *before, const char *after) {
    obstacle = before + excerpt(function, op.getResult(0)) + after;
    return std::nullopt;
  }

  std::optional<FastFunction> formOf(Operation &op) const {
    const auto fine = isFine ? fineFunction(&op) : std::nullopt;
    return fine ? fine : fastFunction(&op);
  }

  Estimate of(Value value) { return estimates.lookup(value); }

  // An operand, where the result of `op` is used.
  Estimate operand(Operation &op, unsigned i) {
    Estimate estimate = of(op.getOperand(i));
    if (auto argument = dyn_cast<BlockArgument>(op.getOperand(i))) {
      Interval interval = domains.of(&op, argument);
      estimate.least = std::max(estimate.least, interval.leastMagnitude());
      estimate.most = std::min(estimate.most, interval.mostMagnitude());
    }
    return estimate;
  }

  // A decision must not depend on a rounding. The sign of a sum does not, nor that of a fit of one,
  // which errs by a part of itself.
  bool areExact(Operation &op) {
    if (isa<DroppedOp>(op)) // in f64, wherever it stands
      return true;
    auto compare = dyn_cast<CompareOp>(op);
    const bool byPairs = compare && comparesPairs(compare);
    if (const auto products = compare && slack == 0 ? productsThatDecide(compare) : std::nullopt)
      return llvm::all_of(*products, [&](Operation *product) {
        return llvm::is_contained(guarded, product) || guard(*product);
      });
    if (compare && isExactSum(op.getOperand(0)) && constantValue(op.getOperand(1)) == 0.0)
      return true;
    // What is left to the fit's table is normal, or 0 where the part is.
    if (auto fit = op.getOperand(0).getDefiningOp<FittedOp>();
        fit && isa<BlockArgument>(fit.getVariable()))
      return constantValue(op.getOperand(1)) == 0.0;
    // With what is no float a float compares as with the next.
    if (compare && constantValue(op.getOperand(1)))
      return of(op.getOperand(0)).isExact() || (byPairs && isExactPair(op.getOperand(0)));
    return llvm::all_of(op.getOperands(), [&](Value value) {
      return value.getType().isInteger(1) || (byPairs && isExactPair(value)) || of(value).isExact();
    });
  }

  bool isExactSum(Value value) {
    Operation *sum = exactValue(value).getDefiningOp();
    return sum && isa<AddOp, SubOp>(sum) && !fusedProduct(*sum) &&
           of(sum->getOperand(0)).isExact() && of(sum->getOperand(1)).isExact();
  }

  // A result that may leave the range of f32, or the part of it with full precision, can only be
  // the last, where no incoming gradient follows that may bring it back: the true result leaves it
  // too, and is rounded the same way.
  bool isFree(Operation &op) { return !isScaled && isLast(op); }

  std::optional<Estimate> estimate(Operation &op) {
    if (std::optional<double> constant = constantValue(op.getResult(0)))
      return ofConstant(op, *constant);
    if (isOne(op.getResult(0)))
      return Estimate{0, 1, 1};
    if (op.hasAttr(uniformName))
      return Estimate{0.5, leastNormal, largestFloat, false, false, 1};
    if (auto fitted = dyn_cast<FittedOp>(op))
      return ofFit(fitted);
    if (const auto mean = logisticMean(op))
      return Estimate{mean->ulps(), mean->least(), mean->largest(), false, false, mean->parts()};
    if (hasOwnQuotients(function) && isOfDivisorInOrder(op))
      return Estimate{0.5, leastNormal, largestFloat, false, false, 1};
    if (isExactPair(op.getResult(0)) && llvm::all_of(op.getUsers(), [&](Operation *user) {
          return isa<CompareOp, FittedOp>(user) || takesPair(user) ||
                 (!needed.contains(user) && !user->hasTrait<OpTrait::IsTerminator>());
        }))
      return Estimate{0.5, 0, largestFloat, false, false, 1};
    return llvm::TypeSwitch<Operation *, std::optional<Estimate>>(&op)
        .Case([&](SelectOp) {
          const unsigned alone = usualOperand(op);
          return alone ? operand(op, alone) : worse(operand(op, 1), operand(op, 2));
        })
        .Case([&](MinOp min) { return ofMinMax(min); })
        .Case([&](MaxOp max) { return ofMinMax(max); })
        .Case<NegOp, AbsOp>([&](Operation *) { return operand(op, 0); })
        .Case<SignOp, StepOp>([&](Operation *) { return Estimate{0, 0, 1}; })
        .Case<FloorOp, CeilOp, RoundOp>([&](Operation *) { return ofRounding(op); })
        .Case([&](SqrtOp) { return ofRoot(op); })
        .Case<MulOp, DivOp>([&](Operation *) { return ofProduct(op); })
        .Case<AddOp, SubOp>([&](Operation *) { return ofSum(op); })
        .Case([&](PowOp power) { return ofPower(power); })
        .Default([&](Operation *) { return ofFunction(op); });
  }

  // A fit's error is a part of the value, and an ulp may be 2^-23 of that.
  std::optional<Estimate> ofFit(FittedOp op) {
    const double ulps = op.getUlps().convertToDouble(), least = op.getLeast().convertToDouble();
    if (isFree(*op))
      return Estimate{ulps, 0, largestFloat, false, false, ulps};
    const double most = op.getMost() ? op.getMost()->convertToDouble() : largestFloat;
    const double ulpsOfPart = measured && slack == 0 ? 0.65 : 0.5; // from 1/2 to 1
    Estimate result{ulpsOfPart * ulps, least, most, false, false, ulps};
    if (least < 1e-35) {
      if (!guard(*op))
        return outOfRange(*op, " may leave the range of f32");
      result.least = leastNormal;
    }
    return result;
  }

  std::optional<Estimate> ofConstant(Operation &op, double value) {
    if (std::isinf(value) && llvm::all_of(op.getUsers(), llvm::IsaPred<CompareOp>))
      return Estimate();
    const std::optional<Estimate> estimate = estimateOfConstant(value);
    return estimate ? estimate : inTheWay(op, "", " is too large or too small for f32");
  }

  template <class Op> Estimate ofMinMax(Op op) {
    Estimate a = operand(*op, 0), b = operand(*op, 1), result = worse(a, b);
    // Between two constants the magnitude is theirs.
    if (isa<MinOp>(op))
      if (auto lower = exactValue(op.getLhs()).template getDefiningOp<MaxOp>())
        if (auto high = constantValue(op.getRhs()), low = constantValue(lower.getRhs());
            high && low)
          result.most = std::max(std::abs(*high), std::abs(*low));
    return result;
  }

  std::optional<Estimate> ofProduct(Operation &op) {
    Estimate a = operand(op, 0), b = operand(op, 1);
    bool isQuotient = isa<DivOp>(op);
    if (isQuotient) {
      // A constant is infinite times as large as what is truly 0.
      const double least = b.isRounded && constantValue(op.getOperand(0)).value_or(0) != 0
                               ? b.leastButZero()
                               : b.least;
      b = {b.ulp, 1 / b.most, 1 / least, b.isSum, b.isRounded, b.part, 1 / b.most};
    }
    auto factor = constantValue(op.getOperand(1));
    if (Value pair = exactFactor(op))
      (pair == op.getOperand(0) ? a : b).ulp = 0;
    // What becomes subnormal is rounded, which counts where nothing else may be.
    const bool isScaling = (factor && isPowerOfTwo(*factor) &&
                            !(promised(function).getExact() && std::abs(*factor) < 1)) ||
                           llvm::any_of(op.getOperands(), isSign) ||
                           llvm::any_of(op.getOperands(), isOne);
    const double errors = a.ulp + b.ulp, parts = a.parts() + b.parts();
    Estimate result{
        errors, a.least * b.least, a.most * b.most, a.isSum || b.isSum, a.isExact() && b.isExact(),
        parts};
    const bool rounds = !isScaling && !isFused(op);
    if (!isScaling) {
      if (!measured)
        result.ulp = std::min(2 * errors, parts);
      result.ulp += 0.5 * rounds;
      result.part = parts + rounds;
    }
    const bool mayBeOwn = hasOwnQuotients(function);
    const auto inOrder = mayBeOwn ? orderedQuotient(op) : std::nullopt;
    const auto power = mayBeOwn && !inOrder ? powerQuotient(op) : std::nullopt;
    if (inOrder) {
      hasFreeQuotients |= !inOrder->isFixed();
      result.part = a.parts() + inOrder->parts(); // x counts once: the quotient grows no faster
      result.most = std::min(result.most, inOrder->most());
    } else if (power) {
      result.part = a.parts() + PowerQuotient::parts(of(power->sum).parts());
    }
    if (inOrder || power)
      result.ulp = measured ? *result.part / 2 : *result.part - 0.5;
    if (result.isSum && !isLast(op) && (!leadsToSlopes(op) || (a.isSum && b.isSum)))
      return inTheWay(op, "", " has a factor whose terms may cancel");
    if (result.isSum) {
      const Estimate &sum = a.isSum ? a : b, &factor = a.isSum ? b : a;
      result.terms = sum.terms;
      result.ofItself = sum.ofItself + factor.parts() + rounds;
    }
    if (isTimesItsDensity(op))
      result.most = 0.25;
    result.nonzero = a.leastButZero() * b.leastButZero();
    bool staysNormal = result.leastButZero() >= 1e-35 && result.most <= largestFloat;
    bool scalesMildly = factor && std::abs(*factor) >= 1e-3 && std::abs(*factor) <= 1e3;
    if (staysNormal || isFree(op) || (isScaled && !inOrder && isAfterGradient(op, a, b)) ||
        isFused(op) || feedsSafeSum(op, result, estimates, domains))
      return result;
    if (result.most <= largestFloat &&
        (isOnlyMadeSmaller(op) || (scalesMildly && feedsOnlySums(op))))
      return result;
    if (!guard(op))
      return outOfRange(op, " may leave the range of f32");
    result.least = a.least > 0 && b.least > 0 ? std::max(result.least, leastNormal) : 0;
    result.most = std::min(result.most, largestFloat);
    return result;
  }

  // Where one factor is at most 4, a gradient goes to the other one first: what underflows then is
  // made larger by little, and what overflows must be seen, where that factor may undo it.
  bool isAfterGradient(Operation &op, const Estimate &a, const Estimate &b) {
    if (!isOnlyChosen(op) || exactFactor(op))
      return false;
    auto mayUndo = [](const Estimate &first, const Estimate &second) {
      return first.most > 1 && second.least < 1;
    };
    auto mayBeSecond = [&](const Estimate &first, const Estimate &second) {
      return second.most <= 4 && (!mayUndo(first, second) || guarded.size() < mostGuarded);
    };
    const bool isSwapped = isa<MulOp>(op) && mayBeSecond(b, a) &&
                           (!mayBeSecond(a, b) || (mayUndo(a, b) && !mayUndo(b, a)));
    if (!isSwapped && !mayBeSecond(a, b))
      return false;
    late[&op] = {isSwapped, isSwapped ? mayUndo(b, a) : mayUndo(a, b)};
    return true;
  }

  std::optional<Estimate> ofRounding(Operation &op) {
    Estimate x = operand(op, 0);
    if (!x.isExact())
      return inTheWay(op, "a rounding may decide ", "");
    return Estimate{0, 0, std::max(x.most, 1.0)};
  }

  std::optional<Estimate> ofRoot(Operation &op) {
    Estimate x = operand(op, 0);
    if (x.isSum)
      return inTheWay(op, "", " is of terms that may cancel");
    return Estimate{x.ulp / 2 + 0.5,
                    std::sqrt(x.least),
                    std::sqrt(x.most),
                    false,
                    x.isExact(),
                    x.parts() / 2 + 1,
                    x.isExact() ? std::sqrt(x.leastButZero()) : 0};
  }

  // What underflows is off by a fraction of the least float, and the result by no more.
  bool isOnlyMadeSmaller(Operation &op) {
    return llvm::all_of(usersOf(op.getResult(0)), [&](Operation *user) {
      auto constant = isa<MulOp, DivOp>(user) && user->getOperand(0) == op.getResult(0)
                          ? constantValue(user->getOperand(1))
                          : std::nullopt;
      if (!constant || !isFree(*user))
        return false;
      return isa<DivOp>(user) ? std::abs(*constant) >= 1 : std::abs(*constant) <= 1;
    });
  }

  std::optional<Estimate> ofSum(Operation &op) {
    Estimate a = operand(op, 0), b = operand(op, 1);
    double most = a.most + b.most;
    const bool staysFinite = a.most <= largestFloat && b.most <= largestFloat &&
                             (most <= largestFloat || a.most <= 1e6 || b.most <= 1e6);
    const bool isGuarded = !staysFinite && !isFree(op);
    if (isGuarded && !((signs || slack != 0 || isLast(op)) && (isInDomain(op) || guard(op))))
      return outOfRange(op, " may overflow f32");
    const double errors = measured && slack == 0 ? std::max(a.ulp, b.ulp) : a.ulp + b.ulp;
    Estimate result{errors + 0.5, 0,     std::min(most, largestFloat),
                    false,        false, a.parts() + b.parts() + 1};
    // Of floats, or a product of two, terms are multiples of a last place if they nearly cancel.
    result.nonzero = 0x1p-50 * std::max(a.least, b.least);
    auto isExactTerm = [&](unsigned i) {
      Operation *product = op.getOperand(i).getDefiningOp();
      if (!product || product != fusedProduct(op))
        return of(op.getOperand(i)).isExact();
      return of(product->getOperand(0)).isExact() && of(product->getOperand(1)).isExact();
    };
    const bool areExactTerms = isExactTerm(0) && isExactTerm(1);
    const double fine = areExactTerms ? 1e-30 : leastNormal; // else by the larger term, if at all
    if (std::max(a.least, b.least) < fine && mayLoseDigits(op, result)) {
      if (!isGuarded && !guard(op))
        return outOfRange(op, " may leave the range of f32");
      if (staysFinite)
        ofSigns[&op] = 0;
      whole.push_back(&op);
    }
    const KnownSign known = a.isSum || b.isSum ? KnownSign() : signOfTerms(op, domains);
    const double least = known.sign != 0 && known.isCertain ? std::max(a.least, b.least) : 0;
    if (areExactTerms)
      return Estimate{0.5, least, result.most, false, true, 1, result.nonzero};
    const int sign = signs ? known.sign : 0;
    const Estimate ofOneSign{
        std::max(a.ulp, b.ulp) + 0.5,      std::max(a.least, b.least), result.most, false, false,
        std::max(a.parts(), b.parts()) + 1};
    if (sign != 0 && known.isCertain)
      return ofOneSign;
    // Derivatives are measured against a term; values, and elements of few bits, against
    // themselves.
    if (slack == 0 && sumsTermsOfResult(op)) {
      result.add(a);
      result.add(b);
      sums.push_back(&op);
      return result;
    }
    if (sign == 0)
      return inTheWay(op, "the terms of ", " may cancel");
    if (!llvm::is_contained(guarded, &op) && !guard(op))
      return inTheWay(op, "for some parameters the terms of ", " may cancel");
    ofSigns[&op] = sign;
    return ofOneSign;
  }

  // What underflows in fma(x, y, z), not in t ± t², counts under a root, or made larger again.
  bool mayLoseDigits(Operation &op, const Estimate &result) {
    const auto hides = [&](Operation *user) {
      const auto fast = formOf(*user);
      return isa<AddOp, SubOp>(user) ? isFree(*user) : fast && fast->least > 0;
    };
    const auto isTerm = [&](Value each) { return llvm::is_contained(op.getOperands(), each); };
    MulOp product = fusedProduct(op);
    return product && !llvm::all_of(product->getOperands(), isTerm) && !isFree(op) &&
           !isOnlyMadeSmaller(op) && !feedsSafeSum(op, result, estimates, domains) &&
           !llvm::all_of(usersOf(op.getResult(0)), hides);
  }

  std::optional<Estimate> ofFunction(Operation &op) {
    std::optional<FastFunction> fast = formOf(op);
    if (!fast)
      return inTheWay(op, "there is no form in f32 of ", "");
    Estimate result{fast->ulp, fast->least, fast->most, false, false, fast->part};
    if (takesPair(&op))
      return ofPair(op, *fast);
    Estimate &x = estimates[op.getOperand(0)];
    if (x.isExact())
      return result;
    // So near to zero that what the rounding makes of the result is a quarter of what is left.
    const double most = slack / 4;
    const double domain = std::min(fast->domain, domainOfSteepness(op, most));
    if (slack == 0 || x.isSum || !(domain >= leastDomain))
      return inTheWay(op, "a rounding comes before ", "");
    x.most = std::min(x.most, domain);
    result.ulp += x.ulp * most;
    double apart = 0;
    if (fast->term != 0) { // beside which both errors are small
      apart = (fast->ulp + 2 * x.ulp) * fast->term / most;
      if (apart > mostApart)
        return inTheWay(op, "a rounding comes before ", "");
      result.ulp = std::max(result.ulp, most);
    }
    limits[&op] = {domain, apart};
    return result;
  }

  std::optional<Estimate> ofPower(PowOp op) {
    const Estimate base = operand(*op, 0);
    if (slack != 0 || !hasFormInF32(op))
      return inTheWay(*op, "there is no form in f32 of ", "");
    if (!base.isExact() && !takesPair(op))
      return inTheWay(*op, "a rounding comes before ", "");
    constexpr double parts = PowerInF32::parts, least = PowerInF32::least;
    return Estimate{parts, base.least > 0 ? least : 0, PowerInF32::most, false, false, parts,
                    least};
  }

  // What fades is rounded as the truth is where nothing makes it large again, as an incoming
  // gradient may.
  std::optional<Estimate> ofPair(Operation &op, const FastFunction &fast) {
    const bool mayFade = fast.fading && isLast(op) && !said(function, derivativeName);
    const double domain = fast.fading && !mayFade ? *fast.fading : fast.domain;
    auto isInside = [&](double x) {
      const double u = usualValue(op.getOperand(0), x);
      return u <= domain && (u >= -domain || (fast.fades && domain == fast.domain));
    };
    if (!isInside(-farInput) || !isInside(farInput))
      return inTheWay(op, "common arguments are too large for a form in f32 of ", "");
    limits[&op] = {domain, 0};
    return Estimate{fast.ulp, mayFade ? 0 : fast.least, fast.most, false, false, fast.part};
  }

  func::FuncOp function;
  const double slack; // of elements with fewer digits than f32
  // Of the library's functions the tests know the error. So it is enough there that errors do not
  // add up; elsewhere the worst counts: ulp of two terms of one size, and of a factor just below a
  // power of two, whose ulp is half of that of the product just above. Where there is slack, errors
  // are parts of 2^-23 of the value, which do add up.
  const bool measured;
  // By an incoming gradient, of any size; a derivative alone, too, so that it has the same bits.
  const bool isScaled;
  const bool signs; // are looked at, of what is not
  const std::optional<double> within;
  const bool isFine; // functions that have a finer form take that
  Domains domains;
  const llvm::DenseSet<Operation *> needed;
  std::string obstacle;
  llvm::SmallVector<Operation *> guarded, sums, whole;
  bool hasFreeQuotients = false;
  llvm::DenseMap<Operation *, int> ofSigns;
  Estimates estimates;
  llvm::DenseMap<Operation *, ErrorEstimate::Limits> limits;
  llvm::DenseMap<Operation *, ErrorEstimate::Late> late;
};

/// What an estimate may assume: that tests know the error, that terms have the signs they seem to.
/// Where it assumes both it must leave half an ulp.
struct Assumption {
  bool isMeasured, signs;
  bool isFine = false; ///< functions that have a finer form take that
};
constexpr Assumption ofLibrary[] = {{true, false}, {false, true}, {true, true}},
                     ofOthers[] = {{false, true}};

// That no argument is larger: data is not, and one comparison of an argument takes the place of
// many of intermediates.
constexpr double magnitudes[] = {0x1p58, 0x1p30, 0x1p20};

struct Attempt {
  ErrorEstimate estimate;
  bool mayLeaveRange;
};

Attempt attempt(func::FuncOp function, Assumption assumption, std::optional<double> within) {
  Estimator estimator(function, assumption.isMeasured, assumption.signs, within, assumption.isFine);
  ErrorEstimate estimate = estimator.run();
  if (assumption.isMeasured && assumption.signs)
    estimate.enough -= 0.5;
  return {std::move(estimate), estimator.mayLeaveRange};
}

/// The same with fewer guards, if that is less to do.
ErrorEstimate withFewerGuards(func::FuncOp function, Assumption assumption,
                              ErrorEstimate estimate) {
  const auto inputs = llvm::count_if(function.getArguments(), [&](BlockArgument argument) {
    return function.getArgAttr(argument.getArgNumber(), inputName) &&
           !function.getArgAttr(argument.getArgNumber(), cotangentName);
  });
  for (const double within : magnitudes) {
    if (estimate.guarded.size() < 1 + size_t(inputs))
      break;
    ErrorEstimate next = attempt(function, assumption, within).estimate;
    if (isPromised(function, next) &&
        next.guarded.size() + size_t(inputs) <= estimate.guarded.size())
      return next;
  }
  return estimate;
}

} // namespace

ErrorEstimate estimateInF32(func::FuncOp function) {
  llvm::SmallVector<Assumption> assumptions(promised(function).getLibrary() ? ArrayRef(ofLibrary)
                                                                            : ArrayRef(ofOthers));
  if (llvm::any_of(function.front(), [](Operation &op) { return fineFunction(&op); }))
    for (size_t i = 0, plain = assumptions.size(); i < plain; ++i)
      assumptions.push_back({assumptions[i].isMeasured, assumptions[i].signs, true});
  ErrorEstimate last;
  bool mayLeaveRange = false;
  for (const Assumption &assumption : assumptions) {
    Attempt made = attempt(function, assumption, std::nullopt);
    last = std::move(made.estimate);
    if (isPromised(function, last))
      return withFewerGuards(function, assumption, std::move(last));
    mayLeaveRange |= made.mayLeaveRange;
  }
  for (const double within : magnitudes)
    for (const Assumption &assumption : assumptions) {
      if (!mayLeaveRange)
        return last;
      last = attempt(function, assumption, within).estimate;
      if (isPromised(function, last))
        return last;
    }
  return last;
}

} // namespace xphi::compiler
