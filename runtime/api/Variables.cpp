// Looks up names of inputs and parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Variables.h"

#include <algorithm>
#include <optional>

namespace xphi {
namespace {

std::vector<Variable> variablesOf(const ProgramText &program) {
  std::vector<Variable> all;
  for (const std::string &input : program.inputs)
    all.push_back({input, VariableKind::Input});
  for (const Parameter &parameter : program.parameters)
    all.push_back(
        {parameter.name, parameter.channel ? VariableKind::Channel : VariableKind::Scalar});
  return all;
}

std::optional<Variable> find(const std::vector<Variable> &all, const std::string &name) {
  const auto found = std::ranges::find(all, name, &Variable::name);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

Error unknown(const ProgramText &program, const std::vector<Variable> &all,
              const std::string &name) {
  std::string known;
  for (const Variable &each : all)
    known += (known.empty() ? "" : ", ") + each.name;
  return Error("X2024",
               program.name + " has no input or parameter '" + name + "'; it has " + known);
}

} // namespace

std::vector<std::string> Differentiation::gradientNames() const {
  std::vector<std::string> names;
  for (const Variable &each : gradients)
    names.push_back(each.name);
  return names;
}

Result<ArrayTypes> readTypes(const ProgramText &program, const std::vector<ElementType> &types) {
  const std::size_t inputs = program.inputs.size();
  if (types.size() <= 1) {
    const ElementType all = types.empty() ? ElementType::F32 : types.front();
    return ArrayTypes{std::vector<ElementType>(inputs, all), all};
  }
  if (types.size() != inputs + 1)
    return Error("X2031", "CompileOptions::types has " + std::to_string(types.size()) +
                              " types for " + program.name + ": give one for all arrays, or " +
                              std::to_string(inputs + 1) +
                              ", one for each input and then that of the result");
  return ArrayTypes{{types.begin(), types.end() - 1}, types.back()};
}

std::vector<std::string> separated(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    names.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

CompileOptions optionsOf(const KernelSpec &spec) {
  CompileOptions options;
  options.derivative = spec.derivative;
  options.gradients = spec.gradients;
  options.backward = !spec.gradients.empty();
  options.keep = spec.keep;
  options.target = spec.target;
  options.types = spec.types.inputs;
  options.types.push_back(spec.types.output);
  return options;
}

Result<Differentiation> readDifferentiation(const ProgramText &program,
                                            const CompileOptions &options) {
  const std::vector<Variable> all = variablesOf(program);
  Differentiation result;
  result.keep = options.keep;
  if (options.order != 0 && !options.derivative.empty())
    return Error("X2027", "CompileOptions::order and CompileOptions::derivative both say what "
                          "forward computes: set one of them");
  if (std::max<std::size_t>(options.order, options.derivative.size()) > maxOrder)
    return Error("X2009", "derivatives go up to order " + std::to_string(maxOrder));
  if (options.order != 0)
    result.derivative.assign(options.order, program.inputs.at(0));
  for (const std::string &name : options.derivative) {
    if (!find(all, name))
      return unknown(program, all, name);
    result.derivative.push_back(name);
  }
  if (!options.backward && options.keep != Keep::Input)
    return Error("X1008", "what to keep is for the backward kernel, which is not asked for: set "
                          "CompileOptions::backward (--backward), or keep x");
  if (!options.backward)
    return result;
  if (options.gradients == CompileOptions::allGradients()) {
    result.gradients = all;
    return result;
  }
  if (options.gradients.empty())
    result.gradients.assign(all.begin(), all.begin() + std::ptrdiff_t(program.inputs.size()));
  for (const std::string &name : options.gradients) {
    const std::optional<Variable> variable = find(all, name);
    if (!variable)
      return unknown(program, all, name);
    if (find(result.gradients, name))
      return Error("X2024", "the gradient of '" + name + "' is asked for twice");
    result.gradients.push_back(*variable);
  }
  return result;
}

} // namespace xphi
