// Every primitive on power series: its constant term as of balls, the rest by calculus.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Series.h"

#include "compiler/truth/SmoothFunctions.h"

#include <arb_hypgeom.h>

namespace xphi::reference {

using dsl::Primitive;

namespace {

slong bits() { return ArbPrecision::bits(); }

bool isInfinity(const Series &x) {
  return arb_poly_length(x.get()) == 1 && arf_is_inf(arb_midref(x.coefficient(0).get())) &&
         x.coefficient(0).isExact();
}

/// The constant term alone.
bool isConstant(const Series &x) { return arb_poly_length(x.get()) <= 1; }

Series scaled(const Series &x, const ArbBall &factor) {
  Series result;
  arb_poly_scalar_mul(result.get(), x.get(), factor.get(), bits());
  return result;
}

Series withConstant(Series x, const ArbBall &constant) {
  arb_poly_set_coeff_arb(x.get(), 0, constant.get());
  return x;
}

Series noNumber() { return ArbBall::unknown(); }

} // namespace

Series Series::variable(const ArbBall &c, int slope, int side) {
  Series result(c);
  arb_poly_set_coeff_si(result.poly, 1, slope);
  result.side = side;
  return result;
}

ArbBall Series::coefficient(slong i) const {
  ArbBall result;
  arb_poly_get_coeff_arb(result.get(), poly, i);
  return result;
}

Series SeriesArithmetic::add(const Series &a, const Series &b, bool subtract) const {
  Series result;
  (subtract ? arb_poly_sub_series : arb_poly_add_series)(result.get(), a.get(), b.get(), length,
                                                         bits());
  return result;
}

Series SeriesArithmetic::multiply(const Series &a, const Series &b) const {
  Series result;
  arb_poly_mullow(result.get(), a.get(), b.get(), length, bits());
  return result;
}

Series SeriesArithmetic::divide(const Series &a, const Series &b) const {
  if (arb_contains_zero(b.coefficient(0).get()))
    return noNumber();
  Series result;
  arb_poly_div_series(result.get(), a.get(), b.get(), length, bits());
  return result;
}

Series SeriesArithmetic::negate(const Series &a) const {
  Series result;
  arb_poly_neg(result.get(), a.get());
  result.side = -a.side;
  return result;
}

Series SeriesArithmetic::integral(const ArbBall &constant, const Series &slope,
                                  const Series &x) const {
  Series result;
  arb_poly_derivative(result.get(), x.get(), bits());
  arb_poly_mullow(result.get(), result.get(), slope.get(), length - 1, bits());
  arb_poly_integral(result.get(), result.get(), bits());
  return withConstant(std::move(result), constant);
}

Series SeriesArithmetic::exponential(const Series &x) const {
  Series result;
  arb_poly_exp_series(result.get(), x.get(), length, bits());
  return result;
}

// By the exponential that is at most about 1: so the quotient's coefficients over a ball stay
// small.
Series SeriesArithmetic::logistic(const Series &x) const {
  const bool negative = arf_sgn(arb_midref(x.coefficient(0).get())) < 0;
  const Series decay = exponential(negative ? x : negate(x));
  return divide(negative ? decay : ArbBall(1.0), add(ArbBall(1.0), decay, false));
}

Series SeriesArithmetic::root(const Series &x) const {
  Series result;
  arb_poly_sqrt_series(result.get(), x.get(), length, bits());
  return result;
}

int SeriesArithmetic::order(const Series &a, const Series &b) {
  if (a.side != 0 && isConstant(b) && b.coefficient(0).isExactZero())
    return a.side;
  if (b.side != 0 && isConstant(a) && a.coefficient(0).isExactZero())
    return -b.side;
  const Series difference = add(a, b, /*subtract=*/true);
  const bool isBeyond =
      isInfinity(a) ? b.coefficient(0).isFinite() : isInfinity(b) && a.coefficient(0).isFinite();
  if (!difference.coefficient(0).isFinite() && !isBeyond)
    overlapped = true;
  const int sign = balls.order(a.coefficient(0), b.coefficient(0));
  // Equal at one point is nothing to go by beside it.
  if (sign == 0 && !isConstant(difference))
    overlapped = true;
  return sign;
}

bool SeriesArithmetic::compare(Primitive primitive, const Series &a, const Series &b) {
  return balls.compare(primitive, ArbBall(double(order(a, b))), ArbBall(0.0));
}

Series SeriesArithmetic::power(const Series &x, const Series &y) {
  if (isConstant(x) && isConstant(y)) {
    const ArbBall operands[] = {x.coefficient(0), y.coefficient(0)};
    return balls.apply(Primitive::Pow, operands);
  }
  const ArbBall exponent = y.coefficient(0);
  if (isConstant(y) && arb_is_int(exponent.get()) && exponent.isBelow(8)) {
    const slong n = arf_get_si(arb_midref(exponent.get()), ARF_RND_NEAR);
    Series result;
    arb_poly_pow_ui_trunc_binexp(result.get(), x.get(), ulong(n < 0 ? -n : n), length, bits());
    return n < 0 ? divide(ArbBall(1.0), result) : result;
  }
  if (!arb_is_positive(x.coefficient(0).get()))
    return noNumber();
  Series result;
  if (isConstant(y))
    arb_poly_pow_arb_series(result.get(), x.get(), exponent.get(), length, bits());
  else
    arb_poly_pow_series(result.get(), x.get(), y.get(), length, bits());
  return result;
}

Series SeriesArithmetic::apply(Primitive primitive, std::span<const Series> operands) {
  const Series &x = operands[0];
  switch (primitive) {
  case Primitive::Neg:
    return negate(x);
  case Primitive::Add:
    return add(x, operands[1], false);
  case Primitive::Sub:
    return add(x, operands[1], true);
  case Primitive::Mul:
    return multiply(x, operands[1]);
  case Primitive::Div:
    return divide(x, operands[1]);
  case Primitive::Pow:
    return power(x, operands[1]);
  case Primitive::Abs:
    return order(x, ArbBall(0.0)) < 0 ? negate(x) : x;
  case Primitive::Sign:
    return ArbBall(double(order(x, ArbBall(0.0))));
  case Primitive::Step:
    return ArbBall(order(x, ArbBall(0.0)) >= 0 ? 1.0 : 0.0);
  case Primitive::Min:
    return order(x, operands[1]) <= 0 ? x : operands[1];
  case Primitive::Max:
    return order(x, operands[1]) >= 0 ? x : operands[1];
  case Primitive::Clamp: {
    const Series &raised = order(x, operands[1]) >= 0 ? x : operands[1];
    return order(raised, operands[2]) <= 0 ? raised : operands[2];
  }
  case Primitive::Floor:
  case Primitive::Ceil:
  case Primitive::Round:
  case Primitive::Trunc: {
    // Constant between two integers, which a ball around an integer does not show.
    const ArbBall constant[] = {x.coefficient(0)};
    if (!isConstant(x) && arb_contains_int(constant[0].get()))
      overlapped = true;
    return balls.apply(primitive, constant);
  }
  case Primitive::Frac:
    return add(x, apply(Primitive::Trunc, operands), true);
  case Primitive::LogAddExp:
    return add(x, smooth(Primitive::Softplus, add(operands[1], x, true)), false);
  case Primitive::Hypot:
    return root(add(multiply(x, x), multiply(operands[1], operands[1]), false));
  default:
    return smooth(primitive, x);
  }
}

Series SeriesArithmetic::smooth(Primitive primitive, const Series &x) {
  const ArbBall at = x.coefficient(0);
  const ArbBall value = smoothFunction(primitive, at, 0)[0];
  if (!value.isFinite())
    return noNumber();
  if (isConstant(x))
    return value;
  const ArbBall one(1.0), two(2.0);
  auto square = [&](const Series &y) { return multiply(y, y); };
  auto density = [&](const ArbBall &half) { // exp(−half·x²)
    return exponential(scaled(square(x), -half));
  };
  Series result;
  switch (primitive) {
  case Primitive::Sqrt:
    return withConstant(root(x), value);
  case Primitive::Rsqrt:
    arb_poly_rsqrt_series(result.get(), x.get(), length, bits());
    return withConstant(std::move(result), value);
  case Primitive::Cbrt: {
    if (arb_contains_zero(at.get()))
      return noNumber();
    const bool negative = arb_is_negative(at.get());
    const Series size = negative ? negate(x) : x;
    arb_poly_pow_arb_series(result.get(), size.get(), (one / 3.0).get(), length, bits());
    return withConstant(negative ? negate(result) : result, value);
  }
  case Primitive::Exp:
  case Primitive::Expm1:
    return withConstant(exponential(x), value);
  case Primitive::Exp2:
    return withConstant(exponential(scaled(x, ArbBall::log2())), value);
  case Primitive::Exp10: {
    const ArbBall scale = smoothFunction(Primitive::Log, 10.0, 0)[0];
    return withConstant(exponential(scaled(x, scale)), value);
  }
  case Primitive::Log:
    return integral(value, divide(one, x), x);
  case Primitive::Log2:
    return integral(value, divide(one / ArbBall::log2(), x), x);
  case Primitive::Log10:
    return integral(value, divide(one / smoothFunction(Primitive::Log, 10.0, 0)[0], x), x);
  case Primitive::Log1p:
    return integral(value, divide(one, add(one, x, false)), x);
  case Primitive::Log1mexp: // −1/(e⁻ˣ − 1)
    return integral(value, divide(ArbBall(-1.0), smooth(Primitive::Expm1, negate(x))), x);
  case Primitive::Sinh:
    arb_poly_sinh_series(result.get(), x.get(), length, bits());
    return withConstant(std::move(result), value);
  case Primitive::Cosh:
    arb_poly_cosh_series(result.get(), x.get(), length, bits());
    return withConstant(std::move(result), value);
  case Primitive::Tanh: { // 2σ(2x) − 1
    Series twice = logistic(scaled(x, two));
    return withConstant(scaled(twice, two), value);
  }
  case Primitive::Sech: { // 2e⁻ˣ/(1 + e⁻²ˣ), for |x|
    const Series size = arb_is_negative(at.get()) ? x : negate(x);
    const Series decay = exponential(size);
    return withConstant(divide(scaled(decay, two), add(one, square(decay), false)), value);
  }
  case Primitive::Asinh:
    return integral(value, divide(one, root(add(one, square(x), false))), x);
  case Primitive::Acosh:
    return integral(value, divide(one, root(add(square(x), one, true))), x);
  case Primitive::Atanh:
    return integral(value, divide(one, add(one, square(x), true)), x);
  case Primitive::Erf:
  case Primitive::Erfc: {
    const ArbBall scale = two / smoothFunction(Primitive::Sqrt, ArbBall::pi(), 0)[0];
    return integral(value, scaled(density(one), primitive == Primitive::Erf ? scale : -scale), x);
  }
  case Primitive::Erfcx: {
    const Series tail = smooth(Primitive::Erfc, x);
    return withConstant(multiply(exponential(square(x)), tail), value);
  }
  case Primitive::NormalCdf:
    return integral(value, smooth(Primitive::NormalPdf, x), x);
  case Primitive::NormalPdf: {
    const ArbBall scale = smoothFunction(Primitive::Rsqrt, ArbBall::pi() * two, 0)[0];
    return withConstant(scaled(density(one / two), scale), value);
  }
  case Primitive::LogNormalCdf:
    return integral(value, divide(smooth(Primitive::NormalPdf, x), smooth(Primitive::NormalCdf, x)),
                    x);
  case Primitive::Sigmoid:
    return withConstant(logistic(x), value);
  case Primitive::LogSigmoid:
    return integral(value, logistic(negate(x)), x);
  case Primitive::Logit:
    return integral(value, divide(one, multiply(x, add(one, x, true))), x);
  case Primitive::Softplus:
    return integral(value, logistic(x), x);
  case Primitive::Sin:
    arb_poly_sin_series(result.get(), x.get(), length, bits());
    return withConstant(std::move(result), value);
  case Primitive::Cos:
    arb_poly_cos_series(result.get(), x.get(), length, bits());
    return withConstant(std::move(result), value);
  case Primitive::Tan:
    arb_poly_tan_series(result.get(), x.get(), length, bits());
    return withConstant(std::move(result), value);
  case Primitive::Asin:
    return integral(value, divide(one, root(add(one, square(x), true))), x);
  case Primitive::Acos:
    return integral(value, divide(ArbBall(-1.0), root(add(one, square(x), true))), x);
  case Primitive::Atan:
    return integral(value, divide(one, add(one, square(x), false)), x);
  default:
    return noNumber();
  }
}

} // namespace xphi::reference
