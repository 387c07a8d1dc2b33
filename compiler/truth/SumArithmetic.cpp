// Values as of balls; then the terms.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/SumArithmetic.h"

namespace xphi::reference {

using dsl::Primitive;

Sum SumArithmetic::apply(Primitive primitive, std::span<const Sum> operands) {
  std::vector<ArbBall> values;
  for (const Sum &operand : operands)
    values.push_back(operand.value);
  Sum result = balls.apply(primitive, values);
  switch (primitive) {
  case Primitive::Add:
  case Primitive::Sub:
    result.largestTerm = larger(operands[0].largestTerm, operands[1].largestTerm);
    break;
  case Primitive::Mul:
    result.largestTerm = operands[0].largestTerm * operands[1].largestTerm;
    break;
  case Primitive::Div:
    result.largestTerm = operands[0].largestTerm * Magnitude(ArbBall(1.0) / values[1]);
    break;
  case Primitive::Neg:
    result.largestTerm = operands[0].largestTerm;
    break;
  default:
    break;
  }
  return result;
}

} // namespace xphi::reference
