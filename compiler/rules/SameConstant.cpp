// Constants compared in MPFR: four hundred bits, of which three hundred must agree.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bits that cancel within an expression make numbers differ here that are equal, and no two equal
// that differ.
#include "rules/SameConstant.h"

#include "dialect/Algebra.h"

#include "llvm/ADT/DenseMap.h"

#include <mpfr.h>

#include <cmath>
#include <memory>

using namespace mlir;

namespace xphi::compiler {
namespace {

constexpr mpfr_prec_t bits = 400;
constexpr mpfr_exp_t agreeing = -300, decimalAgreeing = -52;

class Real {
public:
  Real() { mpfr_init2(value, bits); }
  ~Real() { mpfr_clear(value); }
  Real(const Real &) = delete;
  Real &operator=(const Real &) = delete;

  mpfr_t value;
};

class Constants {
public:
  // Null for what is no constant expression.
  const Real *of(Value value) {
    auto [known, isNew] = numbers.try_emplace(value);
    if (!isNew)
      return known->second.get();
    std::unique_ptr<Real> made = evaluate(value);
    return (numbers[value] = std::move(made)).get();
  }

private:
  std::unique_ptr<Real> evaluate(Value value) {
    Operation *op = value.getDefiningOp();
    auto result = std::make_unique<Real>();
    mpfr_ptr r = result->value;
    if (auto constant = dyn_cast_or_null<ConstantOp>(op))
      return set(r, constant) ? std::move(result) : nullptr;
    if (!isa_and_nonnull<AddOp, SubOp, MulOp, DivOp, NegOp, PowOp, SqrtOp, RsqrtOp, ExpOp, LogOp>(
            op))
      return nullptr;
    const Real *operands[2] = {};
    for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
      operands[i] = of(operand);
      if (!operands[i])
        return nullptr;
    }
    mpfr_srcptr a = operands[0]->value, b = operands[1] ? operands[1]->value : nullptr;
    if (isa<AddOp>(op))
      mpfr_add(r, a, b, MPFR_RNDN);
    else if (isa<SubOp>(op))
      mpfr_sub(r, a, b, MPFR_RNDN);
    else if (isa<MulOp>(op))
      mpfr_mul(r, a, b, MPFR_RNDN);
    else if (isa<DivOp>(op))
      mpfr_div(r, a, b, MPFR_RNDN);
    else if (isa<NegOp>(op))
      mpfr_neg(r, a, MPFR_RNDN);
    else if (isa<PowOp>(op))
      mpfr_pow(r, a, b, MPFR_RNDN);
    else if (isa<SqrtOp>(op))
      mpfr_sqrt(r, a, MPFR_RNDN);
    else if (isa<RsqrtOp>(op))
      mpfr_rec_sqrt(r, a, MPFR_RNDN);
    else if (isa<ExpOp>(op))
      mpfr_exp(r, a, MPFR_RNDN);
    else
      mpfr_log(r, a, MPFR_RNDN);
    return result;
  }

  static bool set(mpfr_ptr r, ConstantOp constant) {
    if (std::optional<Rational> fraction = constant.rational()) {
      auto [numerator, denominator] = llvm::StringRef(constant.getValue()).split('/');
      mpfr_set_str(r, numerator.str().c_str(), 10, MPFR_RNDN);
      if (denominator.empty())
        return true;
      Real below;
      mpfr_set_str(below.value, denominator.str().c_str(), 10, MPFR_RNDN);
      mpfr_div(r, r, below.value, MPFR_RNDN);
      return true;
    }
    if (constant.getValue() == "pi") {
      mpfr_const_pi(r, MPFR_RNDN);
      return true;
    }
    if (constant.getValue() != "e")
      return false;
    mpfr_set_ui(r, 1, MPFR_RNDN);
    mpfr_exp(r, r, MPFR_RNDN);
    return true;
  }

  llvm::DenseMap<Value, std::unique_ptr<Real>> numbers;
};

// |a − b| ≤ 2^exponent·|b|
bool agree(mpfr_srcptr a, mpfr_srcptr b, mpfr_exp_t exponent) {
  if (!mpfr_number_p(a) || !mpfr_number_p(b))
    return false;
  Real difference, bound;
  mpfr_sub(difference.value, a, b, MPFR_RNDA);
  mpfr_mul_2si(bound.value, b, exponent, MPFR_RNDZ);
  return mpfr_cmpabs(difference.value, bound.value) <= 0;
}

} // namespace

bool isSameConstant(Value value, Value ofRule) {
  auto fraction = rationalValue(value), wanted = rationalValue(ofRule);
  if (fraction && wanted)
    return *fraction == *wanted;
  auto near = constantValue(value), expected = constantValue(ofRule);
  if (!near || !expected || !(std::abs(*near - *expected) <= 1e-12 * std::abs(*expected)))
    return false;
  Constants constants;
  const Real *a = constants.of(value), *b = constants.of(ofRule);
  return a && b && agree(a->value, b->value, fraction ? decimalAgreeing : agreeing);
}

} // namespace xphi::compiler
