// With R' = tR − 1/√(2π) each coefficient follows from two before it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/MillsRatio.h"

#include "compiler/truth/SmoothFunctions.h"

namespace xphi::compiler {

using namespace reference;

static void appendRow(double middle, std::vector<double> &rows) {
  constexpr slong bits = 600; // of which the recurrence loses some at each step
  const ArbPrecision precision(bits);
  const ArbBall t(middle), density = smoothFunction(dsl::Primitive::NormalPdf, ArbBall(0.0), 0)[0],
                           bell = smoothFunction(dsl::Primitive::Exp, t * t / ArbBall(2.0), 0)[0];
  std::vector<ArbBall> c = {smoothFunction(dsl::Primitive::NormalCdf, -t, 0)[0] * bell};
  c.push_back(t * c[0] - density);
  while (c.size() <= MillsRatio::degree)
    c.push_back((t * c.back() + c[c.size() - 2]) / ArbBall(double(c.size())));
  for (unsigned i = 0; i <= MillsRatio::degree; ++i) {
    rows.push_back(c[i].nearest());
    if (i < MillsRatio::pairs)
      rows.push_back((c[i] - ArbBall(rows.back())).nearest());
  }
}

const std::vector<double> &MillsRatio::rows() {
  static const std::vector<double> made = [] {
    std::vector<double> rows;
    for (double from = 0; from < end; from += cell)
      appendRow(from + cell / 2, rows);
    return rows;
  }();
  return made;
}

} // namespace xphi::compiler
