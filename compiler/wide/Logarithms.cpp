// Logarithms of sums and tails, and the scaled tail of the error function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exponents are large enough for the exponentials and tails that these are made of.
#include "compiler/wide/Constants.h"
#include "compiler/wide/Number.h"

namespace xphi::wide {

XPHI_WIDE_UNARY(log1mexp) {
  // From where e^x is ½ on, 1 - e^x is the smaller of both.
  return order(x, -one) > 0 ? log(-expm1(x)) : log1p(-exp(x));
}

XPHI_WIDE_BINARY(logaddexp) {
  if (a.kind == None || b.kind == None)
    return special(None);
  const Wide difference = a - b;
  if (difference.kind == None) // infinities of one sign
    return a;
  return max(a, b) + log1p(exp(-abs(difference)));
}

// Beyond 2^90 the first term of the asymptotic series, 1/(√π x), is right to 181 bits.
static bool isAsymptotic(const Wide &x) {
  return !x.negative && (x.kind == Infinite || (x.kind == Finite && x.exponent > 90));
}

XPHI_WIDE_UNARY(erfcx) {
  return isAsymptotic(x) ? scaled(twoOverRootPi / x, -1) : exp(x * x) * erfc(x);
}

// The terms cancel for large x, down to one part in 2x² of them.
XPHI_WIDE_UNARY(erfcx_slope) {
  return isAsymptotic(x) ? -scaled(twoOverRootPi / x / x, -1)
                         : scaled(x * erfcx(x), 1) - twoOverRootPi;
}

XPHI_WIDE_UNARY(log_erfc) { return x.negative ? log1p(-erf(x)) : log(erfc(x)); }

XPHI_WIDE_UNARY(log_normal_cdf) { return x.negative ? log(normal_cdf(x)) : log1p(-normal_cdf(-x)); }

} // namespace xphi::wide
