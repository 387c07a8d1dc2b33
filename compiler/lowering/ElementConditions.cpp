// The operations of Numbers.h, read backwards.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/ElementConditions.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace xphi::compiler {
namespace {

using arith::CmpFPredicate;

std::optional<double> numberOf(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  auto numbers = constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : nullptr;
  if (!numbers || !numbers.isSplat())
    return std::nullopt;
  return numbers.getSplatValue<APFloat>().convertToDouble();
}

bool isEverywhere(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  auto bits = constant ? dyn_cast<DenseIntElementsAttr>(constant.getValue()) : nullptr;
  return bits && bits.isSplat() && bits.getSplatValue<bool>();
}

/// Of what does not hold for NaN.
std::optional<CmpFPredicate> opposite(CmpFPredicate predicate) {
  switch (predicate) {
  case CmpFPredicate::OGT:
    return CmpFPredicate::OLE;
  case CmpFPredicate::OGE:
    return CmpFPredicate::OLT;
  case CmpFPredicate::OLT:
    return CmpFPredicate::OGE;
  case CmpFPredicate::OLE:
    return CmpFPredicate::OGT;
  default:
    return std::nullopt;
  }
}

class Asked {
public:
  Asked(const ElementWords &words, ArrayRef<LoadedElements> loaded)
      : words(words), loaded(loaded) {}

  /// Or of its opposite.
  std::optional<Value> of(Value condition, bool negated) const {
    Operation *op = condition.getDefiningOp();
    if (auto either = dyn_cast_if_present<arith::OrIOp>(op))
      return ofBoth(op, negated, negated);
    if (auto both = dyn_cast_if_present<arith::AndIOp>(op))
      return ofBoth(op, negated, !negated);
    if (auto other = dyn_cast_if_present<arith::XOrIOp>(op); other && isEverywhere(other.getRhs()))
      return of(other.getLhs(), !negated);
    auto compare = dyn_cast_if_present<arith::CmpFOp>(op);
    return compare ? ofComparison(compare, negated) : std::nullopt;
  }

private:
  std::optional<Value> ofBoth(Operation *op, bool negated, bool both) const {
    const std::optional<Value> a = of(op->getOperand(0), negated);
    const std::optional<Value> b = a ? of(op->getOperand(1), negated) : std::nullopt;
    if (!b)
      return std::nullopt;
    return both ? arith::AndIOp::create(words.builder, words.location, *a, *b).getResult()
                : arith::OrIOp::create(words.builder, words.location, *a, *b).getResult();
  }

  std::optional<Value> wordsOf(Value number) const {
    const auto *found =
        llvm::find_if(loaded, [&](const LoadedElements &each) { return each.number == number; });
    return found == loaded.end() ? std::nullopt : std::optional(found->words);
  }

  std::optional<Value> ofComparison(arith::CmpFOp compare, bool negated) const {
    const std::optional<double> number = numberOf(compare.getRhs());
    const CmpFPredicate predicate = compare.getPredicate();
    if (number && predicate == CmpFPredicate::UNO && !negated && numberOf(compare.getLhs()))
      return words.condition(*number != *number);
    auto magnitude = compare.getLhs().getDefiningOp<math::AbsFOp>();
    const std::optional<Value> x = wordsOf(magnitude ? magnitude.getOperand() : compare.getLhs());
    if (!x || !number)
      return std::nullopt;
    if (magnitude && !(*number >= 0))
      return std::nullopt;
    const auto compared = [&](CmpFPredicate predicate) {
      return magnitude ? words.compareMagnitude(predicate, *x, *number)
                       : words.compare(predicate, *x, *number);
    };
    if (!negated)
      return predicate <= CmpFPredicate::OLE && predicate != CmpFPredicate::AlwaysFalse
                 ? std::optional(compared(predicate))
                 : std::nullopt;
    const std::optional<CmpFPredicate> other = opposite(predicate);
    if (!other && predicate != CmpFPredicate::OEQ)
      return std::nullopt;
    Value holds = other ? compared(*other) : words.opposite(compared(predicate));
    return arith::OrIOp::create(words.builder, words.location, holds, words.isNan(*x)).getResult();
  }

  const ElementWords &words;
  const ArrayRef<LoadedElements> loaded;
};

} // namespace

std::optional<Value> askedOfElements(Value condition, const ElementWords &words,
                                     ArrayRef<LoadedElements> loaded) {
  return Asked(words, loaded).of(condition, /*negated=*/false);
}

} // namespace xphi::compiler
