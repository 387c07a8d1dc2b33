// Logarithms of sums.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exponents are large enough for the exponentials that these are made of.
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

} // namespace xphi::wide
