// Answers from jets, and from several distant jets where an input is infinite.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/truth/PartialOracle.h"

#include "compiler/truth/Limit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xphi::reference {

namespace {

std::vector<Entry> entries(const std::vector<Partial> &partials, std::size_t count) {
  std::vector<Entry> all(count); // a constant has no partials: zeros
  for (std::size_t i = 0; i < partials.size(); ++i)
    all[i] = {partials[i].value.enclosure(), partials[i].largestTerm.toDouble()};
  return all;
}

Entry limitEntry(const DistantValues &values) {
  const Enclosure limit = limitFrom(values);
  return {limit, std::fabs(limit.high)};
}

using DistantJets = std::array<ArbJet, limitExponents.size()>;

std::vector<Entry> limitEntries(const DistantJets &jets, std::vector<Partial> ArbJet::*partials,
                                std::size_t count) {
  std::vector<Entry> all;
  for (std::size_t k = 0; k < count; ++k) {
    DistantValues values;
    for (std::size_t i = 0; i < jets.size(); ++i)
      if (!(jets[i].*partials).empty())
        values[i] = (jets[i].*partials)[k].value;
    all.push_back(limitEntry(values));
  }
  return all;
}

} // namespace

PartialOracle::PartialOracle(std::shared_ptr<const dsl::Program> program,
                             dsl::DefinitionIndex definition, std::vector<uint32_t> variables,
                             int order)
    : evaluation(std::move(program), definition, std::move(variables), order) {}

std::size_t PartialOracle::firstCount() const {
  return evaluation.highestOrder() >= 1 ? evaluation.variableCount() : 0;
}

std::size_t PartialOracle::secondCount() const {
  const std::size_t count = evaluation.variableCount();
  return evaluation.highestOrder() >= 2 ? count * (count + 1) / 2 : 0;
}

std::vector<double> PartialOracle::defaultParameters() const {
  const std::vector<float> floats = evaluation.defaults();
  return {floats.begin(), floats.end()};
}

ArbJet PartialOracle::jetAt(std::span<const ArbBall> inputs,
                            std::span<const double> parameters) const {
  std::vector<ArbBall> operands(inputs.begin(), inputs.end());
  operands.insert(operands.end(), parameters.begin(), parameters.end());
  return evaluation.at(operands);
}

PartialAnswer PartialOracle::limit(std::span<const double> inputs,
                                   std::span<const double> parameters) const {
  DistantJets jets;
  DistantValues values;
  for (std::size_t k = 0; k < jets.size(); ++k) {
    std::vector<ArbBall> balls;
    for (double x : inputs)
      balls.push_back(std::isinf(x)
                          ? ArbBall(x > 0 ? 1 : -1) * ArbBall::powerOfTwo(limitExponents[k])
                          : ArbBall(x));
    jets[k] = jetAt(balls, parameters);
    values[k] = jets[k].value;
  }
  return {limitEntry(values), limitEntries(jets, &ArbJet::first, firstCount()),
          limitEntries(jets, &ArbJet::second, secondCount())};
}

PartialAnswer PartialOracle::noValue() const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Entry none = {{nan}, nan};
  return {none, std::vector<Entry>(firstCount(), none), std::vector<Entry>(secondCount(), none)};
}

PartialAnswer PartialOracle::at(std::span<const double> inputs,
                                std::span<const double> parameters) const {
  auto isNaN = [](double x) { return std::isnan(x); };
  auto isInfinite = [](double x) { return std::isinf(x); };
  if (std::any_of(inputs.begin(), inputs.end(), isNaN))
    return noValue();
  if (std::any_of(inputs.begin(), inputs.end(), isInfinite))
    return limit(inputs, parameters);
  const std::vector<ArbBall> balls(inputs.begin(), inputs.end());
  const ArbJet jet = jetAt(balls, parameters);
  return {{jet.value.enclosure(), 0},
          entries(jet.first, firstCount()),
          entries(jet.second, secondCount())};
}

} // namespace xphi::reference
