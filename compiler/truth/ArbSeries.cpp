// By the power series of FLINT.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/ArbSeries.h"

namespace xphi::reference {
namespace {

slong bits() { return ArbPrecision::bits(); }

} // namespace

ArbSeries ArbSeries::variable(const ArbBall &c, int slope, int side) {
  ArbSeries result(c);
  arb_poly_set_coeff_si(result.poly, 1, slope);
  result.side = side;
  return result;
}

ArbBall ArbSeries::coefficient(slong i) const {
  ArbBall result;
  arb_poly_get_coeff_arb(result.get(), poly, i);
  return result;
}

ArbSeries add(const ArbSeries &a, const ArbSeries &b, slong length) {
  ArbSeries result;
  arb_poly_add_series(result.get(), a.get(), b.get(), length, bits());
  return result;
}

ArbSeries subtract(const ArbSeries &a, const ArbSeries &b, slong length) {
  ArbSeries result;
  arb_poly_sub_series(result.get(), a.get(), b.get(), length, bits());
  return result;
}

ArbSeries multiply(const ArbSeries &a, const ArbSeries &b, slong length) {
  ArbSeries result;
  arb_poly_mullow(result.get(), a.get(), b.get(), length, bits());
  return result;
}

ArbSeries divide(const ArbSeries &a, const ArbSeries &b, slong length) {
  ArbSeries result;
  arb_poly_div_series(result.get(), a.get(), b.get(), length, bits());
  return result;
}

ArbSeries negative(const ArbSeries &a) {
  ArbSeries result;
  arb_poly_neg(result.get(), a.get());
  result.side = -a.side;
  return result;
}

ArbSeries scaled(const ArbSeries &a, const ArbBall &factor) {
  ArbSeries result;
  arb_poly_scalar_mul(result.get(), a.get(), factor.get(), bits());
  return result;
}

ArbSeries withConstant(ArbSeries a, const ArbBall &constant) {
  arb_poly_set_coeff_arb(a.get(), 0, constant.get());
  return a;
}

ArbSeries integral(const ArbBall &constant, const ArbSeries &slope, const ArbSeries &x,
                   slong length) {
  ArbSeries result;
  arb_poly_derivative(result.get(), x.get(), bits());
  arb_poly_mullow(result.get(), result.get(), slope.get(), length - 1, bits());
  arb_poly_integral(result.get(), result.get(), bits());
  return withConstant(std::move(result), constant);
}

ArbSeries exponential(const ArbSeries &x, slong length) {
  ArbSeries result;
  arb_poly_exp_series(result.get(), x.get(), length, bits());
  return result;
}

ArbSeries power(const ArbSeries &x, const ArbBall &exponent, slong length) {
  ArbSeries result;
  arb_poly_pow_arb_series(result.get(), x.get(), exponent.get(), length, bits());
  return result;
}

std::pair<ArbSeries, ArbSeries> sineAndCosine(const ArbSeries &x, int sign, slong length) {
  ArbSeries sine, cosine;
  (sign < 0 ? arb_poly_sin_cos_series : arb_poly_sinh_cosh_series)(sine.get(), cosine.get(),
                                                                   x.get(), length, bits());
  return {std::move(sine), std::move(cosine)};
}

} // namespace xphi::reference
