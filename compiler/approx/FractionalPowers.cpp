// By Arb.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/FractionalPowers.h"

#include "compiler/truth/SmoothFunctions.h"

namespace xphi::compiler {

using namespace reference;

const std::vector<double> &FractionalPowers::rows() {
  static const std::vector<double> made = [] {
    std::vector<double> rows;
    const ArbPrecision precision(200);
    for (unsigned j = 0; j < count; ++j) {
      const ArbBall power = smoothFunction(dsl::Primitive::Exp2, ArbBall(double(j) / count), 0)[0];
      rows.push_back(power.nearest());
      rows.push_back((power - ArbBall(rows.back())).nearest());
    }
    return rows;
  }();
  return made;
}

} // namespace xphi::compiler
