// One input, along which infinities have limits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Oracle.h"

#include "compiler/truth/Limit.h"

#include <limits>

namespace xphi::reference {

namespace {

Answer answerOf(const ArbJet &jet, int order) {
  Answer answer;
  for (int k = 0; k <= order; ++k) {
    answer.derivatives[k] = jet.derivative(k).enclosure();
    answer.largestTerm[k] = jet.largestTerm(k).toDouble();
  }
  return answer;
}

Answer limits(const Oracle &oracle, int sign, int order) {
  std::array<DistantValues, 3> values;
  for (std::size_t i = 0; i < limitExponents.size(); ++i) {
    const ArbJet jet = oracle.jetAt(ArbBall(sign) * ArbBall::powerOfTwo(limitExponents[i]));
    for (int k = 0; k <= order; ++k)
      values[k][i] = jet.derivative(k);
  }
  Answer answer;
  for (int k = 0; k <= order; ++k) {
    answer.derivatives[k] = limitFrom(values[k]);
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
    : evaluation(std::move(program), definition, {0}, order), parameters(std::move(parameters)) {
  atPlusInfinity = limits(*this, 1, order);
  atMinusInfinity = limits(*this, -1, order);
}

Oracle::Oracle(const std::shared_ptr<const dsl::Program> &program, dsl::DefinitionIndex definition,
               int order)
    : Oracle(program, definition, Evaluation(program, definition, {}, 0).defaults(), order) {}

ArbJet Oracle::jetAt(const ArbBall &x) const {
  std::vector<ArbBall> operands = {x};
  operands.insert(operands.end(), parameters.begin(), parameters.end());
  return evaluation.at(operands);
}

Answer Oracle::at(float x) const {
  if (std::isnan(x))
    return noValue();
  if (std::isinf(x))
    return x > 0 ? atPlusInfinity : atMinusInfinity;
  return answerOf(jetAt(ArbBall(x)), evaluation.highestOrder());
}

} // namespace xphi::reference
