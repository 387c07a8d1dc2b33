// Ends by the operation itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "approx/StepRange.h"

#include <algorithm>
#include <cmath>

namespace xphi::compiler {

using Op = Lines::Op;

namespace {

template <class Number> double at(Op op, double a, double b, double c) {
  const auto x = Number(a), y = Number(b), z = Number(c);
  return double(op == Op::Add   ? x + y
                : op == Op::Sub ? x - y
                : op == Op::Mul ? x * y
                                : std::fma(x, y, z));
}

std::optional<StepRange> finite(StepRange range) {
  return std::isfinite(range.low) && std::isfinite(range.high) ? std::optional(range)
                                                               : std::nullopt;
}

} // namespace

std::optional<StepRange> rangeOf(const Lines::Step &step, std::span<const StepRange> operands) {
  const StepRange &a = operands[0], &b = operands[operands.size() > 1 ? 1 : 0],
                  &c = operands.back();
  switch (step.op) {
  case Op::Select:
    return StepRange{std::min(a.low, b.low), std::max(a.high, b.high)};
  case Op::Neg:
    return StepRange{-a.high, -a.low};
  case Op::Abs:
    return StepRange{std::max({a.low, -a.high, 0.0}), std::max(-a.low, a.high)};
  case Op::Widen:
    return a;
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::Fma:
    break;
  default:
    return std::nullopt;
  }
  StepRange all{HUGE_VAL, -HUGE_VAL};
  for (double x : {a.low, a.high})
    for (double y : {b.low, b.high})
      for (double z : {c.low, c.high}) {
        const double each = step.type == Lines::Type::Double ? at<double>(step.op, x, y, z)
                                                             : at<float>(step.op, x, y, z);
        all = {std::min(all.low, each), std::max(all.high, each)};
      }
  return finite(all);
}

} // namespace xphi::compiler
