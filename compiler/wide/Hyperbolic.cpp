// Hyperbolic functions and their inverses, from exponentials and logarithms that do not cancel.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/wide/Constants.h"
#include "compiler/wide/Number.h"

namespace xphi::wide {

XPHI_WIDE_UNARY(sinh) {
  if (x.kind != Finite)
    return x;
  const Wide u = expm1(abs(x));
  const Wide twice = u.kind == Infinite ? u : u + u / (u + one);
  return withSign(scaled(twice, -1), x.negative);
}

XPHI_WIDE_UNARY(cosh) { return scaled(exp(x) + exp(-x), -1); }

XPHI_WIDE_UNARY(tanh) {
  const Wide u = expm1(scaled(-abs(x), 1)); // from 0 down to -1
  return withSign(u / (u + two), x.negative);
}

XPHI_WIDE_UNARY(sech2) { return scaled(logistic_pdf(scaled(x, 1)), 2); }

XPHI_WIDE_UNARY(asinh) {
  const Wide size = abs(x), square = size * size;
  const Wide more = size.kind == Finite ? square / (one + sqrt(one + square)) : size;
  // Beyond the range of exponents the square is infinite, the logarithm not.
  const Wide result = more.kind == None ? log(size) + logOf2 : log1p(size + more);
  return withSign(result, x.negative);
}

XPHI_WIDE_UNARY(acosh) {
  if (x.negative)
    return special(None);
  const Wide above = x - one;
  const Wide product = above * (x + one);
  return product.kind == Infinite && x.kind == Finite ? log(x) + logOf2
                                                      : log1p(above + sqrt(product));
}

XPHI_WIDE_UNARY(atanh) {
  const Wide size = abs(x);
  if (size.kind == Infinite)
    return special(None);
  return withSign(scaled(log1p(scaled(size, 1) / (one - size)), -1), x.negative);
}

// With e = exp(x): n/(n + 2), n = e (e + 2); with w = exp(-x) where e could be infinite.
XPHI_WIDE_UNARY(tanh_softplus) {
  if (x.negative) {
    const Wide e = exp(x), n = e * (e + two);
    return n / (n + two);
  }
  const Wide w = exp(-x), numerator = one + scaled(w, 1);
  return numerator / (numerator + scaled(w * w, 1));
}

// tanh_softplus and x times its derivative, 4 e (1 + e)/(n + 2)^2.
XPHI_WIDE_UNARY(mish_slope) {
  if (x.kind == Infinite)
    return x.negative ? special(Zero, false, x.stands) : one;
  if (x.negative) {
    const Wide e = exp(x), n = e * (e + two), d = n + two;
    if (e.kind == Zero)
      return e;
    return n / d + scaled(x * e * (one + e) / (d * d), 2);
  }
  const Wide w = exp(-x), square = w * w, n = one + scaled(w, 1), d = n + scaled(square, 1);
  return n / d + scaled(x * (square * (one + w) / (d * d)), 2);
}

// Near zero by x^3 (C - S)/cosh(x): C and S are what follows 1 in the series of cosh(x) and
// sinh(x)/x, divided by x^2; about 1/2 and 1/6.
XPHI_WIDE_UNARY(tanhshrink) {
  if (x.kind != Finite)
    return x;
  if (x.exponent >= 0)
    return x - tanh(x);
  const Wide square = x * x;
  const Mantissa f = fraction(square);
  const Wide rest = series(inverseFactorials + 2, 2, hyperbolicTerms, f, false) -
                    series(inverseFactorials + 3, 2, hyperbolicTerms, f, false);
  return x * square * rest / cosh(x);
}

} // namespace xphi::wide
