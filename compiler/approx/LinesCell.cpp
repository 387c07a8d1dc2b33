// Roundings bounded one after another, over quotients of polynomials or Taylor's series.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/LinesCell.h"

#include "approx/CellArithmetic.h"
#include "approx/CellRun.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {

using namespace reference;

namespace {
constexpr slong bits = 128;
} // namespace

LinesCell::LinesCell(float low, float high)
    : low(low), high(high), middle(0.5 * (double(low) + double(high))),
      radius(std::max(double(high) - middle, middle - double(low)) * (1 + 0x1p-40)),
      side(middle < 0 ? -1 : 1),
      smallestExponent(std::max(std::ilogb(std::min(std::fabs(low), std::fabs(high))), -126)) {
  arb_set_d(all.get(), middle);
  mag_set_d(arb_radref(all.get()), radius);
}

CellBound boundByQuotients(const Lines &lines, const LinesTruth &truth, const LinesCell &cell) {
  const ArbPrecision precision(bits);
  return CellRun(lines, truth, cell, QuotientArithmetic(cell)).bound();
}

CellBound boundBySeries(const Lines &lines, const LinesTruth &truth, const LinesCell &cell) {
  const ArbPrecision precision(2 * bits);
  return CellRun(lines, truth, cell, TaylorArithmetic(cell)).bound();
}

CellBound boundWithOther(const Lines &lines, const LinesTruth &truth, const LinesCell &cell,
                         int sign) {
  const ArbPrecision precision(2 * bits);
  return CellRun(lines, truth, cell, GradedArithmetic(cell, truth.input, sign)).bound();
}

std::optional<StepRange> rangeOver(const Lines &lines, const LinesTruth &truth,
                                   const LinesCell &cell) {
  const ArbPrecision precision(2 * bits);
  return CellRun(lines, truth, cell, TaylorArithmetic(cell)).rangeOfResult();
}

} // namespace xphi::compiler
