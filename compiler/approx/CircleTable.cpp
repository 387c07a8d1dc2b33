// By Arb, which has the zeros exactly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/CircleTable.h"

#include "compiler/truth/ArbBall.h"

#include <flint/fmpq.h>

namespace xphi::compiler {

using namespace reference;

const std::vector<double> &CircleTable::rows() {
  static const std::vector<double> made = [] {
    constexpr slong bits = 200;
    const ArbPrecision precision(bits);
    std::vector<double> rows;
    fmpq_t part;
    fmpq_init(part);
    for (unsigned k = 0; k < steps; ++k) {
      fmpq_set_si(part, slong(k), steps / 2);
      ArbBall sine, cosine;
      arb_sin_cos_pi_fmpq(sine.get(), cosine.get(), part, bits);
      for (const ArbBall &each : {sine, cosine}) {
        rows.push_back(each.nearest());
        rows.push_back((each - ArbBall(rows.back())).nearest());
      }
    }
    fmpq_clear(part);
    return rows;
  }();
  return made;
}

} // namespace xphi::compiler
