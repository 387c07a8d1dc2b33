// The reference interpreter over double precision.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Reference.h"

#include "Parameters.h"

#include "dsl/Interpreter.h"

#include <fmt/format.h>

#include <algorithm>

namespace xphi::command {

Result<Reference> Reference::of(Analysis analysis, std::span<const std::string> derivative) {
  const dsl::Definition &definition = analysis.definition();
  std::vector<std::string> names = definition.inputs;
  for (const dsl::Parameter &parameter : definition.parameters)
    names.push_back(parameter.name);
  std::vector<std::uint32_t> variables;
  for (const std::string &name : derivative) {
    auto found = std::ranges::find(names, name);
    if (found == names.end())
      return Error("X2024", fmt::format("{} has no input or parameter '{}'; it has {}",
                                        definition.name, name, fmt::join(names, ", ")));
    variables.push_back(static_cast<std::uint32_t>(found - names.begin()));
  }
  return Reference(std::move(analysis), std::move(variables));
}

Result<std::vector<double>>
Reference::parameters(const std::vector<std::string> &assignments) const {
  auto given = readAssignments(assignments);
  if (!given)
    return given.error();
  const dsl::Definition &definition = analysis.definition();
  std::vector<double> values = dsl::defaultParameters(analysis.program(), analysis.function);
  for (const auto &[name, value] : *given) {
    auto found = std::find_if(definition.parameters.begin(), definition.parameters.end(),
                              [&](const dsl::Parameter &p) { return p.name == name; });
    if (found == definition.parameters.end())
      return Error("X2013", "the function has no parameter '" + name + "'");
    values[static_cast<std::size_t>(found - definition.parameters.begin())] = value;
  }
  return values;
}

double Reference::operator()(std::span<const double> point,
                             std::span<const double> parameters) const {
  dsl::DoubleArithmetic doubles;
  return dsl::evaluateDerivative(analysis.program(), analysis.function, point, parameters,
                                 std::span<const std::uint32_t>(variables), doubles);
}

} // namespace xphi::command
