// No number of numbers and infinities that depend on different inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/MeetingArithmetic.h"

#include <algorithm>

namespace xphi::reference {

Meeting MeetingArithmetic::apply(dsl::Primitive primitive, std::span<const Meeting> operands) {
  std::vector<ArbBall> values;
  Meeting result;
  for (const Meeting &operand : operands) {
    values.push_back(operand.value);
    result.of |= operand.of;
  }
  result.value = balls.apply(primitive, values);
  const auto isNaN = [](const ArbBall &value) { return value.isNaN(); };
  hasMet |=
      result.value.isNaN() && std::ranges::none_of(values, isNaN) &&
      std::ranges::any_of(operands, [&](const Meeting &each) { return each.of != result.of; });
  return result;
}

} // namespace xphi::reference
