// Evaluation with growing precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/Evaluation.h"

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

bool hasOwnRules(const dsl::Program &program, dsl::DefinitionIndex index) {
  const dsl::Definition &definition = program.definitions[index];
  if (!definition.grads.empty() || !definition.kinks.empty())
    return true;
  std::vector<dsl::ExprId> waiting = {definition.body};
  while (!waiting.empty()) {
    const dsl::ExprId id = waiting.back();
    waiting.pop_back();
    const dsl::Expr &expr = program.expr(id);
    const bool jumps = expr.kind == dsl::ExprKind::Apply && expr.primitive == dsl::Primitive::Sign;
    if (jumps || expr.kind == dsl::ExprKind::Diff ||
        (expr.kind == dsl::ExprKind::Call && hasOwnRules(program, expr.index)))
      return true;
    for (dsl::ExprId operand : program.operands(id))
      waiting.push_back(operand);
  }
  return false;
}

Evaluation::Evaluation(std::shared_ptr<const dsl::Program> program, dsl::DefinitionIndex definition,
                       std::vector<uint32_t> variables, int order)
    : program(std::move(program)), definition(definition), variables(std::move(variables)),
      order(order), byOwnRules(hasOwnRules(*this->program, definition)) {}

std::vector<float> Evaluation::defaults() const {
  std::vector<float> values;
  for (const dsl::Parameter &parameter : program->definitions[definition].parameters)
    values.push_back(static_cast<float>(parameter.value));
  return values;
}

Evaluation::Attempt Evaluation::byJets(std::span<const ArbBall> operands) const {
  std::vector<ArbJet> jets;
  for (const ArbBall &operand : operands)
    jets.push_back(ArbJet::constant(operand));
  if (order > 0)
    for (std::size_t i = 0; i < variables.size(); ++i)
      jets[variables[i]] = ArbJet::variable(operands[variables[i]], i, variables.size());
  const std::span<const ArbJet> all(jets);
  JetArithmetic arithmetic(order);
  ArbJet jet = dsl::evaluate(*program, definition, all.first(inputCount()),
                             all.subspan(inputCount()), arithmetic);
  return {std::move(jet), arithmetic.undecided()};
}

Evaluation::Attempt Evaluation::byInterpreter(std::span<const ArbBall> operands) const {
  BallArithmetic arithmetic;
  const std::span<const ArbBall> inputs = operands.first(inputCount()),
                                 parameters = operands.subspan(inputCount());
  auto derivative = [&](std::initializer_list<uint32_t> in) {
    const std::vector<uint32_t> list(in);
    ArbBall value = dsl::evaluateDerivative(*program, definition, inputs, parameters,
                                            std::span<const uint32_t>(list), arithmetic);
    Magnitude magnitude(value);
    return Partial{std::move(value), std::move(magnitude)};
  };
  ArbJet jet = ArbJet::constant(derivative({}).value);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (order >= 1)
      jet.first.push_back(derivative({variables[i]}));
    for (std::size_t j = i; order >= 2 && j < variables.size(); ++j)
      jet.second.push_back(derivative({variables[i], variables[j]}));
  }
  return {std::move(jet), arithmetic.undecided()};
}

ArbJet Evaluation::at(std::span<const ArbBall> operands) const {
  Attempt attempt;
  for (slong bits : precisions) {
    ArbPrecision precision(bits);
    attempt = byOwnRules ? byInterpreter(operands) : byJets(operands);
    if (!attempt.undecided && isSettled(attempt.jet))
      break;
  }
  return std::move(attempt.jet);
}

} // namespace xphi::reference
