// Evaluation with growing precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/reference/Evaluation.h"

#include <algorithm>
#include <array>

namespace xphi::reference {

namespace {

/// The first is enough for nearly every point, at the speed of two-word numbers.
constexpr std::array<slong, 6> precisions = {96, 192, 384, 768, 1536, 4096};
constexpr slong tightBits = 60;
/// Numbers below 2^this mean zero to every float format, whatever their sign.
constexpr slong negligible = -1000;

bool isSettled(const ArbBall &ball) { return ball.isTight(tightBits) || ball.isBelow(negligible); }

bool isSettled(const ArbJet &jet) {
  auto settled = [](const Partial &partial) { return isSettled(partial.value); };
  return isSettled(jet.value) && std::all_of(jet.first.begin(), jet.first.end(), settled) &&
         std::all_of(jet.second.begin(), jet.second.end(), settled);
}

} // namespace

Evaluation::Evaluation(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
                       std::vector<uint32_t> variables, int order)
    : program(std::move(program)), definition(definition), variables(std::move(variables)),
      order(order) {}

std::vector<float> Evaluation::defaults() const {
  std::vector<float> values;
  for (const dsl::Parameter &parameter : program->definitions[definition].parameters)
    values.push_back(static_cast<float>(parameter.value));
  return values;
}

ArbJet Evaluation::at(std::span<const ArbBall> operands) const {
  std::vector<ArbJet> jets;
  for (const ArbBall &operand : operands)
    jets.push_back(ArbJet::constant(operand));
  if (order > 0)
    for (std::size_t i = 0; i < variables.size(); ++i)
      jets[variables[i]] = ArbJet::variable(operands[variables[i]], i, variables.size());

  const std::span<const ArbJet> all(jets);
  ArbJet jet;
  for (slong bits : precisions) {
    ArbPrecision precision(bits);
    JetArithmetic arithmetic(order);
    jet = dsl::evaluate(*program, definition, all.first(inputCount()), all.subspan(inputCount()),
                        arithmetic);
    if (!arithmetic.undecided() && isSettled(jet))
      break;
  }
  return jet;
}

} // namespace xphi::reference
