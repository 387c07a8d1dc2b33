// One after the other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "verify/Confirm.h"

#include "compiler/truth/Ulp.h"

#include <cmath>

namespace xphi::verify {

Confirmed confirm(std::span<const Candidate> candidates, double bound, Truth &truth,
                  const std::function<double(float, const reference::Expected &)> &errorOf) {
  constexpr std::size_t always = 64;
  Confirmed all;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate &each = candidates[i];
    if (i >= always && each.error <= bound) {
      all.others = each.error;
      break;
    }
    const reference::Expected expected = truth.at(each.x);
    // No number is expected, and one was got.
    if (!expected.known && !std::isinf(each.error))
      continue;
    const double ofItself =
                     expected.known ? reference::ulpError(each.got, expected.truth) : each.error,
                 inUnit = expected.known ? errorOf(each.got, expected) : each.error;
    if (ofItself > all.ofItself) {
      all.ofItself = ofItself;
      all.at = each.x;
    }
    if (inUnit > all.inUnit) {
      all.inUnit = inUnit;
      all.furthest = each;
      all.truth = expected.truth.high;
    }
  }
  return all;
}

} // namespace xphi::verify
