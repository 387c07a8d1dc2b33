// Evaluation with growing precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/Oracle.h"

#include "tests/reference/Limit.h"

#include <limits>

namespace xphi::reference {

namespace {

/// The first is enough for nearly every point, at the speed of two-word numbers.
constexpr std::array<slong, 6> precisions = {96, 192, 384, 768, 1536, 4096};
constexpr slong tightBits = 60;
/// Numbers below 2^this mean zero to every float format, whatever their sign.
constexpr slong negligible = -1000;

std::vector<float> defaults(const dsl::Program &program, dsl::DefinitionIndex definition) {
  std::vector<float> values;
  for (const dsl::Parameter &parameter : program.definitions[definition].parameters)
    values.push_back(static_cast<float>(parameter.value));
  return values;
}

Answer answerOf(const ArbJet &jet, int order) {
  Answer answer;
  for (int k = 0; k <= order; ++k) {
    answer.derivatives[k] = jet.derivatives[k].enclosure();
    answer.largestTerm[k] = jet.largestTerm[k].toDouble();
  }
  return answer;
}

Answer limits(const Oracle &oracle, int sign, int order) {
  const ArbJet near = oracle.jetAt(ArbBall(sign) * ArbBall::powerOfTwo(limitExponents[0]));
  const ArbJet far = oracle.jetAt(ArbBall(sign) * ArbBall::powerOfTwo(limitExponents[1]));
  Answer answer;
  for (int k = 0; k <= order; ++k) {
    answer.derivatives[k] = limitFrom(near.derivatives[k], far.derivatives[k]);
    answer.largestTerm[k] = std::fabs(answer.derivatives[k].high);
  }
  return answer;
}

Answer noValue() {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  return {{Enclosure{nan}, Enclosure{nan}, Enclosure{nan}}, {nan, nan, nan}};
}

} // namespace

Oracle::Oracle(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
               std::vector<float> parameters, int order)
    : program(std::move(program)), definition(definition), parameters(std::move(parameters)),
      order(order) {
  atPlusInfinity = limits(*this, 1, order);
  atMinusInfinity = limits(*this, -1, order);
}

Oracle::Oracle(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
               int order)
    : Oracle(program, definition, defaults(*program, definition), order) {}

bool Oracle::settled(const ArbJet &jet) const {
  for (int k = 0; k <= order; ++k)
    if (!jet.derivatives[k].isTight(tightBits) && !jet.derivatives[k].isBelow(negligible))
      return false;
  return true;
}

ArbJet Oracle::jetAt(const ArbBall &x) const {
  const std::array inputs = {ArbJet::variable(x)};
  std::vector<ArbJet> constants;
  for (float parameter : parameters)
    constants.push_back(ArbJet::constant(ArbBall(parameter)));

  ArbJet jet;
  for (slong bits : precisions) {
    ArbPrecision precision(bits);
    JetArithmetic arithmetic(order);
    jet = dsl::evaluate(*program, definition, std::span<const ArbJet>(inputs),
                        std::span<const ArbJet>(constants), arithmetic);
    if (!arithmetic.undecided() && settled(jet))
      break;
  }
  return jet;
}

Answer Oracle::at(float x) const {
  if (std::isnan(x))
    return noValue();
  if (std::isinf(x))
    return x > 0 ? atPlusInfinity : atMinusInfinity;
  return answerOf(jetAt(ArbBall(x)), order);
}

} // namespace xphi::reference
