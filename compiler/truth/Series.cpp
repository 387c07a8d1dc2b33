// Every primitive on power series: its constant term as of balls, the rest by calculus.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Series.h"

#include "compiler/truth/SmoothFunctions.h"

namespace xphi::reference {

using dsl::Primitive;

namespace {

template <class Series> bool isInfinity(const Series &x) {
  const ArbBall constant = x.coefficient(0);
  return x.isConstant() && arf_is_inf(arb_midref(constant.get())) && constant.isExact();
}

} // namespace

// By the exponential that is at most about 1: so the quotient's coefficients over a ball stay
// small.
template <class Series> Series SeriesArithmetic<Series>::logistic(const Series &x) const {
  const bool isNegative = arf_sgn(arb_midref(x.coefficient(0).get())) < 0;
  const Series decay = exponential(isNegative ? x : negative(x), length);
  return quotient(isNegative ? decay : ArbBall(1.0), sum(ArbBall(1.0), decay));
}

template <class Series>
Series SeriesArithmetic<Series>::quotient(const Series &a, const Series &b) const {
  if (arb_contains_zero(b.coefficient(0).get()))
    return ArbBall::unknown();
  return divide(a, b, length);
}

template <class Series> Series SeriesArithmetic<Series>::raised(const Series &x, unsigned n) const {
  if (n == 0)
    return ArbBall(1.0);
  const Series half = raised(x, n / 2), square = product(half, half);
  return n % 2 == 0 ? square : n == 1 ? x : product(square, x);
}

template <class Series> int SeriesArithmetic<Series>::order(const Series &a, const Series &b) {
  if (a.side != 0 && b.isConstant() && b.coefficient(0).isExactZero())
    return a.side;
  if (b.side != 0 && a.isConstant() && a.coefficient(0).isExactZero())
    return -b.side;
  const Series difference = this->difference(a, b);
  const bool isBeyond =
      isInfinity(a) ? b.coefficient(0).isFinite() : isInfinity(b) && a.coefficient(0).isFinite();
  if (!difference.coefficient(0).isFinite() && !isBeyond)
    overlapped = true;
  const int sign = balls.order(a.coefficient(0), b.coefficient(0));
  // Equal at one point is nothing to go by beside it.
  if (sign == 0 && !difference.isConstant())
    overlapped = true;
  return sign;
}

/// At a number where two sides meet. The slopes of min and max then count half each.
template <class Series>
bool SeriesArithmetic<Series>::areMet(const Series &a, const Series &b) const {
  const ArbBall difference = a.coefficient(0) - b.coefficient(0);
  return answers && answers->isOfPoint && difference.isExactZero();
}

template <class Series>
bool SeriesArithmetic<Series>::compare(Primitive primitive, const Series &a, const Series &b) {
  if (answers && answers->isOfPoint)
    return balls.compare(primitive, a.coefficient(0), b.coefficient(0));
  if (answers && answers->areRepeated && answers->repeated < answers->given.size())
    return answers->given[answers->repeated++];
  const bool isOpen = answers && this->isOpen(a, b);
  const bool answer = isOpen ? answers->ofOpen
                             : balls.compare(primitive, ArbBall(double(order(a, b))), ArbBall(0.0));
  if (answers) {
    answers->open += isOpen;
    answers->given.push_back(answer);
  }
  return answer;
}

template <class Series>
bool SeriesArithmetic<Series>::isOpen(const Series &a, const Series &b) const {
  const auto isZero = [](const Series &x) {
    return x.isConstant() && x.coefficient(0).isExactZero();
  };
  if ((a.side != 0 && isZero(b)) || (b.side != 0 && isZero(a)))
    return false;
  const Series difference = this->difference(a, b);
  const ArbBall distance = difference.coefficient(0);
  return !difference.isConstant() && distance.isFinite() && arb_contains_zero(distance.get());
}

template <class Series> Series SeriesArithmetic<Series>::powerOf(const Series &x, const Series &y) {
  if (x.isConstant() && y.isConstant()) {
    const ArbBall operands[] = {x.coefficient(0), y.coefficient(0)};
    return balls.apply(Primitive::Pow, operands);
  }
  const ArbBall exponent = y.coefficient(0);
  if (y.isConstant() && arb_is_int(exponent.get()) && exponent.isBelow(8)) {
    const slong n = arf_get_si(arb_midref(exponent.get()), ARF_RND_NEAR);
    const Series result = raised(x, unsigned(n < 0 ? -n : n));
    return n < 0 ? quotient(ArbBall(1.0), result) : result;
  }
  if (!arb_is_positive(x.coefficient(0).get()))
    return Series(ArbBall::unknown());
  if (y.isConstant())
    return power(x, exponent, length);
  return exponential(product(y, smooth(Primitive::Log, x)), length);
}

template <class Series>
Series SeriesArithmetic<Series>::apply(Primitive primitive, std::span<const Series> operands) {
  const Series &x = operands[0];
  switch (primitive) {
  case Primitive::Neg:
    return negative(x);
  case Primitive::Add:
    return sum(x, operands[1]);
  case Primitive::Sub:
    return difference(x, operands[1]);
  case Primitive::Mul:
    return product(x, operands[1]);
  case Primitive::Div:
    return quotient(x, operands[1]);
  case Primitive::Pow:
    return powerOf(x, operands[1]);
  case Primitive::Abs:
    return order(x, ArbBall(0.0)) < 0 ? negative(x) : x;
  case Primitive::Sign:
    return ArbBall(double(order(x, ArbBall(0.0))));
  case Primitive::Step:
    return ArbBall(order(x, ArbBall(0.0)) >= 0 ? 1.0 : 0.0);
  case Primitive::Min:
  case Primitive::Max: {
    if (areMet(x, operands[1]))
      return scaled(sum(x, operands[1]), ArbBall(0.5));
    const int sign = order(x, operands[1]);
    return (primitive == Primitive::Min ? sign <= 0 : sign >= 0) ? x : operands[1];
  }
  case Primitive::Clamp: {
    for (const Series &limit : operands.subspan(1)) // at a limit it stands still
      if (areMet(x, limit))
        return limit;
    const Series &raised = order(x, operands[1]) >= 0 ? x : operands[1];
    return order(raised, operands[2]) <= 0 ? raised : operands[2];
  }
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
  case Primitive::Trunc: {
    // Constant between two integers, which a ball around an integer does not show.
    const ArbBall constant[] = {x.coefficient(0)};
    if (!x.isConstant() && arb_contains_int(constant[0].get()))
      overlapped = true;
    return balls.apply(primitive, constant);
  }
  case Primitive::Frac:
    return difference(x, apply(Primitive::Trunc, operands));
  case Primitive::LogAddExp:
    return sum(x, smooth(Primitive::Softplus, difference(operands[1], x)));
  case Primitive::Hypot:
    return root(sum(product(x, x), product(operands[1], operands[1])));
  default:
    return smooth(primitive, x);
  }
}

template <class Series>
Series SeriesArithmetic<Series>::smooth(Primitive primitive, const Series &x) {
  const ArbBall at = x.coefficient(0);
  if (!at.isFinite())
    return Series(ArbBall::unknown());
  // Most are integrals, or their series has a constant term that is less exact.
  const bool isOwnConstant = primitive == Primitive::Exp || primitive == Primitive::Sigmoid;
  const ArbBall value =
      isOwnConstant && !x.isConstant() ? ArbBall() : smoothFunction(primitive, at, 0)[0];
  if (!value.isFinite())
    return Series(ArbBall::unknown());
  if (x.isConstant())
    return value;
  const ArbBall one(1.0), two(2.0);
  auto square = [&](const Series &y) { return product(y, y); };
  auto density = [&](const ArbBall &half) { // exp(−half·x²)
    return exponential(scaled(square(x), -half), length);
  };
  switch (primitive) {
  case Primitive::Sqrt:
    return withConstant(root(x), value);
  case Primitive::Rsqrt:
    return withConstant(power(x, ArbBall(-0.5), length), value);
  case Primitive::Cbrt: {
    if (arb_contains_zero(at.get()))
      return Series(ArbBall::unknown());
    const bool isNegative = arb_is_negative(at.get());
    const Series size = isNegative ? negative(x) : x;
    const Series root = power(size, one / 3.0, length);
    return withConstant(isNegative ? negative(root) : root, value);
  }
  case Primitive::Exp:
    return exponential(x, length);
  case Primitive::Expm1:
    return withConstant(exponential(x, length), value);
  case Primitive::Exp2:
    return withConstant(exponential(scaled(x, ArbBall::log2()), length), value);
  case Primitive::Exp10: {
    const ArbBall scale = smoothFunction(Primitive::Log, 10.0, 0)[0];
    return withConstant(exponential(scaled(x, scale), length), value);
  }
  case Primitive::Log:
    return integralOf(value, quotient(one, x), x);
  case Primitive::Log2:
    return integralOf(value, quotient(one / ArbBall::log2(), x), x);
  case Primitive::Log10:
    return integralOf(value, quotient(one / smoothFunction(Primitive::Log, 10.0, 0)[0], x), x);
  case Primitive::Log1p:
    return integralOf(value, quotient(one, sum(one, x)), x);
  case Primitive::Log1mexp: // −1/(e⁻ˣ − 1)
    return integralOf(value, quotient(ArbBall(-1.0), smooth(Primitive::Expm1, negative(x))), x);
  case Primitive::Sinh:
    return withConstant(sineAndCosine(x, 1, length).first, value);
  case Primitive::Cosh:
    return withConstant(sineAndCosine(x, 1, length).second, value);
  case Primitive::Tanh: { // 2σ(2x) − 1
    Series twice = logistic(scaled(x, two));
    return withConstant(scaled(twice, two), value);
  }
  case Primitive::Sech: { // 2e⁻ˣ/(1 + e⁻²ˣ), for |x|
    const Series size = arb_is_negative(at.get()) ? x : negative(x);
    const Series decay = exponential(size, length);
    return withConstant(quotient(scaled(decay, two), sum(one, square(decay))), value);
  }
  case Primitive::Asinh:
    return integralOf(value, quotient(one, root(sum(one, square(x)))), x);
  case Primitive::Acosh:
    return integralOf(value, quotient(one, root(difference(square(x), one))), x);
  case Primitive::Atanh:
    return integralOf(value, quotient(one, difference(one, square(x))), x);
  case Primitive::Erf:
  case Primitive::Erfc: {
    const ArbBall scale = two / smoothFunction(Primitive::Sqrt, ArbBall::pi(), 0)[0];
    return integralOf(value, scaled(density(one), primitive == Primitive::Erf ? scale : -scale), x);
  }
  case Primitive::Erfcx: {
    const Series tail = smooth(Primitive::Erfc, x);
    return withConstant(product(exponential(square(x), length), tail), value);
  }
  case Primitive::NormalCdf:
    return integralOf(value, smooth(Primitive::NormalPdf, x), x);
  case Primitive::NormalPdf: {
    const ArbBall scale = smoothFunction(Primitive::Rsqrt, ArbBall::pi() * two, 0)[0];
    return withConstant(scaled(density(one / two), scale), value);
  }
  case Primitive::LogNormalCdf:
    return integralOf(
        value, quotient(smooth(Primitive::NormalPdf, x), smooth(Primitive::NormalCdf, x)), x);
  case Primitive::Sigmoid:
    return logistic(x);
  case Primitive::LogSigmoid:
    return integralOf(value, logistic(negative(x)), x);
  case Primitive::Logit:
    return integralOf(value, quotient(one, product(x, difference(one, x))), x);
  case Primitive::Softplus:
    return integralOf(value, logistic(x), x);
  case Primitive::Sin:
    return withConstant(sineAndCosine(x, -1, length).first, value);
  case Primitive::Cos:
    return withConstant(sineAndCosine(x, -1, length).second, value);
  case Primitive::Tan: {
    const auto [sine, cosine] = sineAndCosine(x, -1, length);
    return withConstant(quotient(sine, cosine), value);
  }
  case Primitive::Asin:
    return integralOf(value, quotient(one, root(difference(one, square(x)))), x);
  case Primitive::Acos:
    return integralOf(value, quotient(ArbBall(-1.0), root(difference(one, square(x)))), x);
  case Primitive::Atan:
    return integralOf(value, quotient(one, sum(one, square(x))), x);
  default:
    return Series(ArbBall::unknown());
  }
}

template class SeriesArithmetic<ArbSeries>;
template class SeriesArithmetic<DoubleSeries>;

} // namespace xphi::reference
