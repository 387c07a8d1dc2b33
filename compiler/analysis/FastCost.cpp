// Operations that are alike are found by a hash of all that leads to them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analysis/FastCost.h"

#include "analysis/Conditioning.h"
#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "lowering/Elementary.h"
#include "lowering/Evaluation.h"
#include "lowering/FittedParts.h"
#include "lowering/LogisticMean.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/PairArithmetic.h"
#include "lowering/PairElementary.h"
#include "lowering/PairErrors.h"
#include "lowering/Power.h"
#include "lowering/PowerQuotient.h"
#include "lowering/UniformValues.h"

#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

double costOf(Operation &op) {
  if (const auto mean = logisticMean(op))
    return mean->cost();
  return llvm::TypeSwitch<Operation *, double>(&op)
      .Case<ConstantOp, NegOp>([](Operation *) { return 0; })
      // By the reciprocal of what is the same for all elements.
      .Case([&](DivOp quotient) {
        const bool mayBeOwn = hasOwnQuotients(op.getParentOfType<func::FuncOp>());
        const double own = !mayBeOwn             ? 0
                           : orderedQuotient(op) ? 12 // a division, choices and a comparison
                           : powerQuotient(op)   ? 8
                                                 : 0;
        return own + (isUniformValue(quotient.getRhs()) ? 2 : 6);
      })
      .Case<SqrtOp, RsqrtOp>([](Operation *) { return 6; })
      .Case([](PowOp) { return PowerInF32::cost; })
      .Default([](Operation *other) {
        const std::optional<FastFunction> fast = fastFunction(other);
        constexpr double costOfFading = 8; // masks for the lanes whose result is subnormal
        const bool mayFade = fast && fast->fading && takesPair(other) &&
                             llvm::all_of(other->getUsers(), [](Operation *user) {
                               return user->hasTrait<OpTrait::IsTerminator>();
                             });
        return !fast ? 1 : fast->cost + (mayFade ? costOfFading : 0);
      });
}

// Functions that are made of one exponential, of the same argument, share it.
unsigned exponentialOf(Operation &op) {
  if (op.hasAttr(tabledName)) // with one of its own
    return 0;
  return llvm::TypeSwitch<Operation *, unsigned>(&op)
      .Case<SigmoidOp, LogisticPdfOp, SoftplusOp, TanhSoftplusOp, MishSlopeOp>(
          [](Operation *) { return 1; })
      .Case<TanhOp, Sech2Op>([](Operation *) { return 2; })
      .Case<NormalCdfOp, NormalPdfOp, GeluOp, GeluSlopeOp>([](Operation *) { return 3; })
      .Default([](Operation *) { return 0; });
}
constexpr double exponentialCost = 13;

// A permutation of a register across its halves, as AVX2 has it, is one a cycle on Intel's
// processors and one in two cycles on Zen 3. Measured there, beside what is composed; of 16
// segments a look-up is two and a choice. Of two registers, as AVX-512 has it, it is all but one
// instruction.
double costOfLookUp(const Fit &fit) {
  return fit.segments == 8 ? 2.8 : fit.segments == 16 ? 6 : 1.9;
}

// What is done at both ends, and a look-up and an fma for each degree; the sum or product before a
// pair, and its low part in it; what a power lacks; a line and its sum.
double costOf(const Fit &fit) {
  const double lookUp = costOfLookUp(fit);
  return 3 + (lookUp + 1) * fit.degree + (fit.isOfPair ? 12 : 0) +
         (fit.order > 1 ? 3 * fit.order : 0) + (fit.slope != 0 && fit.order == 0 ? 3 : 0);
}

llvm::hash_code hashOf(Operation &op, const llvm::DenseMap<Value, llvm::hash_code> &known) {
  llvm::hash_code hash = llvm::hash_value(op.getName().getStringRef());
  if (auto constant = dyn_cast<ConstantOp>(op))
    hash = llvm::hash_combine(hash, constant.getValue());
  if (auto compare = dyn_cast<CompareOp>(op))
    hash = llvm::hash_combine(hash, unsigned(compare.getPredicate()));
  for (Value operand : op.getOperands())
    hash = llvm::hash_combine(hash, known.lookup(operand));
  return hash;
}

} // namespace

double costInF32(ArrayRef<func::FuncOp> kernel, ArrayRef<Fit> fits) {
  llvm::DenseSet<llvm::hash_code> counted;
  double sum = 0;
  for (func::FuncOp function : kernel) {
    llvm::DenseSet<Operation *> needed;
    if (!fits.empty())
      needed = neededBesideFits(function);
    llvm::DenseMap<Value, llvm::hash_code> hashes;
    for (BlockArgument argument : function.getArguments())
      hashes[argument] = llvm::hash_value(argument.getArgNumber());
    for (Operation &op : function.front().without_terminator()) {
      auto fitted = dyn_cast<FittedOp>(op);
      const llvm::hash_code hash = fitted ? hashes.lookup(fitted.getExact()) : hashOf(op, hashes);
      hashes[op.getResult(0)] = hash;
      if (op.hasAttr(uniformName) || (!fits.empty() && !needed.contains(&op)) ||
          !counted.insert(hash).second)
        continue;
      if (fitted) {
        sum += costOf(fits[fitted.getFit()]);
        continue;
      }
      sum += costOf(op);
      if (const unsigned kind = exponentialOf(op))
        if (!counted.insert(llvm::hash_combine(kind, hashes.lookup(op.getOperand(0)))).second)
          sum -= exponentialCost;
    }
  }
  return sum;
}

// Look-ups, sums and products; of a pair also what d lacks, and its use in each pair of the table.
static double costInPairs(const Fit &fit) {
  const double lookUp = costOfLookUp(fit);
  return 17 + lookUp + (lookUp + 1) * fit.degree + (lookUp + 5) * fit.pairs +
         (fit.isOfPair ? 12 + fit.pairs : 0) + 5 * fit.order;
}

double costInPairs(func::FuncOp function, ArrayRef<Fit> fits) {
  const std::optional<PairErrors> errors = PairErrors::of(function);
  double sum = 6; // to round the result, and to see whether it is good enough
  for (Operation &op : function.front().without_terminator()) {
    if (!errors->isNeeded(&op) || op.hasAttr(uniformName) || constantValue(op.getResult(0)))
      continue;
    if (auto part = dyn_cast<FittedOp>(op))
      sum += costInPairs(fits[part.getFit()]);
    else if (op.hasAttr(domainName))
      sum += formInPairs(&op)->cost + (takesPair(&op) ? 6 : 0) -
             (errors->isFloatEnough(&op) ? savedInFloat : 0);
    else if (isa<AddOp, SubOp>(op))
      sum += errors->isLast(op) ? 5 : 7;
    else if (isa<MulOp>(op))
      sum += isSquareAlone(op) ? 0 : 5;
    else if (isa<DivOp>(op))
      sum += isUniformValue(op.getOperand(1)) ? 6 : 16;
    else
      sum += isa<SqrtOp>(op) ? 19 : isa<SelectOp>(op) ? 3 : 1;
  }
  return sum;
}

// Of twice as many vectors. Measured, but for what is rare.
double costInDoubles(func::FuncOp function) {
  double sum = 3.0 * (function.getNumArguments() + 1); // conversions
  for (Operation &op : function.front().without_terminator()) {
    if (isa<FittedOp>(op) || op.hasAttr(uniformName) || constantValue(op.getResult(0)))
      continue;
    sum += llvm::TypeSwitch<Operation *, double>(&op)
               .Case<AddOp, SubOp, MulOp, SelectOp, CompareOp, MinOp, MaxOp, AbsOp>(
                   [](Operation *) { return 2; })
               .Case<NegOp, NotOp, AndOp, OrOp, DroppedOp>([](Operation *) { return 0; })
               .Case<DivOp>([](Operation *) { return 10; })
               .Case<SqrtOp, RsqrtOp>([](Operation *) { return 14; })
               .Case<ExpOp, SigmoidOp>([](Operation *) { return 48; })
               .Case<TanhOp, LogisticPdfOp, Expm1Op>([](Operation *) { return 65; })
               .Case<NormalCdfOp, GeluOp, GeluSlopeOp>([](Operation *) { return 90; })
               .Case<ErfOp>([](Operation *) { return 130; })
               .Default([](Operation *) { return 80; });
  }
  constexpr double watched = 2; // with a bound beside each value
  return promised(function).getLibrary() || conditioningOf(function).obstacle.empty()
             ? sum
             : watched * sum;
}

} // namespace xphi::compiler
