// The line is exact, and next to it there is a double.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lowering/BesideZero.h"

#include "dialect/Attributes.h"

using namespace mlir;

namespace xphi::compiler {

std::optional<std::pair<Mask, Number>> besideZero(func::FuncOp function,
                                                  const std::vector<Fit> &fits, const Numbers &f64,
                                                  ValueRange arguments) {
  const IntegerAttr index = evaluationOf(function).getPairFit();
  if (!index || function.getNumArguments() != 1)
    return std::nullopt;
  const std::optional<LineAtZero> &line = fits[unsigned(index.getInt())].lineAtZero;
  if (!line)
    return std::nullopt;
  constexpr double next = 0x1p-52;
  const Number x = f64.wrap(arguments[0]), there = line->slope * x;
  const auto part = [&](bool isMore) { return f64.constant(isMore ? next : -next); };
  const Number side = line->isMoreLeft == line->isMoreRight
                          ? part(line->isMoreLeft)
                          : select(x < 0.0, part(line->isMoreLeft), part(line->isMoreRight));
  const Mask near = (abs(x) <= f64.constant(line->until)) & ~(x == 0.0); // which has a sign
  return std::pair(near, fma(there, side, there));
}

} // namespace xphi::compiler
