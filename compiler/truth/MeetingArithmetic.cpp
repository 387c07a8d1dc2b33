// No number of numbers and infinities that depend on different inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/MeetingArithmetic.h"

#include <algorithm>

namespace xphi::reference {

/// Of a negative base, and an infinite exponent.
static bool grows(const ArbBall &base, const ArbBall &exponent) {
  const ArbBall beyondOne = abs(base) - ArbBall(1.0);
  return arb_is_positive(exponent.get()) ? !arb_is_negative(beyondOne.get())
                                         : !arb_is_positive(beyondOne.get());
}

Meeting MeetingArithmetic::apply(dsl::Primitive primitive, std::span<const Meeting> operands) {
  std::vector<ArbBall> values;
  Meeting result;
  for (const Meeting &operand : operands) {
    values.push_back(operand.value);
    result.of |= operand.of;
  }
  result.value = balls.apply(primitive, values);
  if (primitive == dsl::Primitive::Pow && arb_contains_negative(values[0].get()) &&
      !values[1].isFinite() && !values[1].isNaN())
    hasAlternated |= grows(values[0], values[1]);
  const auto isNaN = [](const ArbBall &value) { return value.isNaN(); };
  hasMet |=
      result.value.isNaN() && std::ranges::none_of(values, isNaN) &&
      std::ranges::any_of(operands, [&](const Meeting &each) { return each.of != result.of; });
  return result;
}

} // namespace xphi::reference
