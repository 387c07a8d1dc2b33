// The number that a constant expression stands for, computed with Arb's balls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialect/Constants.h"

#include "dialect/XphiDialect.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

#include <arb.h>
#include <arb_hypgeom.h>

#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {
namespace {

struct Ball {
  Ball() { arb_init(ball); }
  ~Ball() { arb_clear(ball); }
  Ball(const Ball &) = delete;

  arb_t ball;
};

using UnaryFunction = void (*)(arb_t, const arb_t, slong);

void exp2Of(arb_t y, const arb_t x, slong bits) {
  Ball two;
  arb_set_ui(two.ball, 2);
  arb_pow(y, two.ball, x, bits);
}

// Far below zero 1 - exp(x) would need a bit for each of exp(x)'s.
void log1mexpOf(arb_t y, const arb_t x, slong bits) {
  Ball below;
  arb_add_ui(below.ball, x, 1, bits);
  const bool isFar = arb_is_negative(below.ball);
  (isFar ? arb_exp : arb_expm1)(y, x, bits);
  arb_neg(y, y);
  (isFar ? arb_log1p : arb_log)(y, y, bits);
}

void sigmoidOf(arb_t y, const arb_t x, slong bits) {
  arb_neg(y, x);
  arb_exp(y, y, bits);
  arb_add_ui(y, y, 1, bits);
  arb_inv(y, y, bits);
}

void softplusOf(arb_t y, const arb_t x, slong bits) {
  const bool isBelow = arb_is_negative(x);
  Ball small;
  isBelow ? arb_set(small.ball, x) : arb_neg(small.ball, x);
  arb_exp(small.ball, small.ball, bits);
  arb_log1p(small.ball, small.ball, bits);
  isBelow ? arb_set(y, small.ball) : arb_add(y, x, small.ball, bits);
}

void normalCdfOf(arb_t y, const arb_t x, slong bits) {
  Ball root;
  arb_sqrt_ui(root.ball, 2, bits);
  arb_div(y, x, root.ball, bits);
  arb_neg(y, y);
  arb_hypgeom_erfc(y, y, bits);
  arb_mul_2exp_si(y, y, -1);
}

UnaryFunction functionOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, UnaryFunction>(op)
      .Case([](NegOp) { return [](arb_t y, const arb_t x, slong) { arb_neg(y, x); }; })
      .Case([](AbsOp) { return [](arb_t y, const arb_t x, slong) { arb_abs(y, x); }; })
      .Case([](SqrtOp) { return arb_sqrt; })
      .Case([](RsqrtOp) { return arb_rsqrt; })
      .Case([](CbrtOp) {
        return [](arb_t y, const arb_t x, slong bits) { arb_root_ui(y, x, 3, bits); };
      })
      .Case([](ExpOp) { return arb_exp; })
      .Case([](Expm1Op) { return arb_expm1; })
      .Case([](LogOp) { return arb_log; })
      .Case([](Log1pOp) { return arb_log1p; })
      .Case([](Log2Op) {
        return [](arb_t y, const arb_t x, slong bits) { arb_log_base_ui(y, x, 2, bits); };
      })
      .Case([](Exp2Op) { return exp2Of; })
      .Case([](Log1mexpOp) { return log1mexpOf; })
      .Case([](SigmoidOp) { return sigmoidOf; })
      .Case([](SoftplusOp) { return softplusOf; })
      .Case([](NormalCdfOp) { return normalCdfOf; })
      .Case([](SinhOp) { return arb_sinh; })
      .Case([](CoshOp) { return arb_cosh; })
      .Case([](TanhOp) { return arb_tanh; })
      .Case([](SinOp) { return arb_sin; })
      .Case([](CosOp) { return arb_cos; })
      .Case([](TanOp) { return arb_tan; })
      .Case([](AsinOp) { return arb_asin; })
      .Case([](AcosOp) { return arb_acos; })
      .Case([](AtanOp) { return arb_atan; })
      .Case([](AsinhOp) { return arb_asinh; })
      .Case([](AcoshOp) { return arb_acosh; })
      .Case([](AtanhOp) { return arb_atanh; })
      .Case([](ErfOp) { return arb_hypgeom_erf; })
      .Case([](ErfcOp) { return arb_hypgeom_erfc; })
      .Default([](Operation *) { return nullptr; });
}

// Which values are constant expressions; each is looked at once.
class ConstantExpressions {
public:
  bool contains(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op)
      return false;
    if (isa<ConstantOp>(op))
      return true;
    if (!isa<AddOp, SubOp, MulOp, DivOp, PowOp>(op) && !functionOf(op))
      return false;
    // Most of what is asked about is a step from a variable.
    if (llvm::any_of(op->getOperands(), [](Value each) { return !each.getDefiningOp(); }))
      return false;
    auto [found, isNew] = known.try_emplace(op, false);
    if (!isNew)
      return found->second;
    const bool all = llvm::all_of(op->getOperands(), [&](Value each) { return contains(each); });
    return known[op] = all;
  }

private:
  llvm::SmallDenseMap<Operation *, bool, 16> known;
};

// A constant expression at one precision.
class BallEvaluation {
public:
  explicit BallEvaluation(slong bits) : bits(bits) {}

  const Ball &of(Value value) {
    Operation *op = value.getDefiningOp();
    if (auto found = known.find(op); found != known.end())
      return *found->second;
    auto result = std::make_unique<Ball>();
    if (auto constant = dyn_cast<ConstantOp>(op))
      read(constant, result->ball);
    else if (UnaryFunction function = functionOf(op))
      function(result->ball, of(op->getOperand(0)).ball, bits);
    else
      combine(op, result->ball, of(op->getOperand(0)).ball, of(op->getOperand(1)).ball);
    return *(known[op] = std::move(result));
  }

private:
  void read(ConstantOp constant, arb_t result) const {
    if (std::optional<Rational> exact = constant.rational())
      return arb_set_fmpq(result, exact->get(), bits);
    if (constant.getValue() == "pi")
      return arb_const_pi(result, bits);
    if (constant.getValue() == "e")
      return arb_const_e(result, bits);
    arb_pos_inf(result);
  }

  void combine(Operation *op, arb_t result, const arb_t a, const arb_t b) const {
    if (isa<AddOp>(op))
      return arb_add(result, a, b, bits);
    if (isa<SubOp>(op))
      return arb_sub(result, a, b, bits);
    if (isa<MulOp>(op))
      return arb_mul(result, a, b, bits);
    if (isa<DivOp>(op))
      return arb_div(result, a, b, bits);
    arb_pow(result, a, b, bits);
  }

  const slong bits;
  llvm::DenseMap<Operation *, std::unique_ptr<Ball>> known;
};

constexpr slong precisions[] = {128, 576, 1024, 4096};
// Of the ends of balls, rounded outwards: exactly they would need every digit of 1 - 2^-(2^130),
// which erf(1e20) may be.
constexpr slong endBits = 4096 + 64;
// What is smaller at the highest precision is zero to every type of number.
constexpr slong negligible = -1200;

// The one double that all points of the ball round to.
std::optional<double> commonDouble(const Ball &number) {
  arf_t low, high;
  arf_init(low);
  arf_init(high);
  arb_get_lbound_arf(low, number.ball, endBits);
  arb_get_ubound_arf(high, number.ball, endBits);
  const double least = arf_get_d(low, ARF_RND_NEAR), most = arf_get_d(high, ARF_RND_NEAR);
  arf_clear(low);
  arf_clear(high);
  return least == most ? std::optional(least) : std::nullopt;
}

bool isNegligible(const Ball &number) {
  mag_t most;
  mag_init(most);
  arb_get_mag(most, number.ball);
  const bool small = mag_cmp_2exp_si(most, negligible) < 0;
  mag_clear(most);
  return small;
}

// The double nearest to a constant expression that is finite.
std::optional<double> finiteValue(Value value) {
  for (slong bits : precisions) {
    BallEvaluation evaluation(bits);
    const Ball &number = evaluation.of(value);
    if (!arb_is_finite(number.ball))
      continue;
    if (isNegligible(number))
      return 0.0;
    if (std::optional<double> nearest = commonDouble(number))
      return nearest;
    if (bits == precisions[std::size(precisions) - 1])
      return arf_get_d(arb_midref(number.ball), ARF_RND_NEAR);
  }
  return std::nullopt;
}

// Also of what is infinite: there the functions are those of the extended reals that IEEE 754 has.
// What is finite, a part of it too, comes from balls.
class ExtendedEvaluation {
public:
  double of(Value value) {
    Operation *op = value.getDefiningOp();
    if (auto constant = dyn_cast<ConstantOp>(op))
      return constant.nearest();
    if (auto found = known.find(op); found != known.end())
      return found->second;
    if (std::optional<double> finite = finiteValue(value))
      return known[op] = *finite;
    const double a = of(op->getOperand(0)),
                 b = op->getNumOperands() == 2 ? of(op->getOperand(1)) : 0;
    return known[op] = combine(op, a, b);
  }

private:
  static double combine(Operation *op, double a, double b) {
    return llvm::TypeSwitch<Operation *, double>(op)
        .Case([&](AddOp) { return a + b; })
        .Case([&](SubOp) { return a - b; })
        .Case([&](MulOp) { return a * b; })
        .Case([&](DivOp) { return a / b; })
        .Case([&](PowOp) { return std::pow(a, b); })
        .Case([&](NegOp) { return -a; })
        .Case([&](AbsOp) { return std::fabs(a); })
        .Case([&](SqrtOp) { return std::sqrt(a); })
        .Case([&](RsqrtOp) { return 1 / std::sqrt(a); })
        .Case([&](CbrtOp) { return std::cbrt(a); })
        .Case([&](ExpOp) { return std::exp(a); })
        .Case([&](Expm1Op) { return std::expm1(a); })
        .Case([&](LogOp) { return std::log(a); })
        .Case([&](Log1pOp) { return std::log1p(a); })
        .Case([&](Log2Op) { return std::log2(a); })
        .Case([&](Exp2Op) { return std::exp2(a); })
        .Case([&](Log1mexpOp) { return std::log(-std::expm1(a)); })
        .Case([&](SigmoidOp) { return 1 / (1 + std::exp(-a)); })
        .Case([&](SoftplusOp) { return std::fmax(a, 0) + std::log1p(std::exp(-std::fabs(a))); })
        .Case([&](NormalCdfOp) { return std::erfc(-a / std::numbers::sqrt2) / 2; })
        .Case([&](SinhOp) { return std::sinh(a); })
        .Case([&](CoshOp) { return std::cosh(a); })
        .Case([&](TanhOp) { return std::tanh(a); })
        .Case([&](AtanOp) { return std::atan(a); })
        .Case([&](AsinhOp) { return std::asinh(a); })
        .Case([&](AcoshOp) { return std::acosh(a); })
        .Case([&](AtanhOp) { return std::atanh(a); })
        .Case([&](ErfOp) { return std::erf(a); })
        .Case([&](ErfcOp) { return std::erfc(a); })
        .Default([](Operation *) { return std::numeric_limits<double>::quiet_NaN(); });
  }

  llvm::DenseMap<Operation *, double> known;
};

} // namespace

std::optional<double> constantValue(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return constant.nearest();
  if (!ConstantExpressions().contains(value))
    return std::nullopt;
  return ExtendedEvaluation().of(value);
}

std::optional<LongConstant> longConstant(Value value) {
  if (!ConstantExpressions().contains(value))
    return std::nullopt;
  constexpr slong wanted = wide::mantissaBits;
  for (slong bits : precisions) {
    BallEvaluation evaluation(bits);
    const Ball &number = evaluation.of(value);
    const bool last = bits == precisions[std::size(precisions) - 1];
    if (!arb_is_finite(number.ball) || isNegligible(number) ||
        arf_is_zero(arb_midref(number.ball)) ||
        (!last && arb_rel_accuracy_bits(number.ball) < wanted + 8 && !arb_is_exact(number.ball)))
      continue;
    LongConstant result;
    arf_t rounded;
    fmpz_t mantissa, exponent;
    arf_init(rounded);
    fmpz_init(mantissa);
    fmpz_init(exponent);
    arf_set_round(rounded, arb_midref(number.ball), wanted, ARF_RND_NEAR);
    arf_get_fmpz_2exp(mantissa, exponent, rounded);
    result.negative = fmpz_sgn(mantissa) < 0;
    fmpz_abs(mantissa, mantissa);
    const ulong shift = ulong(wanted) - fmpz_bits(mantissa);
    fmpz_mul_2exp(mantissa, mantissa, shift);
    ulong words[wide::mantissaWords];
    fmpz_get_ui_array(words, wide::mantissaWords, mantissa);
    std::copy(std::begin(words), std::end(words), result.mantissa.begin());
    result.exponent = fmpz_get_si(exponent) - slong(shift) + wanted;
    fmpz_clear(exponent);
    fmpz_clear(mantissa);
    arf_clear(rounded);
    return result;
  }
  return std::nullopt;
}

bool isExactDouble(Value value) {
  if (!ConstantExpressions().contains(value))
    return false;
  BallEvaluation evaluation(1200);
  const Ball &number = evaluation.of(value);
  if (!arb_is_finite(number.ball) || !arb_is_exact(number.ball))
    return false;
  std::optional<double> nearest = commonDouble(number);
  return nearest && std::isfinite(*nearest) && arf_equal_d(arb_midref(number.ball), *nearest);
}

} // namespace xphi::compiler
