// Found by its shape, and evaluated by one exponential, one division and a series.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/LogisticMean.h"

#include "dialect/Algebra.h"
#include "dialect/Attributes.h"
#include "dialect/XphiDialect.h"
#include "lowering/Elementary.h"
#include "lowering/Exponential.h"
#include "lowering/OrderedQuotient.h"
#include "lowering/UniformValues.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>
#include <numbers>

using namespace mlir;

namespace xphi::compiler {
namespace {

/// P of atanh(s) = s + s^3 P(s^2), of Chebyshev's series on [0, 0.152], rounded: relative error
/// 2^-29.7. No coefficient is below zero, so Horner's sums rise with s.
constexpr float atanhF32[] = {0x1.555566p-2f, 0x1.998df2p-3f, 0x1.25e7e6p-3f, 0x1.a5700ap-4f,
                              0x1.16c75p-3f};

/// p·x of an argument x and a parameter p.
struct Product {
  Value x, factor;
};
std::optional<Product> productOfParameter(Value value) {
  auto product = value.getDefiningOp<MulOp>();
  for (unsigned i : {0u, 1u})
    if (product && isa<BlockArgument>(product->getOperand(i)) &&
        isUniformValue(product->getOperand(i)))
      return Product{product->getOperand(1 - i), product->getOperand(i)};
  return std::nullopt;
}

std::optional<double> exactFloat(Value value) {
  const std::optional<double> constant = constantValue(value);
  return constant && double(float(*constant)) == *constant ? constant : std::nullopt;
}

/// The mean, of softplus(u) − softplus(v) with u = p·x and v = p·(x − c).
std::optional<LogisticMean> meanOf(Value u, Value v, Value divisor) {
  const std::optional<Product> first = productOfParameter(u), second = productOfParameter(v);
  if (!first || !second || first->factor != divisor || second->factor != divisor ||
      !isa<BlockArgument>(first->x))
    return std::nullopt;
  Operation *shifted = second->x.getDefiningOp();
  if (!shifted || !isa<AddOp, SubOp>(shifted) || shifted->getOperand(0) != first->x)
    return std::nullopt;
  const std::optional<double> c = exactFloat(shifted->getOperand(1));
  const double width = (isa<SubOp>(shifted) ? 1 : -1) * c.value_or(0);
  if (!(width >= LogisticMean::leastWidth && width <= LogisticMean::mostWidth))
    return std::nullopt;
  return LogisticMean{first->x, divisor, width};
}

struct Difference {
  Value first, second, divisor;
};
std::optional<Difference> differenceOfSoftplus(Operation *op) {
  auto quotient = dyn_cast_if_present<DivOp>(op);
  auto difference = quotient ? quotient.getLhs().getDefiningOp<SubOp>() : SubOp();
  if (!difference)
    return std::nullopt;
  auto first = difference.getLhs().getDefiningOp<SoftplusOp>(),
       second = difference.getRhs().getDefiningOp<SoftplusOp>();
  if (!first || !second)
    return std::nullopt;
  return Difference{first.getOperand(), second.getOperand(), quotient.getRhs()};
}

std::optional<LogisticMean> plainMean(Operation *op) {
  const std::optional<Difference> found = differenceOfSoftplus(op);
  return found ? meanOf(found->first, found->second, found->divisor) : std::nullopt;
}

Value negatedOperand(Value value) {
  auto negated = value.getDefiningOp<NegOp>();
  return negated ? negated.getOperand() : Value();
}

/// c less the mean at c − x.
std::optional<LogisticMean> mirroredMean(Value value) {
  auto rest = value.getDefiningOp<SubOp>();
  const std::optional<Difference> found =
      rest ? differenceOfSoftplus(rest.getRhs().getDefiningOp()) : std::nullopt;
  if (!found)
    return std::nullopt;
  Value v = negatedOperand(found->first), u = negatedOperand(found->second);
  const std::optional<LogisticMean> mean = u && v ? meanOf(u, v, found->divisor) : std::nullopt;
  return mean && constantValue(rest.getLhs()) == mean->width ? mean : std::nullopt;
}

/// A choice between the two at c/2.
std::optional<LogisticMean> chosenMean(SelectOp select) {
  auto compare = select.getCondition().getDefiningOp<CompareOp>();
  std::optional<LogisticMean> mean = plainMean(select.getOperand(1).getDefiningOp());
  const std::optional<LogisticMean> other = mirroredMean(select.getOperand(2));
  if (!compare || !mean || !other || mean->x != other->x || mean->factor != other->factor ||
      mean->width != other->width || compare.getPredicate() != Predicate::Less ||
      compare.getLhs() != mean->x || constantValue(compare.getRhs()) != mean->width / 2)
    return std::nullopt;
  mean->kind = LogisticMean::Kind::Mirrored;
  return mean;
}

/// Of sigmoids; both may be of −u and −v, and the second may come first.
std::optional<LogisticMean> slopeOf(SubOp difference) {
  auto first = difference.getLhs().getDefiningOp<SigmoidOp>(),
       second = difference.getRhs().getDefiningOp<SigmoidOp>();
  if (!first || !second)
    return std::nullopt;
  Value u = first.getOperand(), v = second.getOperand();
  bool isPositive = true;
  if (negatedOperand(u) && negatedOperand(v)) {
    u = negatedOperand(u);
    v = negatedOperand(v);
    isPositive = false;
  }
  for (const bool isSwapped : {false, true}) {
    const std::optional<Product> product = productOfParameter(isSwapped ? v : u);
    std::optional<LogisticMean> mean =
        product ? meanOf(isSwapped ? v : u, isSwapped ? u : v, product->factor) : std::nullopt;
    if (!mean)
      continue;
    mean->kind =
        isPositive != isSwapped ? LogisticMean::Kind::Slope : LogisticMean::Kind::MinusSlope;
    return mean;
  }
  return std::nullopt;
}

Value integers(auto op, const Numbers &n, Value a, Value b) {
  return decltype(op)::create(n.builder, n.location, a, b).getResult();
}
Value bitsOf(Number number) {
  const Numbers &n = *number.numbers;
  return arith::BitcastOp::create(n.builder, n.location, n.bitsType(), number.value);
}

} // namespace

std::optional<LogisticMean> logisticMean(Operation &op) {
  std::optional<LogisticMean> mean;
  if (auto select = dyn_cast<SelectOp>(op))
    mean = chosenMean(select);
  else if (auto difference = dyn_cast<SubOp>(op))
    mean = slopeOf(difference);
  else
    mean = plainMean(&op);
  auto function = op.getParentOfType<func::FuncOp>();
  return mean && promised(function) && hasOwnQuotients(function) ? mean : std::nullopt;
}

bool hasLogisticMean(func::FuncOp function) {
  return llvm::any_of(function.front(), [](Operation &op) { return bool(logisticMean(op)); });
}

namespace {

/// What is made of p alone, in f64.
struct Factors {
  const Numbers &n, &f64;
  Number p, exact, exponent;

  Number rounded(Number number) const { return n.make<arith::TruncFOp>(number.value); }
  Number q() const { return exp(exponent); }
  Number fromOne() const { return -expm1(exponent); }
};

/// With e = e^px and q = e^−pc it is e(1 − q)/((1 + e)(1 + qe)), and the same number at c − x,
/// where of e = e^−px the denominator's first and last coefficients change places. All of it is
/// above zero.
Number slope(const Factors &f, Number x, Number argument, Mask isLeft) {
  const Number first = f.rounded(1.0 / f.fromOne()), last = f.rounded(f.q() / f.fromOne()),
               middle = f.rounded((1.0 + f.q()) / f.fromOne()),
               e = exp(Exponent(argument, Line{x, select(isLeft, f.p, -f.p), {}, {}}));
  return e / fma(fma(select(isLeft, last, first), e, middle), e, select(isLeft, first, last));
}

Number meanNear(const Factors &f, Number near, Number argument) {
  const Numbers &n = f.n;
  constexpr int64_t mantissaBits = 23, one = 0x3f800000;
  const Number q = f.rounded(f.q()), half = 0.5 * f.p, halfOfQ = f.rounded(0.5 * f.exact * f.q()),
               step = f.rounded(std::ldexp(std::numbers::ln2, -mantissaBits) / f.exact),
               e = exp(Exponent(argument, Line{near, -f.p, {}, {}}));

  // 2^k from the difference of bits, which is within 0.087 of the logarithm, and less than that by
  // as much: so the numerator is not below zero.
  constexpr int64_t margin = 0.087 * 0x1p23, exponentBits = -(int64_t(1) << mantissaBits);
  const Value apart = integers(arith::SubIOp(), n, bitsOf(1.0 + e), bitsOf(q + e));
  const Mask isShifted{&n, arith::CmpIOp::create(n.builder, n.location, arith::CmpIPredicate::ugt,
                                                 apart, n.bitsConstant(margin - exponentBits - 1))};
  const Value shift = arith::SelectOp::create(
      n.builder, n.location, isShifted.value,
      integers(arith::AndIOp(), n, integers(arith::SubIOp(), n, apart, n.bitsConstant(margin)),
               n.bitsConstant(exponentBits)),
      n.bitsConstant(0));
  const Number w = n.make<arith::BitcastOp>(
                   integers(arith::SubIOp(), n, n.bitsConstant(one), shift)),
               k = n.make<arith::SIToFPOp>(shift), halfOfW = w * half;

  // (w(1 + e) − (q + e))/(w(1 + e) + q + e) is the argument s; first stands for 2s/p. A product of
  // first and its square would be no normal number too soon.
  const Number above = fma(w - 1.0, e, select(isShifted, w - q, f.rounded(f.fromOne()))),
               below = fma(halfOfW + half, e, halfOfW + halfOfQ), first = above / below,
               s = first * half, square = s * s,
               series = fma(first, square * polynomial(atanhF32, square), first);
  return fma(k, step, series);
}

} // namespace

// Beyond 2c, c − x is rounded, by which the mean is off by an eighth of a unit at most: it is as
// near to c there as x is far out. Of a slope that would be all there is, so x itself is taken.
Number evaluateMean(const LogisticMean &mean, Number x, Number p, std::optional<Mask> &outside) {
  const Numbers &n = *x.numbers;
  const Numbers f64(n.builder, n.location, n.builder.getF64Type(), n.lanes);
  const Number exact = f64.make<arith::ExtFOp>(p.value);
  const Factors factors{n, f64, p, exact, -mean.width * exact};
  const Mask isUsual = (n.constant(LogisticMean::leastFactor) <= p) &
                       (p <= n.constant(LogisticMean::most / mean.width));
  const Number domain = n.constant(mean.domain());
  const auto leaveBeyond = [&](Number argument) {
    joinTo(outside, ~(argument <= domain) | ~isUsual);
  };
  if (mean.isSlope()) {
    const Mask isLeft = x < mean.width / 2;
    const Number argument = select(isLeft, p, -p) * x;
    leaveBeyond(abs(argument));
    const Number value = slope(factors, x, argument, isLeft);
    return mean.kind == LogisticMean::Kind::Slope ? value : -value;
  }
  if (mean.kind == LogisticMean::Kind::Plain) {
    const Number argument = -p * x;
    leaveBeyond(abs(argument));
    return meanNear(factors, x, argument);
  }
  const Mask isRight = n.constant(mean.width / 2) <= x; // so that a difference takes the mask
  const Number near = select(isRight, mean.width - x, x), argument = -p * near;
  leaveBeyond(argument);
  const Number value = meanNear(factors, near, argument);
  return select(isRight, mean.width - value, value);
}

} // namespace xphi::compiler
